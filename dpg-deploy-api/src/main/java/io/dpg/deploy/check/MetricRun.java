package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bake under watch by a {@link Metric}. Used by one thread. */
final class MetricRun implements Analysis.Run {

    private static final Logger LOG = LoggerFactory.getLogger(MetricRun.class);

    /** How far back the baseline is looked at before the start, at least. */
    private static final Duration PREFLIGHT = Duration.ofMinutes(5);

    /** An interval of milliseconds is for tests and short bakes; their looks may still take seconds. */
    private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(1);

    private final Metric.Samples samples;
    private final Judge judge;
    private final Metric.Rules rules;
    private final Instant begun;
    private final Deque<Look> recent = new ArrayDeque<>();
    private Instant from;
    private int valued;
    private @Nullable Judgement failure;
    private @Nullable Judgement newest;

    private record Look(Instant at, boolean bad) {}

    MetricRun(Metric.Samples samples, Judge judge, Metric.Rules rules, AnalysisContext context) {
        this.samples = samples;
        this.judge = judge;
        this.rules = rules;
        this.begun = context.now();
        this.from = begun;
    }

    Optional<String> preflight(AnalysisContext context) throws InterruptedException {
        Group baseline = context.baselineGroup();
        if (baseline == null) {
            return Optional.empty();
        }
        Duration back = longer(longer(rules.interval().multipliedBy(3), PREFLIGHT), rules.over());
        MetricQuery query =
                new MetricQuery(samples.metric(), baseline, context.now().minus(back), context.now());
        Reading reading = enough(query.ask(samples.source()));
        if (reading instanceof Reading.Value value) {
            return judge.needsBaseline() || tolerated() ? Optional.empty() : violated(value);
        }
        return rules.policies().refusal(reading);
    }

    private Optional<String> violated(Reading.Value baseline) {
        Judgement judgement = judged(baseline, null);
        return judgement.verdict() != Verdict.FAIL
                ? Optional.empty()
                : Optional.of("already firing: for the version that serves now, " + judgement.reason()
                        + "; if this release is to fix that, add evenIfAlreadyFiring()");
    }

    @Override
    public Judgement look(AnalysisContext context) throws InterruptedException {
        Instant now = context.now();
        Instant start = rules.over().isZero() ? from : later(begun, now.minus(rules.over()));
        if (now.isBefore(start)) {
            return newest = Judgement.inconclusive("the clock went back, and what was seen before is no newest look");
        }
        if (start.equals(now)) {
            return Judgement.inconclusive("no time has passed yet that could be asked about");
        }
        Found found = once(context, start, now);
        Judgement judgement = counted(found, now);
        if (!found.skip() || newest == null) {
            newest = judgement;
        }
        if (judgement.verdict() == Verdict.FAIL) {
            failure = judgement;
        }
        return judgement;
    }

    /** What one look found, before it is counted. {@code skip} takes it out of what the end is decided on. */
    private record Found(Judgement judgement, boolean value, boolean skip) {}

    private Found once(AnalysisContext context, Instant start, Instant now) throws InterruptedException {
        Reading candidate = enough(samples.candidate(context, start));
        if (!(candidate instanceof Reading.Value value)) {
            return without("candidate", candidate);
        }
        Reading.Value baseline = null;
        if (judge.needsBaseline() || tolerated()) {
            Reading reading = enough(samples.baseline(context, start));
            if (reading instanceof Reading.Value other) {
                baseline = other;
            } else if (judge.needsBaseline() || !(reading instanceof Reading.NoData)) {
                return without("baseline", reading);
            }
        }
        Judgement judgement = judged(value, baseline);
        boolean decided = judgement.verdict() == Verdict.PASS || judgement.verdict() == Verdict.FAIL;
        if (decided) {
            from = now; // else the samples are kept for the next look, so that a judge that needs many gets them
        }
        return new Found(judgement, decided, false);
    }

    private Found without(String side, Reading reading) {
        boolean skip = rules.policies().of(reading) == NoDataPolicy.SKIP;
        return new Found(rules.policies().judge(side, reading), false, skip);
    }

    /** Puts a look among the recent ones; a bad one is only a failure together with enough others. */
    private Judgement counted(Found found, Instant now) {
        boolean bad = found.judgement().verdict() == Verdict.FAIL;
        valued += found.value() ? 1 : 0;
        recent.addLast(new Look(now, bad));
        Duration memory = longer(rules.interval(), SHORTEST_MEMORY).multipliedBy(rules.ofLast());
        while (recent.size() > rules.ofLast()
                || recent.getFirst().at().plus(memory).isBefore(now)) {
            recent.removeFirst();
        }
        if (!bad || rules.ofLast() == 1) {
            return found.judgement();
        }
        long count = recent.stream().filter(Look::bad).count();
        String counts = found.judgement().reason() + " (bad in " + count + " of the last " + rules.ofLast()
                + " looks, fails at " + rules.bad() + ")";
        return count >= rules.bad() ? Judgement.fail(counts) : Judgement.inconclusive(counts);
    }

    @Override
    public Judgement conclude() {
        if (failure != null) {
            return failure;
        }
        if (newest == null) {
            return Judgement.inconclusive("never looked, and that is no pass");
        }
        if (newest.verdict() == Verdict.PASS && valued < rules.minLooks()) {
            return Judgement.inconclusive(
                    "only " + valued + " looks brought a value, but a pass needs " + rules.minLooks());
        }
        return newest;
    }

    private Judgement judged(Reading.Value candidate, Reading.@Nullable Value baseline) {
        try {
            return judge.judge(candidate, baseline);
        } catch (RuntimeException e) {
            LOG.warn("The judge of metric {} failed", samples.name(), e);
            return Judgement.error("the judge failed: " + e);
        }
    }

    private Reading enough(Reading reading) {
        if (reading instanceof Reading.Value value && value.samples().size() < rules.minSamples()) {
            return new Reading.NoData(
                    "only " + value.samples().size() + " of at least " + rules.minSamples() + " samples");
        }
        return reading;
    }

    private boolean tolerated() {
        return judge instanceof ThresholdJudge threshold && threshold.notWorseSuffices();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
