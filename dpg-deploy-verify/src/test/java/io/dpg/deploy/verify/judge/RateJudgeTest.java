package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Reading.Counts;
import io.dpg.deploy.check.Verdict;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateJudgeTest {

    private static final RateJudge ERRORS = RateJudge.increase();

    private static Judgement judge(double events, double total, double others, double of) {
        return ERRORS.judge(new Counts(events, total), new Counts(others, of));
    }

    @ParameterizedTest(name = "{0} of {1} against {2} of {3}: {4}")
    @CsvSource({
        "0, 1000, 0, 1000, PASS",
        "1, 1000, 0, 1000, PASS",
        "5, 1000, 0, 1000, PASS",
        "6, 1000, 0, 1000, FAIL",
        "0, 1000, 10, 1000, PASS",
        "30, 1000, 10, 1000, FAIL",
        "14, 1000, 10, 1000, PASS",
        "6, 60, 0, 60, FAIL",
        "1, 60, 0, 60, PASS",
        "500, 1000, 400, 1000, FAIL",
        "400, 1000, 500, 1000, PASS",
        "100, 1000000, 90, 1000000, PASS",
        "20000, 1000000, 10000, 1000000, FAIL",
        "10500, 1000000, 10000, 1000000, PASS",
        "1000, 1000, 970, 1000, PASS",
        "3, 100, 0, 9900, FAIL",
        "900000000, 1000000000, 100000000, 1000000000, FAIL"
    })
    void errorsOfRequestsAreCompared(double events, double total, double others, double of, Verdict expected) {
        Judgement judgement = judge(events, total, others, of);
        assertThat(judgement.verdict()).as(judgement.reason()).isEqualTo(expected);
        Evidence evidence = judgement.evidence().orElseThrow();
        assertThat(evidence.estimate()).isBetween(evidence.lower(), evidence.upper());
        assertThat(evidence.pValue()).isBetween(0.0, 1.0);
    }

    @Test
    void theReasonHasTheCountsAndTheRatio() {
        Judgement judgement = judge(30, 1000, 10, 1000);
        assertThat(judgement.reason())
                .isEqualTo("3 % rather than the baseline's 1 % (30 of 1000 and 10 of 1000, ratio 3, 98 % interval"
                        + " 1.27 to 8.07, p = 0.00111)");
        assertThat(judgement.evidence().orElseThrow().effect()).isEqualTo(3, within(1e-12));
        assertThat(judgement.evidence().orElseThrow().method()).isEqualTo("conditional exact test");
    }

    @Test
    void theConditionalTestIsTheBinomialOne() {
        // R: binom.test(30, 40, 0.5, "greater"), and its two-sided interval at 0.98 turned into a ratio
        RateTest test = RateTest.of(new Counts(30, 1000), new Counts(10, 1000), true, 0.98);
        assertThat(test.pValue()).isEqualTo(0.0011107168866146837, within(1e-15));
    }

    @Test
    void aDecreaseOfSomethingGoodFails() {
        RateJudge hits = RateJudge.decrease();
        Counts usual = new Counts(900, 1000);
        assertThat(hits.judge(new Counts(700, 1000), usual).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(hits.judge(new Counts(950, 1000), usual).verdict()).isEqualTo(Verdict.PASS);
        assertThat(hits.judge(new Counts(870, 1000), usual).verdict()).isEqualTo(Verdict.PASS);
        assertThat(hits.judge(new Counts(0, 1000), new Counts(30, 1000)).verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(hits.ratio(1)
                        .judge(new Counts(960, 1000), new Counts(990, 1000))
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(ERRORS.ratio(1)
                        .judge(new Counts(990, 1000), new Counts(960, 1000))
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void extrapolatedCountsNeedNotBeWhole() {
        assertThat(judge(29.7, 1003.4, 9.8, 998.2).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge(0.4, 60.2, 0, 59.1).verdict()).isEqualTo(Verdict.PASS);
        double p = judge(5.5, 1000, 1, 1000).evidence().orElseThrow().pValue();
        assertThat(p)
                .isBetween(
                        judge(6, 1000, 1, 1000).evidence().orElseThrow().pValue(),
                        judge(5, 1000, 1, 1000).evidence().orElseThrow().pValue());
    }

    @Test
    void withoutCountsOrBaselineOrRequestsThereIsNoPass() {
        Reading.Value counted = new Reading.Value(List.of(0.1), new Counts(100, 1000));
        assertThat(ERRORS.judge(new Reading.Value(List.of(0.0)), counted).verdict())
                .isEqualTo(Verdict.ERROR);
        assertThat(ERRORS.judge(counted, new Reading.Value(List.of(0.0))).verdict())
                .isEqualTo(Verdict.ERROR);
        assertThat(ERRORS.judge(counted, null).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge(0, 49, 0, 1000).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge(0, 1000, 0, 49).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(ERRORS.needsBaseline()).isTrue();
    }

    @ParameterizedTest(name = "share {0}, {1} and {2} requests")
    @CsvSource({
        "0.0005, 1000, 1000",
        "0.01, 100, 900",
        "0.01, 10000, 1000",
        "0.1, 80, 80",
        "0.1, 400, 400",
        "0.5, 90, 60",
        "0.5, 300, 900",
        "0.97, 500, 500"
    })
    void alikeReleasesFailNoMoreOftenThanPromised(double share, int candidate, int baseline) {
        SplittableRandom random = new SplittableRandom(11);
        // Boschloo's test takes milliseconds.
        int rounds = Math.max(candidate, baseline) <= 100 ? 500 : 4000;
        int alarms = 0;
        for (int i = 0; i < rounds; i++) {
            Counts one = new Counts(events(random, share, candidate), candidate);
            Counts other = new Counts(events(random, share, baseline), baseline);
            alarms += ERRORS.ratio(1).judge(one, other).verdict() == Verdict.FAIL ? 1 : 0;
        }
        double deviation = Math.sqrt(0.02 * 0.98 / rounds);
        assertThat((double) alarms / rounds).isLessThan(0.02 + 3 * deviation);
    }

    private static int events(SplittableRandom random, double share, int total) {
        int events = 0;
        for (int i = 0; i < total; i++) {
            events += random.nextDouble() < share ? 1 : 0;
        }
        return events;
    }

    @Test
    void settingsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> ERRORS.ratio(0.9));
        assertThatIllegalArgumentException().isThrownBy(() -> ERRORS.minRequests(0));
        assertThatIllegalArgumentException().isThrownBy(() -> ERRORS.confidence(1));
        assertThat(ERRORS.describe()).isEqualTo("no more than 1.1 times the baseline's share, at 98 % confidence");
    }

    @ParameterizedTest(name = "{0} of {1} against {2} of {3}: {4}")
    @CsvSource({
        "9300, 10000, 9990, 10000, FAIL", // 0.1 % failures have become 7 %
        "9989, 10000, 9990, 10000, PASS",
        "9000, 10000, 10000, 10000, FAIL",
        "9400, 10000, 9450, 10000, PASS", // 6 % and 5.5 %
        "5800, 10000, 6000, 10000, PASS",
        "5000, 10000, 6000, 10000, FAIL",
        "50, 10000, 100, 10000, FAIL", // of what is rare, the rest says nothing
        "9990, 10000, 9300, 10000, PASS"
    })
    void aShareOfSomethingGoodIsJudgedByItsRestToo(
            double events, double total, double others, double of, Verdict expected) {
        Judgement judgement = RateJudge.decrease().judge(new Counts(events, total), new Counts(others, of));
        assertThat(judgement.verdict()).as(judgement.reason()).isEqualTo(expected);
    }
}
