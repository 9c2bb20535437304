package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdJudgeTest {

    private static Reading.Value value(double... samples) {
        return new Reading.Value(java.util.Arrays.stream(samples).boxed().toList());
    }

    private static Verdict ratio(boolean below, double factor, double tolerance, double candidate, double baseline) {
        return new ThresholdJudge(below, factor, true, tolerance, false)
                .judge(value(candidate), value(baseline))
                .verdict();
    }

    @ParameterizedTest
    @CsvSource({
        // factor, tolerance, candidate, baseline, verdict
        "1.5, 0,     0.14, 0.10, PASS",
        "1.5, 0,     0.16, 0.10, FAIL",
        "1.5, 0,     0,    0,    PASS",
        "1.5, 0,     1e-9, 0,    FAIL",
        "1.5, 0.001, 1e-3, 0,    PASS",
        "1.5, 0.001, 2e-3, 0,    FAIL",
        "1.5, 0.001, 0.16, 0.10, FAIL",
        "1.5, 0.1,   0.19, 0.10, PASS",
        "1.5, 0,     0.1, -0.10, ERROR",
    })
    void belowARatioPassesUpToTheLargerOfFactorAndTolerance(
            double factor, double tolerance, double candidate, double baseline, Verdict verdict) {
        assertThat(ratio(true, factor, tolerance, candidate, baseline)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "0.9, 0,   95, 100, PASS",
        "0.9, 0,   89, 100, FAIL",
        "0.9, 15,  89, 100, PASS",
        "0.9, 0,   0,  0,   PASS",
    })
    void aboveARatioIsTheMirrorImage(
            double factor, double tolerance, double candidate, double baseline, Verdict verdict) {
        assertThat(ratio(false, factor, tolerance, candidate, baseline)).isEqualTo(verdict);
    }

    @Test
    void aRatioWithoutBaselineDecidesNothing() {
        assertThat(new ThresholdJudge(true, 1.5, true, 0, false)
                        .judge(value(0), null)
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void theThresholdItselfPassesOnBothSides() {
        assertThat(ThresholdJudge.below(5).judge(value(5), null).verdict()).isEqualTo(Verdict.PASS);
        assertThat(ThresholdJudge.above(5).judge(value(5), null).verdict()).isEqualTo(Verdict.PASS);
        assertThat(ThresholdJudge.above(5).judge(value(4.9), null).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void theMeanOfTheSamplesIsJudged() {
        assertThat(ThresholdJudge.below(2).judge(value(1, 1, 4), null).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(ThresholdJudge.below(2).judge(value(1, 1, 4.1), null).verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void theReasonSaysWhichOfFactorAndToleranceDecided() {
        ThresholdJudge judge = new ThresholdJudge(true, 1.5, true, 0.001, false);
        assertThat(judge.judge(value(0.2), value(0.1)).reason())
                .isEqualTo("0.2 is not below 0.15, which is 1.5 times the baseline's 0.1");
        assertThat(judge.judge(value(0.2), value(0)).reason())
                .isEqualTo("0.2 is not below 0.001, which is 0.001 from the baseline's 0");
    }

    @Test
    void numbersThatCannotBeAreRefused() {
        assertThatThrownBy(() -> ThresholdJudge.below(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new ThresholdJudge(true, 0, true, 0, false)).hasMessageContaining("positive");
        assertThatThrownBy(() -> new ThresholdJudge(true, 1, true, -1, false)).hasMessageContaining("tolerance");
    }

    @Test
    void numbersReadWellFromTinyToHuge() {
        assertThat(List.of(1e-6, 0.1 + 0.2, 1e6, 1e300, -2.5))
                .map(ThresholdJudge::text)
                .containsExactly("0.000001", "0.3", "1000000", "1E+300", "-2.5");
    }

    @ParameterizedTest
    @CsvSource({"true, 0.8, 100", "false, 1.2, 100"})
    void aFactorThatDemandsAnImprovementIsNotPassedWithoutOne(boolean below, double factor, double same) {
        assertThat(ratio(below, factor, 0, same, same)).isEqualTo(Verdict.FAIL);
        assertThat(ratio(below, factor, 0, factor * same, same)).isEqualTo(Verdict.PASS);
        assertThat(ratio(below, factor, 1, same, same))
                .as("a tolerance allows it")
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aMeanThatEqualsTheBoundPassesInEveryUnit() {
        for (int i = 1; i < 1000; i++) {
            for (double unit : new double[] {1e-12, 1e-6, 0.1, 3, 1e6, 1e12}) {
                assertThat(ratio(true, 1.1, 0, i * 11 * unit, i * 10 * unit))
                        .as(i + " times " + unit)
                        .isEqualTo(Verdict.PASS);
                assertThat(ratio(false, 0.9, 0, i * 9 * unit, i * 10 * unit))
                        .as(i + " times " + unit)
                        .isEqualTo(Verdict.PASS);
            }
        }
        assertThat(ratio(true, 1.1, 0, 11.000001, 10)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void samplesWhoseSumIsNoDoubleHaveAMean() {
        Reading.Value huge = value(1.2e308, 1.2e308, 1.2e308);
        Reading.Value less = value(1e308, 1e308, 1e308);
        assertThat(less.mean()).isEqualTo(1e308, org.assertj.core.api.Assertions.within(1e293));
        assertThat(new ThresholdJudge(true, 1.1, true, 0, false)
                        .judge(huge, less)
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }
}
