package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A metric of the candidate, held against a threshold or its baseline while a rollout bakes:
 *
 * <pre>{@code
 * Metric.named("error-rate").from(source, "error-ratio").below(0.05)
 * Metric.named("latency").from(source, "latency-p95").below(1.2).timesBaseline().consecutively(3)
 * }</pre>
 *
 * <p><b>What a look asks.</b> The samples since the last look that could be judged, or since the bake began for the
 * first; so a source that lags loses nothing, and a stage of a canary is never passed on samples of the stage before. With
 * {@link #over} it asks for a sliding window instead. A look at the very moment that the bake begins asks nothing.
 *
 * <p><b>What an answer means.</b> A value is judged. No data holds ({@link Verdict#INCONCLUSIVE}); an answer that cannot
 * be judged and a source that could not be asked hold as {@link Verdict#ERROR}; {@link #noData}, {@link #invalid} and
 * {@link #sourceError} change that. A judge that needs a baseline and gets none has no data. Once the candidate has all
 * traffic, as after a blue-green switch or at a canary's end, the baseline is what stable said in its last five minutes
 * with traffic, or in as long a time as is asked of the candidate where that is longer.
 *
 * <p><b>When it fails.</b> When 2 of the last 3 looks were bad; see {@link #failAfter}. Looks further back than that
 * many intervals (or minutes, where the interval is shorter) are forgotten, so blips an hour apart never add up.
 *
 * <p><b>When it passes.</b> When the bake is over, at least {@link #minLooks} looks brought a value, and the newest look
 * passed. Everything else holds the bake.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class Metric implements Analysis {

    /** The default time between two looks: 30 seconds. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

    /** How far back a baseline is asked for that has no traffic any more, at least. */
    private static final Duration PAST = Duration.ofMinutes(5);

    private final Samples samples;
    private final Judge judge;
    private final Rules rules;

    /** When a run fails and what it makes of answers without a value. */
    record Rules(
            Duration interval,
            Duration over,
            int bad,
            int ofLast,
            int minLooks,
            int minSamples,
            boolean atEnd,
            NoDataPolicies policies) {
        static final Rules DEFAULT = new Rules(DEFAULT_INTERVAL, Duration.ZERO, 2, 3, 1, 1, false, NoDataPolicies.HOLD);
    }

    private Metric(Samples samples, Judge judge, Rules rules) {
        this.samples = samples;
        this.judge = judge;
        this.rules = rules;
    }

    /**
     * Begins a metric.
     *
     * @param name its name in plans and messages, unique within a rollout
     */
    public static Named named(String name) {
        return new Named(notBlank("name", name));
    }

    /**
     * A metric without a source.
     *
     * @param name its name
     */
    public record Named(String name) {
        /**
         * Says where samples come from.
         *
         * @param source the source; asked by one thread at a time for this metric
         * @param metric the metric's name as the source knows it
         */
        public Samples from(MetricSource source, String metric) {
            return new Samples(name, Objects.requireNonNull(source, "source"), notBlank("metric", metric));
        }
    }

    /**
     * A metric that nothing is asked of yet. Immutable: may be kept, and made into several analyses of other names.
     *
     * @param name its name
     * @param source where samples come from
     * @param metric the metric's name as the source knows it
     */
    public record Samples(String name, MetricSource source, String metric) {
        /** Demands a mean of at most {@code limit}, in the metric's unit, or times baseline. */
        public Metric below(double limit) {
            return judge(ThresholdJudge.below(limit));
        }

        /** Demands a mean of at least {@code limit}, in the metric's unit, or times baseline. */
        public Metric above(double limit) {
            return judge(ThresholdJudge.above(limit));
        }

        /**
         * Asks for the candidate's samples after {@code from} until the time of {@code context}.
         *
         * @throws InterruptedException if this thread is interrupted
         */
        public Reading candidate(AnalysisContext context, Instant from) throws InterruptedException {
            return side("candidate", context.candidateGroup(), from, context.now());
        }

        /**
         * Asks for the baseline's samples of the same time. A stable group without traffic says nothing new; what it said
         * in its last five minutes with traffic still holds, or in as long a time as is asked of the candidate where that is
         * longer, or where there are none of five minutes as it had not served that long.
         *
         * @throws InterruptedException if this thread is interrupted
         */
        public Reading baseline(AnalysisContext context, Instant from) throws InterruptedException {
            Instant now = context.now();
            Instant ended = context.baselineUntil().orElse(now);
            if (!ended.isBefore(now)) {
                return side("baseline", context.baselineGroup(), from, now);
            }
            Duration window = Duration.between(from, now);
            Duration longer = window.compareTo(PAST) < 0 ? PAST : window;
            Reading reading = side("baseline", context.baselineGroup(), ended.minus(longer), ended);
            return reading instanceof Reading.NoData && !longer.equals(window)
                    ? side("baseline", context.baselineGroup(), ended.minus(window), ended)
                    : reading;
        }

        private Reading side(String role, @Nullable Group group, Instant from, Instant to) throws InterruptedException {
            return group == null
                    ? new Reading.NoData("there is no " + role + " group")
                    : new MetricQuery(metric, group, from, to).ask(source);
        }

        /** Lets {@code judge} decide. */
        public Metric judge(Judge judge) {
            return new Metric(this, Objects.requireNonNull(judge, "judge"), Rules.DEFAULT);
        }
    }

    /**
     * Returns a copy whose threshold is a factor of the baseline's mean; see {@link ThresholdJudge} for the formula.
     *
     * @throws IllegalStateException if the metric has a judge of your own
     * @throws IllegalArgumentException if the factor is not positive, or together with {@link #evenIfAlreadyFiring}
     */
    public Metric timesBaseline() {
        ThresholdJudge t = threshold("timesBaseline");
        return with(new ThresholdJudge(t.below(), t.limit(), true, t.tolerance(), t.notWorseSuffices()));
    }

    /**
     * Returns a copy that lets a difference to the baseline of up to {@code absolute}, in the metric's unit, pass:
     * the floor for ratios of numbers near zero. Default 0.
     *
     * @throws IllegalStateException if nothing is compared with the baseline: call {@link #timesBaseline} or
     *     {@link #evenIfAlreadyFiring} first
     */
    public Metric tolerating(double absolute) {
        ThresholdJudge t = threshold("tolerating");
        if (!t.timesBaseline() && !t.notWorseSuffices()) {
            throw new IllegalStateException("tolerating speaks of a difference to the baseline, but '" + name()
                    + "' has an absolute threshold; call timesBaseline or evenIfAlreadyFiring before it, or move the"
                    + " threshold");
        }
        return with(new ThresholdJudge(t.below(), t.limit(), t.timesBaseline(), absolute, t.notWorseSuffices()));
    }

    /**
     * Returns a copy that may start although the baseline violates the threshold: for the release that fixes what the
     * alarm is about. While the baseline violates it, the candidate must not be worse than the baseline; once the
     * baseline does not, or where there is no baseline, the threshold holds.
     *
     * @throws IllegalStateException if the metric has a judge of your own
     * @throws IllegalArgumentException together with {@link #timesBaseline}, which already judges a change
     */
    public Metric evenIfAlreadyFiring() {
        ThresholdJudge t = threshold("evenIfAlreadyFiring");
        return with(new ThresholdJudge(t.below(), t.limit(), t.timesBaseline(), t.tolerance(), true));
    }

    /** Returns a copy that looks every {@code interval}; milliseconds will do. Default {@link #DEFAULT_INTERVAL}. */
    public Metric interval(Duration interval) {
        Rules r = rules;
        positive("interval", interval);
        return with(new Rules(interval, r.over, r.bad, r.ofLast, r.minLooks, r.minSamples, r.atEnd, r.policies));
    }

    /**
     * Returns a copy that asks at every look for the last {@code window}, within the bake, rather than for what came
     * since the last look: for rates that need some time to mean anything.
     */
    public Metric over(Duration window) {
        Rules r = rules;
        positive("over", window);
        return with(new Rules(r.interval, window, r.bad, r.ofLast, r.minLooks, r.minSamples, r.atEnd, r.policies));
    }

    /** Begins to set how many bad looks fail: {@code failAfter(3).of(5)}. Default 2 of 3. */
    public Failing failAfter(int bad) {
        return new Failing(bad);
    }

    /** How many bad looks fail, the number of looks still to be said. */
    public final class Failing {
        private final int bad;

        private Failing(int bad) {
            this.bad = bad;
        }

        /**
         * Returns a copy of the metric that fails when that many of the last {@code looks} were bad. Looks without a
         * value take a place among them.
         *
         * @throws IllegalArgumentException unless 1 ≤ bad ≤ looks
         */
        public Metric of(int looks) {
            if (bad < 1 || looks < bad) {
                throw new IllegalArgumentException(
                        "failAfter(" + bad + ").of(" + looks + ") must ask for at least 1 and at most all looks");
            }
            Rules r = rules;
            return with(new Rules(r.interval, r.over, bad, looks, r.minLooks, r.minSamples, r.atEnd, r.policies));
        }
    }

    /** Returns a copy that fails when {@code looks} looks in a row were bad. */
    public Metric consecutively(int looks) {
        return failAfter(looks).of(looks);
    }

    /**
     * Returns a copy that judges once, when the bake is over, all samples of the bake: right for a statistical test, whose
     * false alarms would add up over many looks. One bad verdict then fails. Without a verdict it looks again every interval.
     */
    public Metric atEnd() {
        Rules r = rules;
        return with(new Rules(r.interval, Duration.ZERO, 1, 1, r.minLooks, r.minSamples, true, r.policies));
    }

    /** Returns a copy that passes only after {@code looks} looks brought a value. Default, and least, 1. */
    public Metric minLooks(int looks) {
        Rules r = rules;
        atLeastOne("minLooks", looks);
        return with(new Rules(r.interval, r.over, r.bad, r.ofLast, looks, r.minSamples, r.atEnd, r.policies));
    }

    /** Returns a copy for which an answer with fewer than {@code samples} samples is no data. Default, and least, 1. */
    public Metric minSamples(int samples) {
        Rules r = rules;
        atLeastOne("minSamples", samples);
        return with(new Rules(r.interval, r.over, r.bad, r.ofLast, r.minLooks, samples, r.atEnd, r.policies));
    }

    /** Returns a copy with another policy for looks without data. Default {@link NoDataPolicy#HOLD}. */
    public Metric noData(NoDataPolicy policy) {
        return policies(rules.policies.noData(Objects.requireNonNull(policy, "policy")));
    }

    /** Returns a copy with another policy for answers that cannot be judged. Default {@link NoDataPolicy#HOLD}. */
    public Metric invalid(NoDataPolicy policy) {
        return policies(rules.policies.invalid(Objects.requireNonNull(policy, "policy")));
    }

    /** Returns a copy with another policy for a source that cannot be asked. Default {@link NoDataPolicy#HOLD}. */
    public Metric sourceError(NoDataPolicy policy) {
        return policies(rules.policies.sourceError(Objects.requireNonNull(policy, "policy")));
    }

    private Metric policies(NoDataPolicies policies) {
        Rules r = rules;
        return with(new Rules(r.interval, r.over, r.bad, r.ofLast, r.minLooks, r.minSamples, r.atEnd, policies));
    }

    @Override
    public String name() {
        return samples.name();
    }

    @Override
    public boolean needsBaseline() {
        return judge.needsBaseline();
    }

    @Override
    public List<String> faults() {
        return samples.source().unknown(samples.metric()).stream().toList();
    }

    @Override
    public boolean looksAtEnd() {
        return rules.atEnd;
    }

    @Override
    public Metric reading(MetricSource source) {
        return new Metric(new Samples(samples.name(), source, samples.metric()), judge, rules);
    }

    @Override
    public Duration interval() {
        return rules.interval;
    }

    /**
     * Looks at the baseline over the last three intervals (at least five minutes). Speaks against starting where the
     * baseline itself violates an absolute threshold, unless {@link #evenIfAlreadyFiring}, and where the source's answer
     * is invalid or it cannot be asked, unless that is to be skipped: better before anything is changed than after. No
     * data and no baseline speak against nothing.
     */
    @Override
    public Optional<String> preflight(AnalysisContext context) throws Exception {
        return new MetricRun(samples, judge, rules, context).preflight(context);
    }

    @Override
    public Run start(AnalysisContext context) {
        return new MetricRun(samples, judge, rules, context);
    }

    /** Returns for example {@code error-rate below 0.05}. */
    @Override
    public String toString() {
        return name() + ' ' + judge.describe();
    }

    private ThresholdJudge threshold(String setting) {
        if (judge instanceof ThresholdJudge threshold) {
            return threshold;
        }
        throw new IllegalStateException(setting + " changes a threshold set by below or above, but '" + name()
                + "' is judged by a judge of your own (" + judge.describe() + "); keep one of them");
    }

    private Metric with(Judge other) {
        return new Metric(samples, other, rules);
    }

    private Metric with(Rules other) {
        return new Metric(samples, judge, other);
    }

    private static void positive(String setting, Duration value) {
        if (Objects.requireNonNull(value, setting).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(setting + " must be positive, but is " + value);
        }
    }

    private static void atLeastOne(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    setting + " must be at least 1, but is " + value + "; an analysis that saw nothing never passes");
        }
    }

    private static String notBlank(String what, String value) {
        if (Objects.requireNonNull(value, what).isBlank()) {
            throw new IllegalArgumentException("The " + what + " of a metric must not be blank");
        }
        return value;
    }
}
