package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Judge;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares samples of candidate and baseline by their ranks, and fails a difference that is both certain and large:
 *
 * <pre>{@code
 * Metric.named("latency").from(prometheus, "latency-p95").judge(RankJudge.increase().tolerance(0.1)).atEnd()
 * }</pre>
 *
 * <p><b>Higher or lower.</b> Fails where the {@link MannWhitney} test is significant at {@link #confidence} and the
 * Hodges–Lehmann shift is more than {@link #tolerance} of the baseline's median. Where at least half of the baseline is
 * one value, as of errors that are mostly zero, or a twentieth of all pairs are ties, as of small counts, medians move
 * by whole steps or not at all, and the difference of the means is held against the baseline's mean. So it is where the
 * means certainly differ by more than the tolerance (Welch's test): a third of all samples may be a hundred times as high, and
 * hardly move a median. A mean on the other side than most pairs are, as of one great outlier, does not count.
 *
 * <p><b>Never seen.</b> A baseline that is constant, such as zero throughout, has no ranks to compare. Then the share of
 * samples of the candidate that depart from it decides, by an unconditional exact test: with fewer than
 * {@value #FEW_SAMPLES} samples on a side, and at least three that depart, at a level of 5 %, where three suffice, else at that of
 * {@link #confidence}, where it takes four, with hundreds of samples five, at 0.98. Their mean must depart by more than the tolerance too, which at zero is
 * nothing.
 *
 * <p><b>Spikes.</b> A candidate that is as usual in most samples and far off in some moves no median. With
 * {@value #SPREAD_SAMPLES} samples a side, so many values beyond all of the baseline's, each by more than the tolerance, that
 * chance does not explain them (Rosenbaum's exact test; eight at 0.98 with equal sides), and a mean beyond the tolerance, fail.
 *
 * <p><b>Spread.</b> With {@value #SPREAD_SAMPLES} samples a side and no value that makes up half of one, the test of Brown and
 * Forsythe compares mean absolute deviations from the median. A change that is significant, at least
 * {@linkplain #spreadFactor a factor} of 1.5, and itself beyond the tolerance is said in the reason; it fails where either
 * direction is bad, or where {@link #failOnSpread} asks for it.
 *
 * <p><b>False alarms.</b> With n alike samples a side, at most {@code 1 − confidence} of all verdicts are failures: where
 * several tests can fail, they share that (Bonferroni): spikes get a quarter, ranks and spread, where that can fail, the
 * rest in halves, and p-values in evidence and reason are multiplied accordingly,
 * so that each compares with {@code 1 − confidence}. The exception is the rule for constant baselines below
 * {@value #FEW_SAMPLES} samples, whose level is 5 %: simulations of alike releases find up to 4 % for metrics that depart in
 * a quarter of all samples, and 0.2 % for those that depart in a twentieth. They also find up to 3 % where a metric has two
 * modes far apart, and 4.5 % where its tail is heavy (Pareto's with exponent 1.5), the sides differ in size (12 and 200), and
 * spread can fail. For p-values the samples count as independent; samples from
 * overlapping windows are not.
 *
 * <p><b>Never a pass</b> are fewer than {@link #minSamples} samples, no baseline, values that are no finite numbers, and
 * errors of the judge itself. The verdict is the same in every unit: nothing in it is absolute, and values that only
 * rounding tells apart count as equal.
 *
 * <p>Immutable and thread-safe; methods that take a setting return a changed copy.
 */
public final class RankJudge implements Judge {

    /** The default confidence. */
    public static final double DEFAULT_CONFIDENCE = 0.98;

    /** The default tolerance, as a fraction of the baseline's level. */
    public static final double DEFAULT_TOLERANCE = 0.1;

    /** How many samples each side needs by default. */
    public static final int DEFAULT_MIN_SAMPLES = 5;

    /** The factor from which a change of the spread counts by default. */
    public static final double DEFAULT_SPREAD_FACTOR = 1.5;

    /** Below so many samples on a side, what the baseline never showed is judged at a level of 5 %. */
    public static final int FEW_SAMPLES = 10;

    /** From so many samples a side on, spread is judged. */
    public static final int SPREAD_SAMPLES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(RankJudge.class);

    private final RankRules rules;

    private RankJudge(RankRules rules) {
        this.rules = rules;
        if (rules.effect() == EffectSize.CLES) {
            share("allowedIncrease", rules.allowedIncrease());
            share("allowedDecrease", rules.allowedDecrease());
            share("criticalIncrease", rules.criticalIncrease());
            share("criticalDecrease", rules.criticalDecrease());
        }
    }

    private static void share(String name, double value) {
        if (value > 1) {
            throw new IllegalArgumentException("With effect(CLES) a threshold is a share of pairs within 0 to 1, but "
                    + name + " is " + value + "; use effect(MEAN_RATIO) for multiples of the baseline");
        }
    }

    /** Returns a judge for a metric of which more is worse. */
    public static RankJudge increase() {
        return bad(Direction.INCREASE);
    }

    /** Returns a judge for a metric of which less is worse. */
    public static RankJudge decrease() {
        return bad(Direction.DECREASE);
    }

    /** Returns a judge for a metric of which any change is worse, of its spread as well. */
    public static RankJudge either() {
        return bad(Direction.EITHER);
    }

    /** Returns a judge for a metric of which a change in this direction is worse. */
    public static RankJudge bad(Direction direction) {
        return new RankJudge(RankRules.of(direction));
    }

    /** Returns a copy with another confidence, within 0.5 to 0.999999. Default {@value #DEFAULT_CONFIDENCE}. */
    public RankJudge confidence(double confidence) {
        return new RankJudge(rules.confidence(Confidence.checked("confidence", confidence)));
    }

    /**
     * Returns a copy that lets differences of up to {@code fraction} of the baseline's level pass, however certain they are.
     * Default {@value #DEFAULT_TOLERANCE}. A level of zero has no fraction: there every difference counts.
     */
    public RankJudge tolerance(double fraction) {
        return new RankJudge(rules.tolerance(notNegative("tolerance", fraction)));
    }

    /** Returns a copy that gives a verdict from {@code samples} samples a side on; at least 2, and by default 5. */
    public RankJudge minSamples(int samples) {
        if (samples < 2) {
            throw new IllegalArgumentException("minSamples must be at least 2, but is " + samples);
        }
        return new RankJudge(rules.minSamples(samples));
    }

    /** Returns a copy whose thresholds are of this kind. Default {@link EffectSize#MEAN_RATIO}. */
    public RankJudge effect(EffectSize effect) {
        return new RankJudge(rules.effect(effect));
    }

    /**
     * Returns a copy that fails a higher candidate only where the effect is greater than this, on top of the tolerance.
     *
     * @param effect such as 1.2 for 20 % more, or a share of pairs with {@link EffectSize#CLES}
     */
    public RankJudge allowedIncrease(double effect) {
        return new RankJudge(rules.allowed(notNegative("allowedIncrease", effect), rules.allowedDecrease()));
    }

    /** Returns a copy that fails a lower candidate only where the effect, such as 0.8, is smaller than this. */
    public RankJudge allowedDecrease(double effect) {
        return new RankJudge(rules.allowed(rules.allowedIncrease(), notNegative("allowedDecrease", effect)));
    }

    /** Returns a copy for which a failure with an effect greater than this is {@linkplain Assessment#critical critical}. */
    public RankJudge criticalIncrease(double effect) {
        return new RankJudge(rules.critical(notNegative("criticalIncrease", effect), rules.criticalDecrease()));
    }

    /** Returns a copy for which a failure with an effect smaller than this is {@linkplain Assessment#critical critical}. */
    public RankJudge criticalDecrease(double effect) {
        return new RankJudge(rules.critical(rules.criticalIncrease(), notNegative("criticalDecrease", effect)));
    }

    /** Returns a copy for which spread has changed when it is at least {@code factor} times as wide, or as narrow. */
    public RankJudge spreadFactor(double factor) {
        if (!(factor >= 1 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("spreadFactor must be a finite number of at least 1, but is " + factor);
        }
        return new RankJudge(rules.spread(factor, rules.failOnSpread()));
    }

    /**
     * Returns a copy that fails a change of the spread alone, or only reports it. Default: fails where either direction is
     * bad. Where one is, only more spread fails, not less.
     */
    public RankJudge failOnSpread(boolean fail) {
        return new RankJudge(rules.spread(rules.spreadFactor(), fail));
    }

    private static double notNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite number of at least 0, but is " + value);
        }
        return value;
    }

    @Override
    public Judgement judge(Reading.Value candidate, Reading.@Nullable Value baseline) {
        if (baseline == null) {
            return Judgement.inconclusive("there is no baseline to compare with");
        }
        return assess(candidate, baseline).judgement();
    }

    Assessment assess(Reading.Value candidate, Reading.Value baseline) {
        return assess(numbers(candidate), numbers(baseline));
    }

    boolean hasCriticalThreshold() {
        return !Double.isNaN(rules.criticalIncrease()) || !Double.isNaN(rules.criticalDecrease());
    }

    private static double[] numbers(Reading.Value value) {
        double[] numbers = new double[value.samples().size()];
        int i = 0;
        for (Double sample : value.samples()) {
            numbers[i++] = sample;
        }
        return numbers;
    }

    /**
     * Judges plain samples, in any order; neither array is changed. Never throws for what they hold: NaN and infinities are
     * {@link Assessment.Classification#ERROR}.
     */
    public Assessment assess(double[] candidate, double[] baseline) {
        int least = rules.minSamples();
        if (candidate.length < least || baseline.length < least) {
            return new Assessment(
                    Assessment.Classification.NO_DATA,
                    false,
                    Judgement.inconclusive("only " + candidate.length + " and " + baseline.length
                            + " samples of candidate and baseline, but a verdict needs " + least + " of each"));
        }
        if (unusable(candidate) || unusable(baseline)) {
            return error("a sample is NaN, infinite, or too great to calculate with");
        }
        try {
            return new Ranked(rules, Sides.of(candidate, baseline)).assess();
        } catch (RuntimeException e) {
            LOG.warn("The judge failed", e);
            return error("the judge failed: " + e);
        }
    }

    private static Assessment error(String reason) {
        return new Assessment(Assessment.Classification.ERROR, false, new Judgement(Verdict.ERROR, reason));
    }

    private static boolean unusable(double[] values) {
        for (double value : values) {
            if (!(Math.abs(value) <= 4e307)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean needsBaseline() {
        return true;
    }

    @Override
    public String describe() {
        return rules.describe();
    }
}
