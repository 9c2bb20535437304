package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MetricTest extends MetricScenario {

    @Nested
    class TellsTheFourOutcomesApart {

        @Test
        void aValueWithinTheThresholdPassesAndSaysTheNumbers() throws Exception {
            source.candidate(0.012);
            assertThat(once(errors().below(0.05))).isEqualTo(Judgement.pass("0.012 is below 0.05"));
        }

        @Test
        void noDataHolds() throws Exception {
            assertThat(once(errors().below(0.05)))
                    .isEqualTo(Judgement.inconclusive("no data for the candidate (no samples)"));
        }

        @Test
        void anInvalidAnswerIsAnError() throws Exception {
            for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                source.candidate(bad);
                Judgement judgement = once(errors().below(0.05));
                assertThat(judgement.verdict()).isEqualTo(Verdict.ERROR);
                assertThat(judgement.reason()).contains("cannot be judged").contains(String.valueOf(bad));
            }
        }

        @Test
        void severalSeriesAreInvalidAndNotAveraged() throws Exception {
            source.candidate(new Reading.Invalid("2 series where one is needed; name a reducer"));
            assertThat(once(errors().below(0.05)))
                    .isEqualTo(Judgement.error("an answer for the candidate that cannot be judged"
                            + " (2 series where one is needed; name a reducer)"));
        }

        @Test
        void aSourceThatThrowsCouldNotBeAsked() throws Exception {
            source.candidate(new IOException("503 Service Unavailable"));
            Judgement judgement = once(errors().below(0.05));
            assertThat(judgement.verdict()).isEqualTo(Verdict.ERROR);
            assertThat(judgement.reason())
                    .contains("the source could not be asked")
                    .contains("503");
        }

        @Test
        void aSourceThatReportsAnErrorIsWordedLikeOneThatThrows() throws Exception {
            source.candidate(new Reading.ProviderError("429 Too Many Requests"));
            assertThat(once(errors().below(0.05)))
                    .isEqualTo(
                            Judgement.error("the source could not be asked for the candidate (429 Too Many Requests)"));
        }

        @Test
        void anInterruptionIsNoAnswer() {
            source.candidate(new InterruptedException());
            assertThatThrownBy(() -> once(errors().below(0.05))).isInstanceOf(InterruptedException.class);
        }

        @Test
        void eachOutcomeHasItsOwnPolicy() throws Exception {
            Metric metric = errors().below(0.05)
                    .consecutively(1)
                    .noData(NoDataPolicy.FAIL)
                    .invalid(NoDataPolicy.SKIP)
                    .sourceError(NoDataPolicy.HOLD);
            assertThat(once(metric).verdict()).isEqualTo(Verdict.FAIL);
            source.candidate(Double.NaN);
            assertThat(once(metric).reason()).endsWith("skipped");
            source.candidate(new IOException("down"));
            assertThat(once(metric).verdict()).isEqualTo(Verdict.ERROR);
        }

        @Test
        void fewerSamplesThanAskedForAreNoData() throws Exception {
            source.candidate(Reading.of(List.of(0.0, 0.0)));
            assertThat(once(errors().below(0.05).minSamples(3)).reason()).contains("no data", "2 of at least 3");
            assertThat(once(errors().below(0.05).minSamples(2)).verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Nested
    class NeverPassesWithoutASample {

        @Test
        void whenItNeverLooked() {
            assertThat(errors().below(0.05).start(now()).conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void whenItLookedAtTheVeryMomentTheBakeBegan() throws Exception {
            source.candidate(0.0);
            Analysis.Run run = errors().below(0.05).start(now());
            assertThat(run.look(now()).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(source.queries).isEmpty();
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void whenEveryLookWasSkipped() throws Exception {
            Analysis.Run run = errors().below(0.05).noData(NoDataPolicy.SKIP).start(now());
            look(run);
            look(run);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void whenThereIsNoCandidate() throws Exception {
            source.candidate(0.0);
            Analysis.Run run = errors().below(0.05).start(now());
            time.advance(INTERVAL);
            Judgement judgement = run.look(new AnalysisContext(null, BASELINE, since, time.now()));
            assertThat(judgement.reason()).contains("there is no candidate group");
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void whenFewerLooksThanAskedForBroughtAValue() throws Exception {
            Analysis.Run run = errors().below(0.05).minLooks(2).start(now());
            look(run, 0.0);
            assertThat(run.conclude())
                    .isEqualTo(Judgement.inconclusive("only 1 looks brought a value, but a pass needs 2"));
            look(run, 0.0);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void whenTheNewestLookBroughtNone() throws Exception {
            Analysis.Run run = errors().below(0.05).start(now());
            look(run, 0.0);
            look(run, new Reading.NoData("scrape is late"));
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            look(run, 0.0);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void butASkippedLookAfterAGoodOneHoldsNothing() throws Exception {
            Analysis.Run run = errors().below(0.05).noData(NoDataPolicy.SKIP).start(now());
            look(run, 0.0);
            assertThat(look(run, new Reading.NoData("night")).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Nested
    class CountsBadLooksInAWindow {

        @Test
        void oneBadLookIsNotedAndTheSecondOfThreeFails() throws Exception {
            Analysis.Run run = errors().below(0.05).start(now());
            assertThat(look(run, 0.09))
                    .isEqualTo(Judgement.inconclusive(
                            "0.09 is not below 0.05" + " (bad in 1 of the last 3 looks, fails at 2)"));
            assertThat(look(run, 0.01).verdict()).isEqualTo(Verdict.PASS);
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.FAIL);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void blipsWithGoodLooksBetweenThemDoNotAddUp() throws Exception {
            Analysis.Run run = errors().below(0.05).start(now());
            for (int i = 0; i < 100; i++) {
                assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
                look(run, 0.0);
                look(run, 0.0);
            }
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void blipsAnHourApartDoNotAddUpEvenWithoutLooksBetweenThem() throws Exception {
            Analysis.Run run = errors().below(0.05).start(now());
            look(run, 0.09);
            time.advance(Duration.ofHours(1));
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void looksWithoutDataTakeAPlaceInTheWindow() throws Exception {
            Analysis.Run run = errors().below(0.05).start(now());
            look(run, 0.09);
            look(run, new Reading.NoData("x"));
            look(run, new Reading.NoData("x"));
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void consecutiveCountingStartsAnewAfterAGoodLook() throws Exception {
            Analysis.Run run = errors().below(0.05).consecutively(3).start(now());
            look(run, 0.09);
            look(run, 0.09);
            look(run, 0.01);
            look(run, 0.09);
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void aBakeDoesNotEndWellOnABadLook() throws Exception {
            Analysis.Run run = errors().below(0.05).start(now());
            look(run, 0.0);
            look(run, 0.0);
            look(run, 0.09);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void theWindowCannotAskForMoreBadLooksThanLooks() {
            assertThatThrownBy(() -> errors().below(1).failAfter(4).of(3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("failAfter(4).of(3)");
            assertThatThrownBy(() -> errors().below(1).consecutively(0)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void anIntervalOfMillisecondsStillRemembersLooksThatTakeSeconds() throws Exception {
            Analysis.Run run =
                    errors().below(0.05).interval(Duration.ofMillis(5)).start(now());
            look(run, 0.09);
            assertThat(look(run, 0.09).verdict()).isEqualTo(Verdict.FAIL);
        }
    }

    @Nested
    class AsksForTheSamples {

        @Test
        void sinceTheBakeBeganAndThenSinceTheLastLookWithAValue() throws Exception {
            time.advance(Duration.ofHours(1));
            Instant begun = time.now();
            Analysis.Run run = errors().below(0.05).start(now());
            look(run);
            look(run, 0.0);
            look(run, 0.0);
            assertThat(source.queries)
                    .extracting(MetricQuery::from)
                    .containsExactly(begun, begun, begun.plus(INTERVAL.multipliedBy(2)));
            assertThat(source.queries)
                    .extracting(MetricQuery::to)
                    .containsExactly(
                            begun.plus(INTERVAL),
                            begun.plus(INTERVAL.multipliedBy(2)),
                            begun.plus(INTERVAL.multipliedBy(3)));
            assertThat(source.queries)
                    .allMatch(q -> q.metric().equals("errors") && q.group().equals(CANDIDATE));
        }

        @Test
        void ofASlidingWindowWithinTheBake() throws Exception {
            Instant begun = time.now();
            Analysis.Run run = errors().below(0.05).over(Duration.ofSeconds(45)).start(now());
            look(run, 0.0);
            look(run, 0.0);
            assertThat(source.queries).extracting(MetricQuery::from).containsExactly(begun, begun.plusSeconds(15));
        }

        @Test
        void againWithAWiderWindowWhenAJudgeCouldNotDecide() throws Exception {
            Instant begun = time.now();
            Judge undecided = new FixedJudge(Judgement.inconclusive("too few"));
            Analysis.Run run = errors().judge(undecided).start(now());
            look(run, 0.0);
            look(run, 0.0);
            assertThat(source.queries).extracting(MetricQuery::from).containsOnly(begun);
            assertThat(run.conclude()).isEqualTo(Judgement.inconclusive("too few"));
        }
    }

    private record FixedJudge(Judgement judgement) implements Judge {
        @Override
        public Judgement judge(Reading.Value candidate, Reading.Value baseline) {
            return judgement;
        }

        @Override
        public boolean needsBaseline() {
            return false;
        }

        @Override
        public String describe() {
            return "fixed";
        }
    }

    @Test
    void aJudgeOfYourOwnTakesNoThresholdSettings() {
        Metric metric = errors().judge(new FixedJudge(Judgement.pass("fine")));
        assertThatThrownBy(metric::timesBaseline)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("timesBaseline", "fixed");
        assertThatThrownBy(() -> errors().below(1).tolerating(0.1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("tolerating", "timesBaseline");
    }

    @Test
    void aJudgeThatFailsIsAnErrorAndNoPass() throws Exception {
        Judge broken = new Judge() {
            @Override
            public Judgement judge(Reading.Value candidate, Reading.Value baseline) {
                throw new ArithmeticException("singular");
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
        Analysis.Run run = errors().judge(broken).start(now());
        assertThat(look(run, 1.0).verdict()).isEqualTo(Verdict.ERROR);
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void settingsReturnCopiesAndKeepTheOthers() {
        Metric metric = errors().below(0.05).interval(Duration.ofMillis(7));
        assertThat(metric.consecutively(2)
                        .minLooks(3)
                        .over(INTERVAL)
                        .minSamples(2)
                        .noData(NoDataPolicy.SKIP)
                        .interval())
                .isEqualTo(Duration.ofMillis(7));
        assertThat(errors().below(0.05).interval()).isEqualTo(Metric.DEFAULT_INTERVAL);
        assertThat(metric).hasToString("error-rate below 0.05");
    }

    @Test
    void whatPassedBeforeTheClockWentBackIsNoNewestLook() throws Exception {
        source.candidate(0.01);
        Analysis.Run run = errors().below(0.05).start(now());
        assertThat(look(run).verdict()).isEqualTo(Verdict.PASS);
        run.look(now());
        assertThat(run.conclude().verdict())
                .as("a second look at the same time")
                .isEqualTo(Verdict.PASS);
        source.candidate(0.9);
        run.look(new AnalysisContext(CANDIDATE, BASELINE, since, since.minusSeconds(1)));
        assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }
}
