package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SequentialTest extends SequentialScenario {

    @Nested
    class Stops {

        @Test
        void atOnceWhenHarmIsCertainAndSaysTheNumbers() throws Exception {
            source.counts(213, 10_140, 98, 9_872);
            Judgement judgement = look(errors().start(now()));
            assertThat(judgement.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(judgement.reason())
                    .isEqualTo(
                            "errors of the candidate 2.1 % against 0.993 % (213 of 10,140 against 98 of 9,872 requests):"
                                    + " worse with more than 99.99 % certainty, whenever one looks");
            Evidence evidence = judgement.evidence().orElseThrow();
            assertThat(evidence.pValue()).isLessThan(0.01);
            assertThat(evidence.effect()).isCloseTo(2.116, Offset.offset(0.001));
            assertThat(evidence.estimate()).isCloseTo(0.01108, Offset.offset(0.0001));
            assertThat(evidence.candidateSize()).isEqualTo(10_140);
            assertThat(evidence.baselineSize()).isEqualTo(9_872);
        }

        @Test
        void whenSeveralLooksTogetherShowIt() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(20, 1000, 10, 1000);
            assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
            int looks = 1;
            while (look(run).verdict() != Verdict.FAIL) {
                assertThat(++looks).isLessThan(1000);
            }
            assertThat(looks).isBetween(3, 10);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void andStaysWithIt() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(100, 1000, 1, 1000);
            Judgement first = look(run);
            source.counts(0, 100_000, 1000, 100_000);
            assertThat(look(run)).isEqualTo(first);
            assertThat(run.conclude()).isEqualTo(first);
        }

        @Test
        void aCandidateThatAlwaysFailsWhereTheBaselineNeverDoes() throws Exception {
            source.counts(12, 12, 0, 100);
            assertThat(look(errors().start(now())).verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void laterForMoreConfidence() throws Exception {
            assertThat(looksUntilStopped(errors().confidence(0.9999)))
                    .isGreaterThan(looksUntilStopped(errors().confidence(0.9)));
        }

        @Test
        void laterWhereErrorsComeInBursts() throws Exception {
            assertThat(looksUntilStopped(errors().inBurstsOf(3))).isGreaterThan(2 * looksUntilStopped(errors()));
        }

        private int looksUntilStopped(Sequential analysis) throws Exception {
            Analysis.Run run = analysis.start(now());
            source.counts(20, 1000, 10, 1000);
            int looks = 1;
            while (look(run).verdict() != Verdict.FAIL) {
                assertThat(looks++).isLessThan(1000);
            }
            return looks;
        }

        @Test
        void fewerSuccessesWhereLessIsHarm() throws Exception {
            Sequential successes =
                    Sequential.harm("successes").from(source, "successes").lessIsHarm();
            source.counts(9_787, 10_000, 9_900, 10_000);
            assertThat(look(successes.start(now())).verdict()).isEqualTo(Verdict.FAIL);
            source.counts(9_900, 10_000, 9_787, 10_000);
            assertThat(look(successes.start(now())).verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Nested
    class DoesNotStop {

        @Test
        void aCandidateThatIsBetter() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 1000, 50, 1000);
            for (int i = 0; i < 1000; i++) {
                assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
            }
            assertThat(run.conclude().reason())
                    .contains("worse with no more than 0.0 % certainty so far, stops at 99 %");
        }

        @Test
        void aSingleErrorWhereTheBaselineHasNone() throws Exception {
            source.counts(1, 500, 0, 4500);
            assertThat(look(errors().start(now())).verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void noErrorsAtAll() throws Exception {
            source.counts(0, 500, 0, 500);
            Judgement judgement = look(errors().start(now()));
            assertThat(judgement.verdict()).isEqualTo(Verdict.PASS);
            assertThat(judgement.evidence().orElseThrow().effect()).isNaN();
        }

        @Test
        void whatIsTolerated() throws Exception {
            for (Sequential analysis : new Sequential[] {errors().tolerating(2), errors().tolerating(1, 0.01)}) {
                Analysis.Run run = analysis.start(now());
                source.counts(200, 10_000, 100, 10_000);
                for (int i = 0; i < 100; i++) {
                    assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
                }
                source.counts(400, 10_000, 100, 10_000);
                look(run);
                assertThat(look(run).verdict()).isEqualTo(Verdict.FAIL);
            }
        }

        @Test
        void whatAnOutageOfBothFails() throws Exception {
            Analysis.Run run = errors().start(now());
            for (int i = 0; i < 50; i++) {
                double rate = i % 10 < 5 ? 0.001 : 0.4; // of both
                source.counts(1000 * rate, 1000, 9000 * rate, 9000);
                assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
            }
        }

        @Test
        void whatOnlyLooksBadWhenStepsAreThrownTogether() throws Exception {
            Analysis.Run run = errors().start(now());
            // 10 % of the traffic on a calm day, then 90 % while everything is worse: Simpson's paradox.
            source.counts(10, 1_000, 90, 9_000);
            look(run);
            source.counts(450, 9_000, 50, 1_000);
            Judgement judgement = look(run);
            assertThat(judgement.verdict()).isEqualTo(Verdict.PASS);
            assertThat(judgement.reason()).contains("4.6 % against 1.4 %", "compared within looks 1 times as many");
            assertThat(judgement.evidence().orElseThrow().effect()).isCloseTo(1, Offset.offset(1e-9));
        }
    }

    @Nested
    class Passes {

        @Test
        void onlyWithEnoughRequestsOfBoth() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(0, 60, 0, 900);
            assertThat(look(run).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(run.conclude().reason()).contains("a pass needs 100 requests of each");
            assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
            assertThat(look(errors().minRequests(60).start(now())).verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void neverWithoutALook() throws Exception {
            Analysis.Run run = errors().start(now());
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(run.look(now()).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(source.queries).isEmpty();
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void neverWhenEveryLookWasSkipped() throws Exception {
            Analysis.Run run = errors().noData(NoDataPolicy.SKIP).start(now());
            assertThat(look(run).reason()).endsWith("skipped");
            look(run);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void notWhileTheNewestLookBroughtNothing() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 1000, 1, 1000);
            look(run);
            source.says(new IOException("503"), Reading.share(1, 1000));
            assertThat(look(run).verdict()).isEqualTo(Verdict.ERROR);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.ERROR);
            assertThat(run.conclude().reason()).contains("could not be asked for the candidate", "503");
        }

        @Test
        void afterALookThatWasSkipped() throws Exception {
            Analysis.Run run = errors().sourceError(NoDataPolicy.SKIP).start(now());
            source.counts(1, 1000, 1, 1000);
            look(run);
            source.says(new IOException("503"), Reading.share(1, 1000));
            assertThat(look(run).verdict()).isEqualTo(Verdict.ERROR);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Nested
    class Asks {

        @Test
        void forWhatCameSinceTheLastLookThatBroughtAValue() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 100, 1, 100);
            look(run);
            source.says(Reading.share(1, 100), new Reading.NoData("scrape missing"));
            assertThat(look(run).reason()).contains("no data for the baseline (scrape missing)");
            source.counts(1, 100, 1, 100);
            look(run);
            assertThat(source.queries)
                    .extracting(MetricQuery::from)
                    .containsExactly(at(0), at(0), at(10), at(10), at(10), at(10));
            assertThat(source.queries)
                    .extracting(MetricQuery::to)
                    .containsExactly(at(10), at(10), at(20), at(20), at(30), at(30));
        }

        @Test
        void andDoesNotCountALookTwice() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 100, 1, 100);
            look(run);
            source.says(new Reading.Invalid("-3 of 100"), Reading.share(1, 100));
            assertThat(look(run).verdict()).isEqualTo(Verdict.ERROR);
            source.counts(2, 200, 2, 200);
            assertThat(look(run).evidence().orElseThrow().candidateSize()).isEqualTo(300);
        }

        @Test
        void withAPolicyForEachOutcome() throws Exception {
            Sequential analysis = errors().noData(NoDataPolicy.FAIL).invalid(NoDataPolicy.SKIP);
            assertThat(look(analysis.start(now())).verdict()).isEqualTo(Verdict.FAIL);
            source.says(Double.NaN, 1.0);
            assertThat(look(analysis.start(now())).reason()).endsWith("skipped");
            source.says(new InterruptedException(), 1.0);
            assertThatThrownBy(() -> look(analysis.start(now()))).isInstanceOf(InterruptedException.class);
        }

        @Test
        void neverWithCountsOnOneSideOnly() throws Exception {
            Analysis.Run run = errors().start(now());
            source.says(Reading.share(1, 100), 0.01);
            assertThat(look(run).reason()).contains("counts and values without counts are mixed");
            source.counts(1, 100, 1, 100);
            look(run);
            source.says(0.01, 0.01);
            assertThat(look(run).verdict()).isEqualTo(Verdict.ERROR);
        }

        @Test
        void beforeAnythingIsChangedWhetherTheSourceAnswers() throws Exception {
            source.past = null;
            source.says(new Reading.NoData("none"), new IOException("connection refused"));
            assertThat(errors().preflight(now()).orElseThrow())
                    .contains("could not be asked for the baseline", "connection refused", "nothing was changed");
            assertThat(errors().sourceError(NoDataPolicy.SKIP).preflight(now())).isEmpty();
            source.says(new Reading.NoData("none"), new Reading.NoData("none"));
            assertThat(errors().preflight(now())).isEmpty();
            assertThat(errors().preflight(new AnalysisContext(CANDIDATE, null, since, since)))
                    .isEmpty();
            assertThat(Duration.between(
                            source.queries.get(0).from(), source.queries.get(0).to()))
                    .isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Nested
    class WhenTheBaselineHasNoTrafficAnyMore {

        @Test
        void whatWasShownStands() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 1000, 1, 1000);
            look(run);
            time.advance(Duration.ofSeconds(10));
            run.look(ended(at(15)));
            assertThat(source.queries.get(3).to()).isEqualTo(at(15));
            int asked = source.queries.size();
            source.counts(1000, 1000, 0, 1000);
            time.advance(Duration.ofSeconds(10));
            Judgement judgement = run.look(ended(at(15)));
            assertThat(judgement.verdict()).isEqualTo(Verdict.PASS);
            assertThat(judgement.reason()).endsWith("the baseline has no traffic any more, so nothing is added");
            assertThat(source.queries).hasSize(asked);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void itsLastMomentsWithoutASampleDoNotHoldForever() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 1000, 1, 1000);
            look(run);
            source.says(Reading.share(1, 1000), new Reading.NoData("gone"));
            time.advance(Duration.ofSeconds(10));
            assertThat(run.look(ended(at(11))).verdict()).isEqualTo(Verdict.PASS);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void aRunThatBeginsThenNeverPasses() throws Exception {
            Analysis.Run run = errors().start(now());
            source.counts(1, 1000, 1, 1000);
            time.advance(Duration.ofSeconds(10));
            assertThat(run.look(ended(since)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.FAIL);
            assertThat(run.conclude().reason()).contains("comparingWithThePast()", "cannot pass any more");
        }
    }

    @Test
    void wrongSettingsAreRefusedAtTheCall() {
        Sequential errors = errors();
        assertThatThrownBy(() -> Sequential.harm(" ")).hasMessageContaining("name");
        assertThatThrownBy(() -> Sequential.harm("x").from(source, "")).hasMessageContaining("metric");
        for (double bad : new double[] {0.3, 1, 99, Double.NaN}) {
            assertThatThrownBy(() -> errors.confidence(bad)).hasMessageContaining("such as 0.99");
        }
        for (double bad : new double[] {0.9, Double.POSITIVE_INFINITY, Double.NaN}) {
            assertThatThrownBy(() -> errors.tolerating(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> errors.inBurstsOf(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> errors.tolerating(1, -0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> errors.minRequests(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> errors.interval(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itSaysWhatItAsksFor() {
        Sequential analysis = errors().tolerating(1.2, 0.001).confidence(0.9999).interval(Duration.ofSeconds(1));
        assertThat(analysis)
                .hasToString("errors not more than 1.2 times the baseline's and 0.001, with 99.99 % confidence");
        assertThat(analysis.name()).isEqualTo("errors");
        assertThat(analysis.interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(analysis.needsBaseline()).isTrue();
    }

    private Instant at(int second) {
        return since.plusSeconds(second);
    }

    @Test
    void whatPassedBeforeTheClockWentBackIsNoNewestLook() throws Exception {
        source.counts(1, 1000, 1, 1000);
        Analysis.Run run = errors().start(now());
        assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
        run.look(new AnalysisContext(CANDIDATE, BASELINE, since, since.minusSeconds(1)));
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
    }
}
