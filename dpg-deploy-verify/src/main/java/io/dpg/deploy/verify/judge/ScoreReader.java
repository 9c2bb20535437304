package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.NoDataPolicies;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and judges one line of a score card. */
final class ScoreReader {

    private static final Logger LOG = LoggerFactory.getLogger(ScoreReader.class);

    private ScoreReader() {}

    static ScoreResult.Row row(ScoredMetric metric, AnalysisContext context, Instant from) throws InterruptedException {
        Reading candidate = metric.samples().candidate(context, from);
        Reading baseline = metric.judge().needsBaseline() ? metric.samples().baseline(context, from) : null;
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
}
