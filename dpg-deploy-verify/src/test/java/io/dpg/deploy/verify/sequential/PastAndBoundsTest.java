package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Backtest;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.check.Recording.Side;
import io.dpg.deploy.check.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is learned from the time before the watch, and what a pass rules out. */
class PastAndBoundsTest extends SequentialScenario {

    @Nested
    class TheBaselinesPast {

        @Test
        void isAskedForOnceAndSaysHowLargeBurstsAre() throws Exception {
            source.past = query -> Reading.share(query.from().getEpochSecond() % 20 == 0 ? 0 : 40, 1000);
            source.counts(40, 1000, 20, 1000);
            Analysis.Run run = errors().start(now());
            Judgement first = look(run);
            look(run);
            assertThat(source.pastQueries).hasSize(20).allMatch(q -> q.group().equals(BASELINE));
            assertThat(source.pastQueries.get(0).from()).isEqualTo(since.minusSeconds(200));
            assertThat(source.pastQueries.get(19).to()).isEqualTo(since);
            assertThat(first.reason())
                    .containsPattern(
                            "counts vary \\d\\d(\\.\\d)? times as much as those of independent requests would");
            assertThat(first.evidence().orElseThrow().pValue()).isGreaterThan(0.5);
        }

        @Test
        void isAskedForInLooksThatBringAValue() throws Exception {
            Analysis.Run run = errors().start(now());
            look(run);
            look(run);
            source.counts(10, 1000, 10, 1000);
            look(run); // the first after a scrape: 30 seconds
            assertThat(source.pastQueries.get(0).from()).isEqualTo(since.minusSeconds(600));
            assertThat(source.pastQueries)
                    .allMatch(q -> Duration.between(q.from(), q.to()).toSeconds() == 30);
        }

        @Test
        void ofIndependentRequestsChangesNothing() throws Exception {
            source.counts(40, 1000, 20, 1000);
            double without =
                    look(errors().start(now())).evidence().orElseThrow().pValue();
            source.past = query -> Reading.share(query.from().getEpochSecond() % 20 == 0 ? 18 : 24, 1000);
            Judgement with = look(errors().start(at(10)));
            assertThat(with.evidence().orElseThrow().pValue()).isEqualTo(without);
            assertThat(with.reason()).doesNotContain("vary");
        }

        @Test
        void mayBeUnknown() throws Exception {
            source.past = query -> {
                throw new IOException("too far back");
            };
            source.counts(100, 1000, 10, 1000);
            assertThat(look(errors().start(now())).verdict()).isEqualTo(Verdict.FAIL);
            assertThat(source.pastQueries).hasSize(1);
        }

        @Test
        void doesNotMatterToValuesWithoutCounts() throws Exception {
            source.says(0.2, 0.1);
            look(errors().start(now()));
            assertThat(source.pastQueries).isEmpty();
        }

        private AnalysisContext at(int second) {
            return new AnalysisContext(CANDIDATE, BASELINE, since, since.plusSeconds(second));
        }
    }

    @Nested
    class AfterASwitch {

        @Test
        void theCandidateIsComparedWithThePastWhereAskedTo() throws Exception {
            source.past = query -> Reading.share(10, 1000);
            source.counts(10, 1000, 0, 0);
            Analysis.Run run = errors().comparingWithThePast().start(now());
            for (int i = 0; i < 30; i++) {
                assertThat(after(run).verdict()).isEqualTo(Verdict.PASS);
            }
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
            source.counts(40, 1000, 0, 0);
            assertThat(after(run).verdict()).isNotEqualTo(Verdict.FAIL);
            after(run);
            assertThat(after(run).verdict()).isEqualTo(Verdict.FAIL);
        }

        @Test
        void noMomentOfThePastIsUsedTwice() throws Exception {
            source.past = query -> Reading.share(10, 1000);
            source.counts(10, 1000, 10, 1000);
            Analysis.Run run = errors().comparingWithThePast().start(now());
            look(run); // while the baseline has traffic
            for (int i = 0; i < 10; i++) {
                after(run, since.plusSeconds(15));
            }
            List<MetricQuery> asked = source.pastQueries;
            assertThat(asked).hasSize(20 + 9);
            for (int i = 0; i < asked.size(); i++) {
                for (int j = 0; j < i; j++) {
                    boolean apart = !asked.get(i).to().isAfter(asked.get(j).from())
                            || !asked.get(j).to().isAfter(asked.get(i).from());
                    assertThat(apart)
                            .as("%s and %s", asked.get(i), asked.get(j))
                            .isTrue();
                }
            }
        }

