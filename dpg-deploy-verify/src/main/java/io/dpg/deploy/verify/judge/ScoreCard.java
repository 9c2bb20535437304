package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several metrics judged together, as canary analyses do: each passes or fails, and the weighted share of those that
 * pass is a score from 0 to 100.
 *
 * <pre>{@code
 * ScoreCard.named("canary")
 *         .metric(ScoredMetric.of(Metric.named("latency").from(prometheus, "latency-p95"), RankJudge.increase()).weight(2))
 *         .metric(ScoredMetric.of(Metric.named("errors").from(prometheus, "errors"), RateJudge.increase()).critical())
 * }</pre>
 *
 * <p><b>The score</b> of a group is the weight of its metrics that passed over that of all that have a verdict; the card's is
 * the mean of the groups' scores by {@link #groupWeight}. At {@link #pass} and above the card passes. From {@link #marginal}
 * up to there it is {@link Verdict#INCONCLUSIVE}, also at the end: that holds the bake for more
 * samples until its limit, and then fails it, so a marginal score is never a pass that nobody saw. Below, it fails.
 * A critical metric that fails fails the card, whatever the score.
 *
 * <p><b>Without a verdict.</b> A metric without data, with an error, or undecided never counts as a pass; see
 * {@link ScoredMetric#noData}. While one holds, the card passes nothing, but fails where it would even if that metric
 * passed. A card of which every metric was skipped holds.
 *
 * <p><b>When.</b> Once, when the bake is over, with all samples since it began: statistical judges promise their level of
 * false alarms for one look. {@link #everyLook} judges what there is so far at every {@link #interval} instead, and then
 * false alarms add up; {@code Sequential} analyses exist for that.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class ScoreCard implements Analysis {

    /** The score from which a card passes by default. */
    public static final double DEFAULT_PASS = 95;

    /** The score from which a card that does not pass is marginal by default. */
    public static final double DEFAULT_MARGINAL = 75;

    /** The default time between two looks: 60 seconds. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

    private final String name;
    private final List<ScoredMetric> metrics;
    private final Map<String, Double> groups;
    private final double pass;
    private final double marginal;
    private final Duration interval;
    private final boolean everyLook;

    private ScoreCard(
            String name,
            List<ScoredMetric> metrics,
            Map<String, Double> groups,
            double pass,
            double marginal,
            Duration interval,
            boolean everyLook) {
        this.name = name;
        this.metrics = metrics;
        this.groups = groups;
        this.pass = pass;
        this.marginal = marginal;
        this.interval = interval;
        this.everyLook = everyLook;
    }

    /** Begins a card; its name is unique within a rollout. */
    public static ScoreCard named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a score card must not be blank");
        }
        return new ScoreCard(name, List.of(), Map.of(), DEFAULT_PASS, DEFAULT_MARGINAL, DEFAULT_INTERVAL, false);
    }

    /**
     * Returns a copy with one more metric.
     *
     * @throws IllegalArgumentException if the card has a metric of that name
     */
    public ScoreCard metric(ScoredMetric metric) {
        if (metrics.stream().anyMatch(m -> m.name().equals(metric.name()))) {
            throw new IllegalArgumentException(
                    "Score card '" + name + "' already has a metric '" + metric.name() + "'; give one another name");
        }
        List<ScoredMetric> more = new ArrayList<>(metrics);
        more.add(metric);
        return new ScoreCard(name, List.copyOf(more), groups, pass, marginal, interval, everyLook);
    }

    /** Returns a copy in which a group weighs so much, next to the others; positive, default 1. */
    public ScoreCard groupWeight(String group, double weight) {
        Map<String, Double> more = new LinkedHashMap<>(groups);
        more.put(group, ScoredMetric.weight("groupWeight", weight));
        return new ScoreCard(name, metrics, Map.copyOf(more), pass, marginal, interval, everyLook);
    }

    /**
     * Returns a copy with other limits; 0 ≤ marginal ≤ pass ≤ 100. Defaults {@value #DEFAULT_PASS} and
     * {@value #DEFAULT_MARGINAL}.
     *
     * @param pass the score from which the card passes
     * @param marginal the score below which it fails
     */
    public ScoreCard limits(double pass, double marginal) {
        if (!(0 <= marginal && marginal <= pass && pass <= 100)) {
            throw new IllegalArgumentException("Limits of a score must be 0 ≤ marginal ≤ pass ≤ 100, but are pass "
                    + pass + " and marginal " + marginal);
        }
        return new ScoreCard(name, metrics, groups, pass, marginal, interval, everyLook);
    }

    /** Returns a copy with another time between two looks; positive. Default {@link #DEFAULT_INTERVAL}. */
    public ScoreCard interval(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval must be positive, but is " + interval);
        }
        return new ScoreCard(name, metrics, groups, pass, marginal, interval, everyLook);
    }

    /** Returns a copy that judges the samples so far at every interval, rather than all of them once at the end. */
    public ScoreCard everyLook() {
        return new ScoreCard(name, metrics, groups, pass, marginal, interval, true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public boolean looksAtEnd() {
        return !everyLook;
    }

    @Override
    public boolean needsBaseline() {
        return metrics.stream().anyMatch(m -> m.judge().needsBaseline());
    }

    @Override
    public List<String> faults() {
        return metrics.stream()
                .flatMap(m -> m.samples().source().unknown(m.samples().metric()).stream())
                .toList();
    }

    @Override
    public ScoreCard reading(MetricSource source) {
        List<ScoredMetric> other = metrics.stream().map(m -> m.reading(source)).toList();
        return new ScoreCard(name, other, groups, pass, marginal, interval, everyLook);
    }

    /**
     * Judges the samples from {@code from} until now.
     *
     * @throws InterruptedException if the thread is interrupted while a source is asked
     */
    public ScoreResult score(AnalysisContext context, Instant from) throws InterruptedException {
        List<ScoreResult.Row> rows = new ArrayList<>();
        for (ScoredMetric metric : metrics) {
            rows.add(ScoreReader.row(metric, context, from));
        }
        return ScoreResult.of(rows, groups, pass, marginal);
    }

    @Override
    public Run start(AnalysisContext context) {
        if (metrics.isEmpty()) {
            throw new IllegalStateException("Tried to start score card '" + name
                    + "', but it has no metric, and that is no pass; add one with metric(...)");
        }
        return new CardRun(context.now());
    }

    /** One bake. Used by one thread. */
    private final class CardRun implements Run {
        private final Instant begun;
        private @Nullable Judgement newest;
        private @Nullable Judgement failure;

        CardRun(Instant begun) {
            this.begun = begun;
        }

        @Override
        public Judgement look(AnalysisContext context) throws InterruptedException {
            if (context.now().isBefore(begun)) {
                return newest = Judgement.inconclusive("the clock went back, and there is nothing to ask about");
            }
            if (begun.equals(context.now())) {
                return Judgement.inconclusive("no time has passed yet that could be asked about");
            }
            Judgement judgement = score(context, begun).judgement();
            newest = judgement;
            if (judgement.verdict() == Verdict.FAIL) {
                failure = judgement;
            }
            return judgement;
        }

        @Override
        public Judgement conclude() {
            if (failure != null) {
                return failure;
            }
            return newest == null ? Judgement.inconclusive("never looked, and that is no pass") : newest;
        }
    }
}
