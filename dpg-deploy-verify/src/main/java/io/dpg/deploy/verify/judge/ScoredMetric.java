package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Judge;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.NoDataPolicy;
import java.util.Objects;

/**
 * One line of a {@link ScoreCard}: a metric, its judge, and what its verdict weighs. Immutable and thread-safe; methods that
 * take a setting return a changed copy.
 */
public final class ScoredMetric {

    /** The group of metrics that name none. */
    public static final String DEFAULT_GROUP = "all";

    private final Metric.Samples samples;
    private final Judge judge;
    private final String group;
    private final double weight;
    private final boolean critical;
    private final NoDataPolicy noData;

    private ScoredMetric(
            Metric.Samples samples, Judge judge, String group, double weight, boolean critical, NoDataPolicy noData) {
        this.samples = samples;
        this.judge = judge;
        this.group = group;
        this.weight = weight;
        this.critical = critical;
        this.noData = noData;
    }

    /**
     * Makes a line of a score card: {@code of(Metric.named("latency").from(source, "latency-p95"), RankJudge.increase())}.
     *
     * @param samples the name and where samples come from
     * @param judge what makes a verdict of them
     */
    public static ScoredMetric of(Metric.Samples samples, Judge judge) {
        return new ScoredMetric(
                Objects.requireNonNull(samples, "samples"),
                Objects.requireNonNull(judge, "judge"),
                DEFAULT_GROUP,
                1,
                false,
                NoDataPolicy.HOLD);
    }

    /** Returns a copy in a group; see {@link ScoreCard#groupWeight}. Default {@value #DEFAULT_GROUP}. */
    public ScoredMetric group(String group) {
        if (group.isBlank()) {
            throw new IllegalArgumentException("The group of metric '" + name() + "' must not be blank");
        }
        return new ScoredMetric(samples, judge, group, weight, critical, noData);
    }

    /** Returns a copy that weighs so much within its group, next to the others; positive, default 1. */
    public ScoredMetric weight(double weight) {
        return new ScoredMetric(samples, judge, group, weight("weight", weight), critical, noData);
    }

    static double weight(String name, double weight) {
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a positive number, but is " + weight);
        }
        return weight;
    }

    /**
     * Returns a copy whose failure fails the card at once, whatever the score. Where its judge is a {@link RankJudge} with
     * {@link RankJudge#criticalIncrease} or {@link RankJudge#criticalDecrease}, only a failure beyond that does.
     */
    public ScoredMetric critical() {
        return new ScoredMetric(samples, judge, group, weight, true, noData);
    }

    /**
     * Returns a copy with another policy for when there is no verdict: no data, an answer that cannot be judged, a source
     * that could not be asked, too few samples. {@link NoDataPolicy#HOLD}, the default, holds the card,
     * {@link NoDataPolicy#FAIL} counts as a failure, which fails the card where the metric is {@link #critical},
     * {@link NoDataPolicy#SKIP} leaves the metric out of the score.
     */
    public ScoredMetric noData(NoDataPolicy policy) {
        return new ScoredMetric(samples, judge, group, weight, critical, Objects.requireNonNull(policy, "policy"));
    }

    /** Returns the name. */
    public String name() {
        return samples.name();
    }

    ScoredMetric reading(MetricSource source) {
        return new ScoredMetric(
                new Metric.Samples(samples.name(), source, samples.metric()), judge, group, weight, critical, noData);
    }

    Metric.Samples samples() {
        return samples;
    }

    Judge judge() {
        return judge;
    }

    String group() {
        return group;
    }

    double weight() {
        return weight;
    }

    boolean isCritical() {
        return critical;
    }

    NoDataPolicy policy() {
        return noData;
    }
}
