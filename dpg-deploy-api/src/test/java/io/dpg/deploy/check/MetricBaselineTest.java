package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MetricBaselineTest extends MetricScenario {

    @Nested
    class ComparesWithTheBaseline {

        @Test
        void aMissingBaselineIsNoDataAndNoPass() throws Exception {
            source.candidate(0.0);
            Analysis.Run run = errors().below(1.5).timesBaseline().start(now());
            assertThat(look(run).reason()).isEqualTo("no data for the baseline (no samples)");
            time.advance(INTERVAL);
            assertThat(run.look(new AnalysisContext(CANDIDATE, null, since, time.now()))
                            .reason())
                    .contains("there is no baseline group");
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void bothSidesAreAskedForTheSameTime() throws Exception {
            source.candidate(1.0).baseline(1.0);
            once(errors().below(1.5).timesBaseline());
            assertThat(source.queries).hasSize(2);
            assertThat(source.queries.get(0).from())
                    .isEqualTo(source.queries.get(1).from());
            assertThat(source.queries.get(0).to())
                    .isEqualTo(source.queries.get(1).to());
        }

        @Test
        void aBaselineWithoutTrafficIsAskedForItsLastTimeWithTraffic() throws Exception {
            source.candidate(1.0).baseline(1.0);
            Analysis.Run run = errors().below(1.5).timesBaseline().start(now());
            Instant ended = since.minusSeconds(60);
            time.advance(INTERVAL);
            run.look(new AnalysisContext(CANDIDATE, BASELINE, since, time.now(), ended));
            assertThat(source.queries.get(0).to()).isEqualTo(time.now());
            assertThat(source.queries.get(1).to()).isEqualTo(ended);
            assertThat(source.queries.get(1).from()).as("five minutes at least").isEqualTo(ended.minusSeconds(300));
            time.advance(Duration.ofMinutes(20));
            Metric wide = errors().below(1.5).timesBaseline().over(Duration.ofMinutes(10));
            wide.start(new AnalysisContext(CANDIDATE, BASELINE, since, since))
                    .look(new AnalysisContext(CANDIDATE, BASELINE, since, time.now(), ended));
            assertThat(source.queries.get(3).from())
                    .as("as long as the candidate's")
                    .isEqualTo(
                            ended.minus(Duration.between(source.queries.get(2).from(), time.now())));
        }

        @Test
        void aBaselineThatHadNotServedForFiveMinutesIsAskedForAsLongAsTheCandidate() throws Exception {
            Instant ended = since.minusSeconds(60);
            MetricSource young = query -> query.from().isBefore(ended.minusSeconds(90))
                    ? new Reading.NoData("the range has no beginning")
                    : Reading.of(1);
            Analysis.Run run = Metric.named("errors")
                    .from(young, "errors")
                    .below(1.5)
                    .timesBaseline()
                    .start(now());
            time.advance(INTERVAL);
            assertThat(run.look(new AnalysisContext(CANDIDATE, BASELINE, since, time.now(), ended))
                            .verdict())
                    .isEqualTo(Verdict.PASS);
        }

        @Test
        void theBaselineIsNotAskedWhereItIsNotNeeded() throws Exception {
            source.candidate(0.0).baseline(new IOException("down"));
            assertThat(once(errors().below(0.05)).verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Nested
    class LooksAtTheBaselineFirst {

        @Test
        void anAlarmThatAlreadyFiresSpeaksAgainstStarting() throws Exception {
            source.baseline(0.2);
            assertThat(errors().below(0.05).preflight(now())).hasValueSatisfying(text -> assertThat(text)
                    .contains("already firing", "0.2 is not below 0.05", "evenIfAlreadyFiring"));
        }

        @Test
        void aHealthyOrSilentOrMissingBaselineDoesNot() throws Exception {
            assertThat(errors().below(0.05).preflight(now())).isEmpty();
            source.baseline(0.01);
            assertThat(errors().below(0.05).preflight(now())).isEmpty();
            source.baseline(0.2);
            assertThat(errors().below(0.05).preflight(new AnalysisContext(null, null, since, time.now())))
                    .isEmpty();
            assertThat(errors().below(1.5).timesBaseline().preflight(now())).isEmpty();
        }

        @Test
        void aSourceThatCannotBeAskedSpeaksAgainstStartingUnlessErrorsAreSkipped() throws Exception {
            source.baseline(new IOException("no route to host"));
            assertThat(errors().below(0.05).preflight(now()))
                    .hasValueSatisfying(text -> assertThat(text).contains("no route to host"));
            assertThat(errors().below(0.05).sourceError(NoDataPolicy.SKIP).preflight(now()))
                    .isEmpty();
        }

        @Test
        void theReleaseThatFixesItMayStartAndIsJudgedByTheChange() throws Exception {
            Metric metric = errors().below(0.05).evenIfAlreadyFiring().consecutively(1);
            source.baseline(0.2);
            assertThat(metric.preflight(now())).isEmpty();
            Analysis.Run run = metric.start(now());
            assertThat(look(run, 0.2).verdict()).isEqualTo(Verdict.PASS);
            assertThat(look(run, 0.1).reason())
                    .isEqualTo("0.1 is not below 0.05, nor is the baseline's 0.2," + " and the candidate is not worse");
            assertThat(look(run, 0.21).verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void onceTheBaselineIsWellTheThresholdHolds() throws Exception {
            Analysis.Run run =
                    errors().below(0.05).evenIfAlreadyFiring().consecutively(1).start(now());
            source.baseline(0.01);
            assertThat(look(run, 0.06).verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void withoutABaselineTheThresholdHolds() throws Exception {
            Metric metric = errors().below(0.05).evenIfAlreadyFiring().consecutively(1);
            assertThat(look(metric.start(now()), 0.06).verdict()).isEqualTo(Verdict.FAIL);
            assertThat(look(metric.start(now()), 0.04).verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void changeAndRatioExcludeEachOtherInBothOrders() {
            assertThatThrownBy(() -> errors().below(2).timesBaseline().evenIfAlreadyFiring())
                    .hasMessageContainingAll("timesBaseline", "evenIfAlreadyFiring");
            assertThatThrownBy(() -> errors().below(2).evenIfAlreadyFiring().timesBaseline())
                    .hasMessageContainingAll("timesBaseline", "evenIfAlreadyFiring");
        }
    }
}
