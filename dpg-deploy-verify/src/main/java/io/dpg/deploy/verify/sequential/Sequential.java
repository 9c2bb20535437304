package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.NoDataPolicies;
import io.dpg.deploy.check.NoDataPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Watches whether the candidate does harm, compared with the stable group at the same time, and stops the rollout as soon
 * as that is certain:
 *
 * <pre>{@code
 * Sequential.harm("errors").from(prometheus, "errors").confidence(0.99)
 * }</pre>
 *
 * <p><b>The guarantee.</b> A candidate that does no harm is stopped with a probability of at most {@code 1 - confidence},
 * over the whole watch, however often and however long it looks. A threshold or a common test that is asked again at every
 * look has no such limit. The evidence is the capital of a bet, and Ville's inequality bounds how often that ever gets
 * high; see {@code RateBets} for counts, and {@code SignBets} for values without counts.
 *
 * <p><b>Counts.</b> Where the source says of how many requests a share is ({@link
 * io.dpg.deploy.check.Reading#share Reading.share}: errors of requests, requests slower than a bound of a histogram), "no
 * harm" means that within each look the candidate's rate is at most the baseline's, or what {@link #tolerating} says. The
 * rate common to both may drift, and shares of traffic may change. The guarantee assumes that, within a look, requests fail
 * independently of each other and that each is counted once. A negative number or more events than requests is an invalid
 * answer ({@code Reading.share} sees to that) and its look is not counted.
 *
 * <p><b>Bursts.</b> Real errors come in bursts: one incident fails many requests. How large bursts are shows in how counts
 * vary from look to look: of the baseline in 20 looks' time before the watch, which the first look asks the source for, and
 * of both groups in the looks so far. If they vary five times as much as independent requests would, five events count as
 * one. For independent requests the guarantee stays exact; for bursts it is as good as that estimate, so say with
 * {@link #inBurstsOf} what you know. Fractions are taken as they are. A source that extrapolates, such as Prometheus'
 * {@code increase} over a window of few scrapes, gives numbers that are too large by some factor, which shows as bursts of
 * that size; intervals of ten scrapes and more keep it small.
 *
 * <p><b>Values without counts</b>, such as a percentile of latency: each look asks whether the candidate's mean is worse
 * than the baseline's, or what is tolerated. "No harm" means that this is at most as likely as the opposite, whatever
 * happened before; ties count for neither. That holds for groups that are alike in kind; a percentile of much less traffic
 * may lie higher or lower in most looks for that reason alone, so give a tolerance, or better count slow requests.
 *
 * <p><b>What a look asks.</b> The samples since the last look that brought a value, for both groups alike, so nothing is
 * lost or counted twice. Looks without a value follow the policies, as with {@link io.dpg.deploy.check.Metric}: hold by
 * default; {@link NoDataPolicy#FAIL} fails at once here, as bad looks are not counted.
 *
 * <p><b>When it passes.</b> When at the end no harm is certain, the newest look brought a value, and there was something to
 * see: {@link #minRequests} of each group, or, without counts, as many looks as could have shown harm. A pass is no proof
 * that there is no harm; its reason says how certain harm is, and, with counts, what ratio to the baseline is ruled out
 * ({@link #rulingOut} makes that a condition).
 *
 * <p><b>When the stable group has no traffic any more</b>, looks end with its last moment and what they showed stands. Older
 * samples of it are not compared with newer ones of the candidate, as the common rate may have changed since. Where
 * that leaves too little for a pass, the analysis fails at the end: to hold would change nothing. Bakes with all traffic
 * leave it out, and strategies that never split traffic refuse it, unless {@link #comparingWithThePast}.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy. A watch needs some kilobytes, however long.
 */
public final class Sequential implements Analysis {

    /** The default confidence: {@value}. */
    public static final double DEFAULT_CONFIDENCE = 0.99;

    /** The default time between two looks: 10 seconds. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    /** How many requests of each group a pass needs by default: {@value}. */
    public static final long DEFAULT_MIN_REQUESTS = 100;

    private final Settings settings;

    private Sequential(Settings settings) {
        this.settings = settings;
    }

    /**
     * Begins an analysis of something of which more is worse.
     *
     * @param name its name in plans and messages, unique within a rollout
     */
    public static Named harm(String name) {
        return new Named(notBlank("name", name));
    }

    /**
     * An analysis without a source.
     *
     * @param name its name
     */
    public record Named(String name) {
        /**
         * Says where samples come from.
         *
         * @param source the source; asked by one thread at a time for this analysis
         * @param metric the metric's name as the source knows it; a share with its counts, or any value
         */
        public Sequential from(MetricSource source, String metric) {
            return new Sequential(new Settings(
                    name,
                    Objects.requireNonNull(source, "source"),
                    notBlank("metric", metric),
                    DEFAULT_CONFIDENCE,
                    DEFAULT_INTERVAL,
                    Settings.Tolerance.NONE,
                    false,
                    Settings.Pass.DEFAULT,
                    false,
                    NoDataPolicies.HOLD));
        }
    }

    /**
     * Returns a copy that stops a candidate when harm is as certain as this. Default {@value #DEFAULT_CONFIDENCE}: one in a
     * hundred harmless candidates is stopped at most.
     *
     * @throws IllegalArgumentException unless 0.5 ≤ confidence ≤ 0.999999
     */
    public Sequential confidence(double confidence) {
        if (!(confidence >= 0.5 && confidence <= 0.999999)) {
            throw new IllegalArgumentException(
                    "A confidence must be within 0.5 and 0.999999, such as 0.99, but is " + confidence);
        }
        return new Sequential(settings.withConfidence(confidence));
    }

    /** Returns a copy that looks every {@code interval}. Default {@link #DEFAULT_INTERVAL}; 1 s costs no certainty. */
    public Sequential interval(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("An interval must be positive, but is " + interval);
        }
        return new Sequential(settings.withInterval(interval));
    }

    /**
     * Returns a copy for which up to {@code times} the baseline's rate or value is no harm. Default 1.
     *
     * @throws IllegalArgumentException unless 1 ≤ times ≤ 1000
     */
    public Sequential tolerating(double times) {
        return tolerating(times, 0);
    }

    /**
     * Returns a copy for which up to {@code times × the baseline's + plus} is no harm: {@code plus} keeps one error more
     * where there are nearly none from mattering. Default 1 and 0. With a {@code plus}, the first look on counts is only
     * learned from.
     *
     * @param times a factor of the baseline's rate or value
     * @param plus a rate within 0 to 1 for counts, else in the metric's unit
     * @throws IllegalArgumentException unless 1 ≤ times ≤ 1000 and plus is finite and at least 0
     */
    public Sequential tolerating(double times, double plus) {
        if (!(times >= 1 && times <= 1000)) {
            throw new IllegalArgumentException(
                    "A tolerated factor must be within 1 and 1000, such as 1.2 for 20 % more, but is " + times);
        }
        if (!(plus >= 0 && plus < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("A tolerated excess must be finite and at least 0, but is " + plus);
        }
        return tolerance(
                new Settings.Tolerance(times, plus, settings.tolerance().burst()));
    }

    /**
     * Returns a copy for events that come in bursts of {@code size}: that many count as one, or more where counts vary more
     * than that. If every incident fails exactly that many requests, the guarantee is exact again. For values without counts: how many looks show the same thing. Default 1; detection takes that much longer.
     *
     * @throws IllegalArgumentException unless 1 ≤ size ≤ 10,000
     */
    public Sequential inBurstsOf(double size) {
        if (!(size >= 1 && size <= 10_000)) {
            throw new IllegalArgumentException("A burst must be of 1 to 10,000 events, but is " + size);
        }
        return tolerance(new Settings.Tolerance(
                settings.tolerance().times(), settings.tolerance().plus(), size));
    }

    private Sequential tolerance(Settings.Tolerance tolerance) {
        return new Sequential(settings.withTolerance(tolerance));
    }

    /**
     * Returns a copy for something of which less is worse, such as the share of successes or of cache hits. With counts,
     * what is tolerated then is a factor of the share of the rest: of failures, of misses.
     */
    public Sequential lessIsHarm() {
        return new Sequential(settings.withLessIsHarm());
    }

    /**
     * Returns a copy that passes only after {@code requests} of each group were counted. Default
     * {@value #DEFAULT_MIN_REQUESTS}; without meaning for values without counts.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Sequential minRequests(long requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("A pass needs at least one request, but minRequests is " + requests);
        }
        return new Sequential(
                settings.withPass(new Settings.Pass(requests, settings.pass().rulingOut())));
    }

    /**
     * Returns a copy that passes only when it is certain, with the analysis' confidence, that the candidate's rate is not
     * {@code times} the baseline's or more, if their ratio is the same in all looks. So the bake goes on until enough was
     * seen, within its limit. Needs counts, and a baseline that has events at all. Default: a pass needs no such bound.
     *
     * @throws IllegalArgumentException unless 1.1 ≤ times ≤ 100, or not above what is tolerated
     */
    public Sequential rulingOut(double times) {
        if (!(times >= 1.1 && times <= 100 && times > settings.tolerance().times())) {
            throw new IllegalArgumentException(
                    "What is to be ruled out must be within 1.1 and 100 times the baseline's and"
                            + " more than what is tolerated, such as 3, but is " + times);
        }
        return new Sequential(
                settings.withPass(new Settings.Pass(settings.pass().minRequests(), times)));
    }

    /**
     * Returns a copy that goes on when the stable group has no traffic any more, as after a blue-green switch: with the
     * candidate's newest samples against the baseline's from before the watch, each used once. That is only as good as the
     * assumption that the rate common to both is the same as then, which holds for minutes rather than for hours. Once the
     * past is used up, what was found until then stands.
     */
    public Sequential comparingWithThePast() {
        return new Sequential(settings.withPast());
    }

    /** Returns a copy with another policy for looks without data. Default {@link NoDataPolicy#HOLD}. */
    public Sequential noData(NoDataPolicy policy) {
        return policies(settings.policies().noData(Objects.requireNonNull(policy, "policy")));
    }

    /** Returns a copy with another policy for answers that cannot be judged. Default {@link NoDataPolicy#HOLD}. */
    public Sequential invalid(NoDataPolicy policy) {
        return policies(settings.policies().invalid(Objects.requireNonNull(policy, "policy")));
    }

    /** Returns a copy with another policy for a source that cannot be asked. Default {@link NoDataPolicy#HOLD}. */
    public Sequential sourceError(NoDataPolicy policy) {
        return policies(settings.policies().sourceError(Objects.requireNonNull(policy, "policy")));
    }

    private Sequential policies(NoDataPolicies policies) {
        return new Sequential(settings.withPolicies(policies));
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public List<String> faults() {
        return settings.source().unknown(settings.metric()).stream().toList();
    }

    @Override
    public Sequential reading(MetricSource source) {
        return new Sequential(settings.withSource(Objects.requireNonNull(source, "source")));
    }

    @Override
    public Duration interval() {
        return settings.interval();
    }

    @Override
    public boolean needsBaseline() {
        return true;
    }

    @Override
    public boolean comparesAlongside() {
        return !settings.past();
    }

    /**
     * Asks for the baseline's last three intervals (at least five minutes). Speaks against starting where the answer is
     * invalid or the source cannot be asked, unless that is to be skipped. No data and no baseline speak against nothing.
     */
    @Override
    public Optional<String> preflight(AnalysisContext context) throws Exception {
        return new SequentialRun(settings, context).preflight(context);
    }

    @Override
    public Run start(AnalysisContext context) {
        return new SequentialRun(settings, context);
    }

    /** Returns for example {@code errors not more than the baseline's, with 99 % confidence}. */
    @Override
    public String toString() {
        Settings.Tolerance t = settings.tolerance();
        return settings.name() + (settings.lessIsHarm() ? " not less than " : " not more than ")
                + (t.times() > 1 ? Words.number(t.times()) + " times " : "") + "the baseline's"
                + (t.plus() > 0 ? " and " + Words.number(t.plus()) : "") + ", with "
                + Words.confidence(settings.confidence()) + " confidence";
    }

    private static String notBlank(String what, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("An analysis needs a " + what);
        }
        return value;
    }
}
