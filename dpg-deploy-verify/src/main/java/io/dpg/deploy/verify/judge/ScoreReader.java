package io.dpg.deploy.verify.judge;

import io.dpg.deploy.Group;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.NoDataPolicies;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and judges one line of a score card. */
final class ScoreReader {

    private static final Logger LOG = LoggerFactory.getLogger(ScoreReader.class);

    /** How far back a baseline is asked for that has no traffic any more, at least; as {@link Metric} does. */
    private static final Duration LEAST = Duration.ofMinutes(5);

    private ScoreReader() {}

    static ScoreResult.Row row(ScoredMetric metric, AnalysisContext context, Instant from) throws InterruptedException {
        Instant now = context.now();
        Reading candidate = read(metric.samples(), "candidate", context.candidateGroup(), from, now);
        Reading baseline = metric.judge().needsBaseline() ? baseline(metric.samples(), context, from) : null;
        if (!(candidate instanceof Reading.Value value)) {
            return row(metric, NoDataPolicies.HOLD.judge("candidate", candidate), false);
        }
        if (baseline != null && !(baseline instanceof Reading.Value)) {
            return row(metric, NoDataPolicies.HOLD.judge("baseline", baseline), false);
        }
        try {
            return judged(metric, value, (Reading.Value) baseline);
        } catch (RuntimeException e) {
            LOG.warn("The judge of metric {} failed", metric.name(), e);
            return row(metric, Judgement.error("the judge failed: " + e), false);
        }
    }

    /** A stable group without traffic says nothing new; what it said in its last time with traffic still holds. */
    private static Reading baseline(Metric.Samples samples, AnalysisContext context, Instant from)
            throws InterruptedException {
        Instant now = context.now();
        Instant ended = context.baselineUntil().orElse(now);
        if (!ended.isBefore(now)) {
            return read(samples, "baseline", context.baselineGroup(), from, now);
        }
        Duration window = Duration.between(from, now);
        Duration back = window.compareTo(LEAST) < 0 ? LEAST : window;
        return read(samples, "baseline", context.baselineGroup(), ended.minus(back), ended);
    }

    private static ScoreResult.Row judged(
            ScoredMetric metric, Reading.Value candidate, Reading.@Nullable Value baseline) {
        if (metric.judge() instanceof RankJudge judge && baseline != null) {
            Assessment assessment = judge.assess(candidate, baseline);
            boolean beyond = metric.isCritical() && !judge.hasCriticalThreshold() || assessment.critical();
            return row(metric, assessment.judgement(), beyond);
        }
        return row(metric, metric.judge().judge(candidate, baseline), metric.isCritical());
    }

    private static ScoreResult.Row row(ScoredMetric metric, Judgement judgement, boolean critical) {
        boolean decided = judgement.verdict() == Verdict.PASS || judgement.verdict() == Verdict.FAIL;
        boolean failsCard = decided
                ? critical && judgement.verdict() == Verdict.FAIL
                : metric.isCritical() && metric.policy() == NoDataPolicy.FAIL;
        return new ScoreResult.Row(
                metric.name(),
                metric.group(),
                metric.weight(),
                metric.isCritical(),
                metric.policy(),
                judgement,
                failsCard);
    }

    private static Reading read(Metric.Samples samples, String side, @Nullable Group group, Instant from, Instant to)
            throws InterruptedException {
        return group == null
                ? new Reading.NoData("there is no " + side + " group")
                : new MetricQuery(samples.metric(), group, from, to).ask(samples.source());
    }
}
