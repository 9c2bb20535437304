package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Reading;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Events of requests, look by look. The test is {@link CountEvidence}. The figures that go with it are the pooled counts, and
 * ratio and difference of the rates after Mantel and Haenszel (Greenland and Robins, "Estimation of a common effect
 * parameter from sparse follow-up data", Biometrics 41, 1985), which compare within looks and so are not misled when both
 * the common rate and the shares of traffic change (Simpson's paradox).
 */
final class CountComparison implements Comparison {

    private final Settings settings;
    private final CountEvidence harm;
    private final UpperBound bound = new UpperBound();
    private double events;
    private double total;
    private double baseEvents;
    private double baseTotal;
    private double crossEvents;
    private double crossBaseEvents;
    private double crossTotal;

    CountComparison(Settings settings) {
        this.settings = settings;
        harm = new CountEvidence(settings.tolerance());
    }

    @Override
    public boolean fits(Reading.Value candidate, Reading.Value baseline) {
        return candidate.counts().isPresent() && baseline.counts().isPresent();
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void learn(Reading.Value baseline) {
        baseline.counts().ifPresent(c -> harm.learn(c.events(), c.total()));
    }

    @Override
    public void settle(Reading.Value candidate, Reading.Value baseline) {
        Reading.Counts c = candidate.counts().orElseThrow();
        Reading.Counts b = baseline.counts().orElseThrow();
        settle(new Block(c.events(), c.total(), b.events(), b.total()));
    }

    void settle(Block block) {
        events += block.events();
        total += block.total();
        baseEvents += block.baseEvents();
        baseTotal += block.baseTotal();
        double both = block.total() + block.baseTotal();
        crossEvents += block.events() * (block.baseTotal() / both);
        crossBaseEvents += block.baseEvents() * (block.total() / both);
        crossTotal += block.total() * (block.baseTotal() / both);
        bound.settle(harm.settle(settings.lessIsHarm() ? block.complement() : block));
    }

    @Override
    public Wealth wealth() {
        return harm.wealth();
    }

    @Override
    public Optional<String> lacking() {
        if (Math.min(total, baseTotal) < settings.pass().minRequests()) {
            return Optional.of("a pass needs " + Words.count(settings.pass().minRequests()) + " requests of each");
        }
        double limit = settings.pass().rulingOut();
        return limit == Double.POSITIVE_INFINITY || ruledOut().orElse(limit + 1) <= limit
                ? Optional.empty()
                : Optional.of("a pass needs that " + Words.number(limit) + " times as many are ruled out");
    }

    @Override
    public String words() {
        double pooled = (events / total) / (baseEvents / baseTotal);
        double within = crossEvents / crossBaseEvents;
        String apart = Double.isFinite(pooled) && Double.isFinite(within) && Math.abs(within - pooled) > 0.1 * pooled
                ? "; compared within looks " + Words.number(within) + " times as many"
                : "";
        return settings.name() + " of the candidate " + Words.percent(events / total) + " against "
                + Words.percent(baseEvents / baseTotal) + " (" + Words.count(events) + " of " + Words.count(total)
                + " against " + Words.count(baseEvents) + " of " + Words.count(baseTotal) + " requests" + apart + ")";
    }

    /** Says how bad it may still be, and whether counts were not taken at their number. */
    @Override
    public String limits() {
        String bursts = harm.burst() > settings.tolerance().burst()
                ? "; counts vary " + Words.number(harm.burst())
                        + " times as much as those of independent requests would, so that many count as one"
                : "";
        return bursts
                + ruledOut().stream()
                        .mapToObj(r -> "; " + Words.number(r) + " times as many "
                                + (settings.lessIsHarm() ? "of the rest " : "") + "or more are ruled out with "
                                + Words.confidence(settings.confidence()) + " confidence")
                        .findFirst()
                        .orElse("");
    }

    private OptionalDouble ruledOut() {
        return bound.ratio(settings.confidence());
    }

    @Override
    public Evidence evidence() {
        return new Evidence(
                "e-process on counts (Turner, Ly and Grünwald), always valid",
                (crossEvents - crossBaseEvents) / crossTotal,
                Double.NaN,
                Double.NaN,
                settings.confidence(),
                crossBaseEvents > 0 ? crossEvents / crossBaseEvents : Double.NaN,
                harm.wealth().pValue(),
                Math.round(total),
                Math.round(baseTotal));
    }
}