        @Test
        void lastMomentsWithoutASampleAreNoEndWhereThePastIsAskedNext() throws Exception {
            source.past = query -> Reading.share(1, 80);
            source.says(Reading.share(1, 80), new Reading.NoData("gone"));
            Analysis.Run run = errors().comparingWithThePast().start(now());
            after(run, since.plusSeconds(2));
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            after(run, since.plusSeconds(2));
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            after(run, since.plusSeconds(2));
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
        }

        @Test
        void aPastWithoutSamplesHolds() throws Exception {
            source.counts(10, 1000, 0, 0);
            Analysis.Run run = errors().comparingWithThePast().start(now());
            assertThat(after(run).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }

        @Test
        void aPastThatIsUsedUpLeavesWhatStands() throws Exception {
            Instant served = since.minusSeconds(25);
            source.past = query -> query.from().isBefore(served)
                    ? new Reading.NoData("it did not serve yet")
                    : Reading.share(10, 1000);
            source.counts(10, 1000, 0, 0);
            Analysis.Run run = errors().comparingWithThePast().start(now());
            for (int i = 0; i < 10; i++) {
                assertThat(after(run).verdict()).isEqualTo(Verdict.PASS);
            }
            assertThat(run.conclude().verdict()).isEqualTo(Verdict.PASS);
            assertThat(run.conclude().reason()).contains("the baseline has no traffic any more");
        }

        private Judgement after(Analysis.Run run) throws Exception {
            return after(run, since);
        }

        private Judgement after(Analysis.Run run, Instant ended) throws Exception {
            time.advance(Duration.ofSeconds(10));
            return run.look(ended(ended));
        }
    }

    @Nested
    class APass {

        @Test
        void saysWhatItRulesOut() throws Exception {
            source.counts(100, 10_000, 100, 10_000);
            assertThat(look(errors().start(now())).reason())
                    .containsPattern("; 1\\.[4-9]\\d? times as many or more are ruled out with 99 % confidence");
            source.counts(0, 100, 0, 100);
            assertThat(look(errors().start(now())).reason()).doesNotContain("ruled out");
        }

        @Test
        void mayNeedThatARatioIsRuledOut() throws Exception {
            Sequential analysis = errors().rulingOut(2);
            source.counts(10, 1000, 10, 1000);
            Analysis.Run run = analysis.start(now());
            assertThat(look(run).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(run.conclude().reason()).contains("a pass needs that 2 times as many are ruled out");
            int looks = 1;
            while (look(run).verdict() != Verdict.PASS) {
                assertThat(++looks).isLessThan(1000);
            }
            assertThat(looks).isBetween(4, 12);
            assertThatThrownBy(() -> errors().rulingOut(1)).hasMessageContaining("such as 3");
            assertThatThrownBy(() -> errors().tolerating(4).rulingOut(3)).hasMessageContaining("tolerated");
        }

        @Test
        void rulesOutTheTruthNoMoreOftenThanItSays() {
            Traffic traffic = new Traffic(17);
            int wrong = 0;
            double widest = 0;
            for (int i = 0; i < 300; i++) {
                UpperBound bound = new UpperBound();
                double times = traffic.logUniform(0.7, 5);
                for (int look = 0; look < 60; look++) {
                    bound.settle(traffic.sample(10, 200, 0.3, 0.02, times, 1));
                    // always valid: it may be wrong at no look
                    if (bound.ratio(0.9).orElse(1000) <= times) {
                        wrong++;
                        break;
                    }
                }
                widest = Math.max(widest, bound.ratio(0.9).orElse(1000) / times);
            }
            assertThat(wrong).isLessThanOrEqualTo(30);
            assertThat(widest).isLessThan(2);
        }
    }

    @Test
    void aPastReleaseIsPlayedAgain() {
        Recording.Builder release = Recording.named("shop 1.4.0");
        for (int second = 0; second <= 600; second += 10) {
            Instant at = since.plusSeconds(second);
            release.share(Side.CANDIDATE, "errors", at, second < 300 ? 10 : 30, 1000)
                    .share(Side.BASELINE, "errors", at, 10, 1000);
        }
        Backtest backtest = errors().backtest(release.build());
        assertThat(backtest.stopped()).isTrue();
        assertThat(backtest.after()).isBetween(Duration.ofSeconds(310), Duration.ofSeconds(360));
    }
}
