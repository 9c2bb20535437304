package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.verify.judge.Assessment.Classification;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RankJudgeTest {

    private static final RankJudge HIGHER_IS_WORSE = RankJudge.increase();

    /** Values from 100 to 118 in some order. */
    private static double[] latencies(double factor) {
        return DoubleStream.iterate(0, i -> i < 30, i -> i + 1)
                .map(i -> factor * (100 + (i * 7) % 19))
                .toArray();
    }

    @Test
    void aThirdMoreLatencyFailsAndIsExplained() {
        Judgement judgement =
                HIGHER_IS_WORSE.assess(latencies(1.32), latencies(1)).judgement();
        assertThat(judgement.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judgement.reason())
                .startsWith("the candidate is 32")
                .contains("% higher than the baseline (shift 3", "98 % interval", "p < 0.0001", "30 and 30 samples)");
        Evidence evidence = judgement.evidence().orElseThrow();
        assertThat(evidence.effect()).isEqualTo(1.32, within(1e-9));
        assertThat(evidence.estimate()).isBetween(evidence.lower(), evidence.upper());
        assertThat(evidence.confidence()).isEqualTo(0.98);
        assertThat(evidence.candidateSize()).isEqualTo(30);
    }

    @Test
    void aCertainDifferenceWithinTheTolerancePasses() {
        Judgement judgement =
                HIGHER_IS_WORSE.assess(latencies(1.09), latencies(1)).judgement();
        assertThat(judgement.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judgement.reason()).contains("within the tolerance of 10 %");
        assertThat(HIGHER_IS_WORSE
                        .tolerance(0.05)
                        .assess(latencies(1.09), latencies(1))
                        .classification())
                .isEqualTo(Classification.HIGH);
    }

    @Test
    void aDifferenceOfExactlyTheTolerancePassesInEveryUnit() {
        for (double unit : new double[] {1, 0.1, 3, 1e-9, 1.0 / 3, 7e11}) {
            double[] baseline = {unit, unit, unit, unit, unit, unit, 1.01 * unit};
            double[] candidate = Arrays.stream(baseline).map(v -> v * 1.1).toArray();
            assertThat(HIGHER_IS_WORSE.assess(candidate, baseline).classification())
                    .isEqualTo(Classification.PASS);
        }
    }

    @Test
    void onlyTheBadDirectionFails() {
        assertThat(RankJudge.decrease().assess(latencies(1.5), latencies(1)).classification())
                .isEqualTo(Classification.PASS);
        assertThat(RankJudge.decrease().assess(latencies(0.6), latencies(1)).classification())
                .isEqualTo(Classification.LOW);
        assertThat(HIGHER_IS_WORSE
                        .assess(latencies(0.6), latencies(1))
                        .judgement()
                        .reason())
                .startsWith("not higher: the candidate is 40 % lower than the baseline");
        assertThat(RankJudge.either().assess(latencies(0.6), latencies(1)).classification())
                .isEqualTo(Classification.LOW);
    }

    @ParameterizedTest(name = "{0} of {1} against none of {2}: {3}")
    @CsvSource({
        "3, 6, 6, HIGH",
        "2, 6, 6, PASS",
        "1, 5, 5, PASS",
        "5, 5, 5, HIGH",
        "7, 10, 10, HIGH",
        "8, 10, 10, HIGH",
        "3, 10, 10, PASS",
        "4, 10, 10, HIGH",
        "5, 25, 25, HIGH",
        "3, 30, 30, PASS",
        "5, 1440, 1440, HIGH"
    })
    void whatTheBaselineNeverShowedFailsWhenSeveralSamplesDo(
            int departing, int size, int baseline, Classification expected) {
        for (double constant : new double[] {0, 1, -3}) {
            double[] candidate = new double[size];
            Arrays.setAll(candidate, i -> i < departing ? constant + 1000 + i : constant);
            double[] quiet = new double[baseline];
            Arrays.fill(quiet, constant);
            assertThat(RankJudge.either()
                            .tolerance(0.25)
                            .assess(candidate, quiet)
                            .classification())
                    .isEqualTo(expected);
            assertThat(HIGHER_IS_WORSE.assess(candidate, quiet).classification())
                    .isEqualTo(expected);
            assertThat(RankJudge.decrease().assess(candidate, quiet).classification())
                    .isEqualTo(Classification.PASS);
        }
    }

    @Test
    void theChanceOfWhatTheBaselineNeverShowedIsTheGreatestOverAllShares() {
        for (int[] c : new int[][] {{3, 6, 6}, {1, 5, 5}, {4, 30, 60}, {10, 10, 10}, {2, 40, 7}}) {
            double greatest = 0;
            for (double p = 0.0005; p < 1; p += 0.0005) {
                double atLeast = 0;
                for (int k = c[0]; k <= c[1]; k++) {
                    atLeast += choose(c[1], k) * Math.pow(p, k) * Math.pow(1 - p, c[1] - k);
                }
                greatest = Math.max(greatest, Math.pow(1 - p, c[2]) * atLeast);
            }
            assertThat(Unseen.pValue(c[0], c[1], c[2])).isBetween(greatest - 1e-9, greatest * 1.001);
        }
        assertThat(Unseen.pValue(0, 6, 6)).isEqualTo(1);
        assertThat(Unseen.pValue(3, 6, 6)).isEqualTo(0.0306, within(1e-4));
    }

    private static double choose(int n, int k) {
        double ways = 1;
        for (int i = 1; i <= k; i++) {
            ways *= (n - k + i) / (double) i;
        }
        return ways;
    }

    @Test
    void aConstantGaugeMayMoveWithinTheTolerance() {
        double[] sixteen = new double[12];
        Arrays.fill(sixteen, 16);
        double[] seventeen = new double[12];
        Arrays.fill(seventeen, 17);
        assertThat(HIGHER_IS_WORSE.assess(seventeen, sixteen).classification()).isEqualTo(Classification.PASS);
        assertThat(HIGHER_IS_WORSE.tolerance(0.05).assess(seventeen, sixteen).classification())
                .isEqualTo(Classification.HIGH);
    }

    @Test
    void moreOfWhatIsMostlyZeroFailsAlthoughMediansDoNotMove() {
        double[] baseline = new double[40];
        baseline[3] = 1;
        baseline[17] = 1;
        double[] candidate = new double[40];
        Arrays.fill(candidate, 0, 14, 2);
        Assessment assessment = HIGHER_IS_WORSE.assess(candidate, baseline);
        assertThat(assessment.classification()).isEqualTo(Classification.HIGH);
        assertThat(assessment.judgement().reason()).contains("14 times as high", "means 0.7 and 0.05");
        assertThat(HIGHER_IS_WORSE.assess(baseline, candidate).classification()).isEqualTo(Classification.PASS);
    }

    @Test
    void aThirdMoreOfSmallCountsFailsAlthoughTheMedianDifferenceIsZero() {
        double[] baseline = new double[300];
        double[] candidate = new double[300];
        Arrays.setAll(baseline, i -> i * 7 % 4);
        Arrays.setAll(candidate, i -> i * 7 % 4 + (i % 2 == 0 && i * 7 % 4 < 2 ? 1 : 0));
        Assessment assessment = HIGHER_IS_WORSE.assess(candidate, baseline);
        assertThat(assessment.judgement().evidence().orElseThrow().estimate()).isZero();
        assertThat(assessment.classification()).isEqualTo(Classification.HIGH);
        assertThat(HIGHER_IS_WORSE.tolerance(0.4).assess(candidate, baseline).classification())
                .isEqualTo(Classification.PASS);
    }

    @Test
    void severalSpikesBeyondAllOfTheBaselineFailAlthoughMostSamplesAreAsUsual() {
        double[] candidate = latencies(1);
        for (int i = 0; i < 8; i++) {
            candidate[3 * i] = 500 + i;
        }
        Assessment assessment = HIGHER_IS_WORSE.assess(candidate, latencies(1));
        assertThat(assessment.classification()).isEqualTo(Classification.HIGH);
        assertThat(assessment.judgement().reason())
                .startsWith("8 of its 30 samples are beyond all 30 of the baseline, mean 21");
        assertThat(assessment.judgement().evidence().orElseThrow().method()).contains("beyond");
        assertThat(RankJudge.decrease().assess(candidate, latencies(1)).classification())
                .isEqualTo(Classification.PASS);
        candidate[0] = 100;
        candidate[3] = 100;
        assertThat(HIGHER_IS_WORSE.assess(candidate, latencies(1)).classification())
                .isEqualTo(Classification.PASS);
    }

    @Test
    void aMeanThatMovesAgainstTheRanksHidesNoChange() {
        double[] baseline = new double[40];
        double[] candidate = new double[40];
        Arrays.fill(baseline, 0, 20, 5);
        Arrays.fill(baseline, 20, 40, 6);
        Arrays.fill(candidate, 4);
        candidate[0] = 1000;
        assertThat(RankJudge.either().assess(candidate, baseline).judgement().verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(HIGHER_IS_WORSE.assess(candidate, baseline).classification()).isEqualTo(Classification.PASS);
    }

    @Test
    void oneOutlierFailsNothing() {
        double[] candidate = latencies(1);
        candidate[7] = 1e9;
        for (Direction direction : Direction.values()) {
            assertThat(RankJudge.bad(direction).assess(candidate, latencies(1)).classification())
                    .isEqualTo(Classification.PASS);
        }
    }

    @Test
    void aChangeOfSpreadAloneFailsWhereEitherDirectionIsBadAndIsReportedElsewhere() {
        double[] narrow = latencies(1);
        double[] wide = Arrays.stream(narrow).map(v -> 109 + 8 * (v - 109)).toArray();
        Assessment either = RankJudge.either().assess(wide, narrow);
        assertThat(either.classification()).isEqualTo(Classification.SPREAD);
        assertThat(either.judgement().reason()).startsWith("its values spread more (mean distance from the median");
        assertThat(either.judgement().evidence().orElseThrow().method()).contains("Brown");
        assertThat(RankJudge.either().assess(narrow, wide).classification()).isEqualTo(Classification.SPREAD);
        Assessment higher = HIGHER_IS_WORSE.assess(wide, narrow);
        assertThat(higher.classification()).isEqualTo(Classification.PASS);
        assertThat(higher.judgement().reason()).contains("; its values spread more");
        RankJudge strict = HIGHER_IS_WORSE.failOnSpread(true);
        assertThat(strict.assess(wide, narrow).classification()).isEqualTo(Classification.SPREAD);
        assertThat(strict.assess(narrow, wide).classification()).isEqualTo(Classification.PASS);
        assertThat(RankJudge.either().failOnSpread(false).assess(wide, narrow).classification())
                .isEqualTo(Classification.PASS);
        assertThat(RankJudge.either().spreadFactor(10).assess(wide, narrow).classification())
                .isEqualTo(Classification.PASS);
    }

    @Test
    void aMetricThatStandsStillWhereItUsedToMoveFailsWhereEitherDirectionIsBad() {
        double[] moving =
                Arrays.stream(latencies(1)).map(v -> 109 + 8 * (v - 109)).toArray();
        double[] still = new double[30];
        Arrays.fill(still, 109);
        assertThat(RankJudge.either().assess(still, moving).classification()).isEqualTo(Classification.SPREAD);
    }

    @Test
    void spreadThatMattersLittleNextToTheLevelPasses() {
        double[] narrow = Arrays.stream(latencies(1)).map(v -> 1000 + v / 100).toArray();
        double[] wide = Arrays.stream(latencies(1))
                .map(v -> 1000 + 1.09 + (v - 109) / 10)
                .toArray();
        assertThat(RankJudge.either().assess(wide, narrow).classification()).isEqualTo(Classification.PASS);
    }

    @Test
    void thresholdsOfTheEffectApplyOnTopOfTheTolerance() {
        RankJudge judge =
                RankJudge.either().allowedIncrease(1.5).allowedDecrease(0.5).criticalIncrease(2);
        assertThat(judge.assess(latencies(1.4), latencies(1)).classification()).isEqualTo(Classification.PASS);
        assertThat(judge.assess(latencies(1.4), latencies(1)).judgement().reason())
                .contains("which is allowed");
        assertThat(judge.assess(latencies(1.6), latencies(1)).classification()).isEqualTo(Classification.HIGH);
        assertThat(judge.assess(latencies(1.6), latencies(1)).critical()).isFalse();
        assertThat(judge.assess(latencies(2.1), latencies(1)).critical()).isTrue();
        assertThat(judge.assess(latencies(0.6), latencies(1)).classification()).isEqualTo(Classification.PASS);
        assertThat(judge.assess(latencies(0.4), latencies(1)).classification()).isEqualTo(Classification.LOW);
        RankJudge pairs = HIGHER_IS_WORSE.effect(EffectSize.CLES).allowedIncrease(0.99);
        assertThat(pairs.assess(latencies(1.12), latencies(1)).classification()).isEqualTo(Classification.PASS);
        assertThat(pairs.assess(latencies(1.4), latencies(1)).classification()).isEqualTo(Classification.HIGH);
    }

    @Test
    void negativeMetricsHaveEffectsToo() {
        double[] baseline = Arrays.stream(latencies(1)).map(v -> -v).toArray();
        double[] candidate = Arrays.stream(latencies(0.7)).map(v -> -v).toArray();
        Assessment assessment = RankJudge.either().assess(candidate, baseline);
        assertThat(assessment.classification()).isEqualTo(Classification.HIGH);
        assertThat(assessment.judgement().evidence().orElseThrow().effect()).isEqualTo(1.3, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void tooFewSamplesAreNoPass(int size) {
        double[] few = new double[size];
        assertThat(HIGHER_IS_WORSE.assess(few, latencies(1)).judgement().verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(HIGHER_IS_WORSE.assess(latencies(1), few).classification()).isEqualTo(Classification.NO_DATA);
        assertThat(HIGHER_IS_WORSE.assess(few, few).judgement().reason())
                .isEqualTo("only " + size + " and " + size
                        + " samples of candidate and baseline, but a verdict needs 5 of each");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE})
    void whatIsNoUsableNumberIsAnErrorAndNoPass(double bad) {
        double[] spoilt = latencies(1);
        spoilt[20] = bad;
        assertThat(HIGHER_IS_WORSE.assess(spoilt, latencies(1)).judgement().verdict())
                .isEqualTo(Verdict.ERROR);
        assertThat(HIGHER_IS_WORSE.assess(latencies(1), spoilt).classification())
                .isEqualTo(Classification.ERROR);
    }

    @Test
    void withoutABaselineThereIsNoVerdict() {
        assertThat(HIGHER_IS_WORSE.needsBaseline()).isTrue();
        assertThat(HIGHER_IS_WORSE.judge(new Reading.Value(List.of(1.0)), null).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void extremesOfDoublesAreJudged() {
        double[] huge = {1e307, 2e307, 3e307, -1e307, -4e307, 1, 1e-300, 0, 5e-324, 2};
        for (Direction direction : Direction.values()) {
            assertThat(RankJudge.bad(direction).assess(huge, huge).classification())
                    .isEqualTo(Classification.PASS);
        }
        double[] tiny = {1e-320, 2e-320, 3e-320, 4e-320, 5e-320};
        double[] more = {1e-319, 2e-319, 3e-319, 4e-319, 5e-319};
        assertThat(HIGHER_IS_WORSE.assess(more, tiny).classification()).isEqualTo(Classification.HIGH);
    }

    @Test
    void settingsAreCheckedAndDescribed() {
        assertThat(RankJudge.increase().tolerance(0.25).criticalIncrease(2).describe())
                .isEqualTo("not higher than the baseline by more than 25 %, at 98 % confidence, critical above 2 times"
                        + " its mean");
        assertThatIllegalArgumentException().isThrownBy(() -> HIGHER_IS_WORSE.tolerance(-0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> HIGHER_IS_WORSE.confidence(98));
        assertThatIllegalArgumentException().isThrownBy(() -> HIGHER_IS_WORSE.minSamples(1));
        assertThatIllegalArgumentException().isThrownBy(() -> HIGHER_IS_WORSE.spreadFactor(0.5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HIGHER_IS_WORSE.allowedIncrease(1.2).effect(EffectSize.CLES))
                .withMessageContaining("allowedIncrease is 1.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HIGHER_IS_WORSE.effect(EffectSize.CLES).allowedIncrease(1.2));
    }
}
