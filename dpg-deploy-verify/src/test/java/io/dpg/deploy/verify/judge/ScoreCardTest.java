package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judge;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.check.ThresholdJudge;
import io.dpg.deploy.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScoreCardTest {

    private static final Instant BEGUN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Judge AT_MOST_ONE = ThresholdJudge.below(1);

    private final Map<String, Reading> readings = new HashMap<>();
    private final List<MetricQuery> asked = new ArrayList<>();
    private final MetricSource source = query -> {
        asked.add(query);
        Reading reading = readings.get(query.metric());
        if (reading == null) {
            throw new java.io.IOException("connection refused");
        }
        return reading;
    };

    private static Group group(Slot slot) {
        return new Group(slot, "1", new Revision("r"), 1, 1, 50, 1, List.of(), null, null);
    }

    private static AnalysisContext at(Duration since) {
        return new AnalysisContext(group(Slot.GREEN), group(Slot.BLUE), BEGUN, BEGUN.plus(since));
    }

    private ScoredMetric metric(String name, double value) {
        readings.put(name, Reading.of(value));
        return ScoredMetric.of(Metric.named(name).from(source, name), AT_MOST_ONE);
    }

    private static Judgement look(ScoreCard card) throws Exception {
        return card.start(at(Duration.ZERO)).look(at(Duration.ofMinutes(10)));
    }

    @ParameterizedTest(name = "weights {0} good and {1} bad: {2}")
    @CsvSource({"95, 5, PASS", "94, 6, INCONCLUSIVE", "75, 25, INCONCLUSIVE", "74, 26, FAIL", "0.1, 0.3, FAIL"})
    void theScoreIsTheWeightOfWhatPassed(double good, double bad, Verdict expected) throws Exception {
        ScoreCard card = ScoreCard.named("canary")
                .metric(metric("good", 0.5).weight(good))
                .metric(metric("bad", 2).weight(bad));
        ScoreResult result = card.score(at(Duration.ofMinutes(5)), BEGUN);
        assertThat(result.score()).isEqualTo(100 * good / (good + bad), within(1e-9));
        assertThat(result.judgement().verdict()).isEqualTo(expected);
        assertThat(result.judgement().reason()).contains("failed: bad (2 is not below 1)");
    }

    @Test
    void groupsWeighTheirScores() throws Exception {
        ScoreCard card = ScoreCard.named("canary")
                .metric(metric("a", 0).group("latency"))
                .metric(metric("b", 2).group("latency"))
                .metric(metric("c", 0).group("errors"))
                .groupWeight("errors", 3);
        ScoreResult result = card.score(at(Duration.ofMinutes(5)), BEGUN);
        assertThat(result.groups()).containsEntry("latency", 50.0).containsEntry("errors", 100.0);
        assertThat(result.score()).isEqualTo((50 + 3 * 100) / 4.0);
    }

    @Test
    void oneCriticalFailureFailsWhateverTheScore() throws Exception {
        ScoreCard card = ScoreCard.named("canary")
                .metric(metric("good", 0).weight(1000))
                .metric(metric("bad", 2).critical());
        assertThat(look(card).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(look(card).reason()).startsWith("a critical metric failed: bad");
        readings.put("good", new Reading.NoData("nothing"));
        assertThat(look(card).verdict()).as("though another metric holds").isEqualTo(Verdict.FAIL);
    }

    @ParameterizedTest
    @EnumSource(NoDataPolicy.class)
    void whatHasNoVerdictIsNeverCountedAsAPass(NoDataPolicy policy) throws Exception {
        ScoreCard card = ScoreCard.named("canary")
                .metric(metric("good", 0))
                .metric(metric("gone", 0).noData(policy));
        Reading[] nothing = {
            new Reading.NoData("empty"), new Reading.Invalid("NaN"), new Reading.ProviderError("timeout"), null
        };
        for (Reading reading : nothing) {
            readings.put("gone", reading);
            ScoreResult result = card.score(at(Duration.ofMinutes(5)), BEGUN);
            boolean error = !(reading instanceof Reading.NoData);
            assertThat(result.judgement().verdict())
                    .isEqualTo(
                            switch (policy) {
                                case HOLD -> error ? Verdict.ERROR : Verdict.INCONCLUSIVE;
                                case FAIL -> Verdict.FAIL;
                                case SKIP -> Verdict.PASS;
                            });
            assertThat(result.score()).isEqualTo(policy == NoDataPolicy.FAIL ? 50 : 100);
        }
    }

    @Test
    void aCardOfSkippedMetricsHolds() throws Exception {
        ScoreCard card = ScoreCard.named("canary").metric(metric("gone", 0).noData(NoDataPolicy.SKIP));
        readings.clear();
        assertThat(look(card).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(look(card).reason()).contains("no metric has a verdict, and that is no pass", "connection refused");
    }

    @Test
    void aCardThatCannotReachTheMarginAnyMoreFailsWithoutWaiting() throws Exception {
        ScoreCard card = ScoreCard.named("canary")
                .metric(metric("gone", 0))
                .metric(metric("bad", 2).weight(4));
        readings.put("gone", new Reading.NoData("empty"));
        assertThat(look(card).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aJudgeThatThrowsIsAnErrorAndNoPass() throws Exception {
        Judge broken = new Judge() {
            @Override
            public Judgement judge(Reading.Value candidate, Reading.Value baseline) {
                throw new IllegalStateException("broken");
            }

            @Override
            public boolean needsBaseline() {
                return false;
            }

            @Override
            public String describe() {
                return "broken";
            }
        };
        readings.put("m", Reading.of(1));
        ScoreCard card = ScoreCard.named("canary")
                .metric(ScoredMetric.of(Metric.named("m").from(source, "m"), broken));
        assertThat(look(card).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(card.needsBaseline()).isFalse();
    }

    @Test
    void onlyADifferenceBeyondTheCriticalThresholdIsCritical() throws Exception {
        MetricSource two = query -> Reading.of(
                query.group().slot() == Slot.GREEN
                        ? List.of(15.0, 16.0, 17.0, 18.0, 19.0)
                        : List.of(10.0, 10.1, 10.2, 10.3, 10.4));
        for (double limit : new double[] {1.2, 3}) {
            ScoreCard card = ScoreCard.named("canary")
                    .limits(90, 0)
                    .metric(metric("good", 0))
                    .metric(ScoredMetric.of(
                                    Metric.named("latency").from(two, "latency"),
                                    RankJudge.increase().criticalIncrease(limit))
                            .critical());
            assertThat(card.needsBaseline()).isTrue();
            assertThat(look(card).verdict()).isEqualTo(limit == 1.2 ? Verdict.FAIL : Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void aMarginalScoreAtTheEndIsNoPass() throws Exception {
        Analysis.Run run = ScoreCard.named("canary")
                .metric(metric("good", 0).weight(4))
                .metric(metric("bad", 2))
                .start(at(Duration.ZERO));
        assertThat(run.conclude().verdict()).as("never looked").isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(run.look(at(Duration.ZERO)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(asked).isEmpty();
        run.look(at(Duration.ofMinutes(10)));
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(run.conclude().reason()).startsWith("marginal: score 80 of 100");
        readings.put("bad", Reading.of(0));
        run.look(at(Duration.ofMinutes(11)));
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        readings.put("good", Reading.of(7));
        run.look(at(Duration.ofMinutes(12)));
        readings.put("good", Reading.of(0));
        run.look(at(Duration.ofMinutes(13)));
        assertThat(run.conclude().verdict()).as("a failure stays").isEqualTo(Verdict.FAIL);
    }

    @Test
    void aBaselineWithoutTrafficIsAskedForItsLastTimeWithSome() throws Exception {
        readings.put("m", Reading.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0)));
        ScoreCard card = ScoreCard.named("canary")
                .metric(ScoredMetric.of(Metric.named("m").from(source, "m"), RankJudge.increase()));
        Instant now = BEGUN.plus(Duration.ofMinutes(10));
        Instant ended = BEGUN.plus(Duration.ofMinutes(1));
        card.score(new AnalysisContext(group(Slot.GREEN), group(Slot.BLUE), BEGUN, now, ended), BEGUN);
        assertThat(asked.get(0).from()).isEqualTo(BEGUN);
        assertThat(asked.get(0).to()).isEqualTo(now);
        assertThat(asked.get(1).from()).isEqualTo(ended.minus(Duration.ofMinutes(10)));
        assertThat(asked.get(1).to()).isEqualTo(ended);
    }

    @Test
    void aBacktestFindsThePastReleaseThatWasSlow() {
        Recording.Builder recording = Recording.named("shop 1.4.0");
        for (int i = 0; i < 30; i++) {
            Instant time = BEGUN.plus(Duration.ofMinutes(i));
            recording.sample(Recording.Side.CANDIDATE, "latency", time, 150 + i % 7);
            recording.sample(Recording.Side.BASELINE, "latency", time, 100 + i % 7);
        }
        ScoreCard card = ScoreCard.named("canary")
                .metric(ScoredMetric.of(Metric.named("latency").from(source, "latency"), RankJudge.increase()));
        assertThat(card.looksAtEnd()).isTrue();
        assertThat(card.everyLook().looksAtEnd()).isFalse();
        assertThat(card.backtest(recording.build()).stopped()).isTrue();
        assertThat(card.limits(0, 0).backtest(recording.build()).passed()).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void theTableHasALineForEachMetric() throws Exception {
        ScoreCard card = ScoreCard.named("canary")
                .metric(metric("good", 0))
                .metric(metric("worse", 2).critical());
        assertThat(card.score(at(Duration.ofMinutes(5)), BEGUN).table().lines())
                .containsExactly(
                        "good    PASS          0 is below 1",
                        "worse   FAIL          (critical) 2 is not below 1",
                        "FAIL: a critical metric failed: worse (2 is not below 1); score 50 of 100 (passes at 95,"
                                + " marginal from 75); failed: worse (2 is not below 1)");
    }

    @Test
    void settingsAreChecked() {
        ScoreCard card = ScoreCard.named("canary");
        assertThatIllegalStateException().isThrownBy(() -> card.start(at(Duration.ZERO)));
        assertThatIllegalArgumentException().isThrownBy(() -> card.limits(75, 95));
        assertThatIllegalArgumentException().isThrownBy(() -> card.interval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> card.groupWeight("a", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> metric("a", 0).weight(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> metric("a", 0).group(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> card.metric(metric("a", 0)).metric(metric("a", 1)));
    }

    @Test
    void aCriticalMetricWithoutAVerdictFailsTheCardWhereThatCountsAsAFailure() throws Exception {
        ScoreCard card = ScoreCard.named("canary").metric(metric("good", 0.5).weight(99));
        ScoredMetric gone = metric("gone", 0.5).critical().noData(NoDataPolicy.FAIL);
        readings.put("gone", new Reading.NoData("no samples"));
        Judgement judgement = look(card.metric(gone));
        assertThat(judgement.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judgement.reason()).startsWith("a critical metric failed: gone (no data");
        assertThat(look(card.metric(gone.noData(NoDataPolicy.HOLD))).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void whatPassedBeforeTheClockWentBackIsNoNewestLook() throws Exception {
        Analysis.Run run = ScoreCard.named("canary")
                .metric(metric("good", 0.5))
                .everyLook()
                .start(at(Duration.ZERO));
        assertThat(run.look(at(Duration.ofMinutes(1))).verdict()).isEqualTo(Verdict.PASS);
        run.look(at(Duration.ofMinutes(-1)));
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }
}
