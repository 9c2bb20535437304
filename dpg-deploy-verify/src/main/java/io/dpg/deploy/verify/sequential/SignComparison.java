package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Reading;
import java.util.Arrays;
import java.util.Optional;

/** Values without counts: in each look, is the candidate's mean worse than the baseline's? The test is {@link SignBets}. */
final class SignComparison implements Comparison {

    private final Settings settings;
    private final Wealth wealth = new Wealth(SignBets.shares());
    private final int looksNeeded;
    private int worse;
    private int looks;
    private double sum;
    private double baseSum;

    SignComparison(Settings settings) {
        this.settings = settings;
        looksNeeded = looksToFail(settings);
    }

    /** Returns how many looks must be worse in a row before the capital suffices: with fewer a pass would mean nothing. */
    private static int looksToFail(Settings settings) {
        Wealth all = new Wealth(SignBets.shares());
        int looks = 0;
        while (all.pValue() > 1 - settings.confidence()) {
            all.settle(factors(settings, 1));
            looks++;
        }
        return looks;
    }

    private static double[] factors(Settings settings, int worse) {
        return Arrays.stream(SignBets.settle(worse))
                .map(f -> f / settings.tolerance().burst())
                .toArray();
    }

    @Override
    public boolean fits(Reading.Value candidate, Reading.Value baseline) {
        return candidate.counts().isEmpty() && baseline.counts().isEmpty();
    }

    @Override
    public boolean learns() {
        return false;
    }

    @Override
    public void learn(Reading.Value baseline) {
        // A sign is a sign, however values vary.
    }

    @Override
    public void settle(Reading.Value candidate, Reading.Value baseline) {
        double value = candidate.mean();
        double base = baseline.mean();
        double times = settings.tolerance().times();
        double plus = settings.tolerance().plus();
        // A tolerance makes the bound worse, whatever the sign of the baseline.
        int sign = settings.lessIsHarm()
                ? Double.compare(Math.min(base, base / times) - plus, value)
                : Double.compare(value, Math.max(base, base * times) + plus);
        looks++;
        worse += sign > 0 ? 1 : 0;
        sum += value;
        baseSum += base;
        wealth.settle(factors(settings, sign));
    }

    @Override
    public Wealth wealth() {
        return wealth;
    }

    @Override
    public Optional<String> lacking() {
        return looks >= looksNeeded
                ? Optional.empty()
                : Optional.of("a pass needs " + looksNeeded + " looks, as fewer could not have shown harm");
    }

    @Override
    public String words() {
        return settings.name() + " of the candidate was worse than the baseline's"
                + (settings.tolerance().times() > 1 || settings.tolerance().plus() > 0
                        ? " by more than is tolerated"
                        : "")
                + " in " + worse + " of " + looks + (looks == 1 ? " look" : " looks") + " (mean "
                + Words.number(sum / looks) + " against " + Words.number(baseSum / looks) + ")";
    }

    @Override
    public String limits() {
        return "";
    }

    @Override
    public Evidence evidence() {
        return new Evidence(
                "bets on the sign (Waudby-Smith and Ramdas), always valid",
                (sum - baseSum) / looks,
                Double.NaN,
                Double.NaN,
                settings.confidence(),
                baseSum > 0 && sum >= 0 ? sum / baseSum : Double.NaN,
                wealth.pValue(),
                looks,
                looks);
    }
}
