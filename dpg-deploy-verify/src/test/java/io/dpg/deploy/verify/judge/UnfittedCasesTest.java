package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.verify.judge.Assessment.Classification;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases like those that users of other judges complain of, which a reviewer made up and nothing was fitted to. */
class UnfittedCasesTest {

    private static double[] someFarHigher(int far, int of, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[of];
        for (int i = 0; i < of; i++) {
            values[i] = (i < far ? 100 : 1) * (1 + 0.02 * random.nextDouble());
        }
        return values;
    }

    @ParameterizedTest(name = "{0} of {1}, rather than {2}")
    @CsvSource({"14, 30, 1", "24, 60, 2", "170, 1440, 40"})
    void moreSamplesAHundredTimesAsHighThanTheBaselineHasFailThoughMediansHardlyMove(int far, int of, int before) {
        int failed = 0;
        for (long seed = 0; seed < 20; seed++) {
            Assessment found =
                    RankJudge.increase().assess(someFarHigher(far, of, seed), someFarHigher(before, of, seed + 100));
            failed += found.classification() == Classification.HIGH ? 1 : 0;
        }
        assertThat(failed).isGreaterThanOrEqualTo(16);
    }

    @Test
    void farHigherSamplesAreSaidInMeans() {
        Assessment found = RankJudge.increase().assess(someFarHigher(24, 60, 1), someFarHigher(0, 60, 2));
        assertThat(found.judgement().reason()).matches("the candidate is 40.* times as high .*means 41.* and 1.*");
        Assessment mirrored =
                RankJudge.decrease().assess(negative(someFarHigher(24, 60, 1)), negative(someFarHigher(0, 60, 2)));
        assertThat(mirrored.classification()).isEqualTo(Classification.LOW);
    }

    private static double[] negative(double[] values) {
        return Arrays.stream(values).map(v -> -v).toArray();
    }

    @Test
    void oneGreatErrorOfTheBaselineDoesNotHideErrorsInEverySample() {
        double[] baseline = new double[30];
        baseline[7] = 1000;
        double[] candidate = new double[30];
        Arrays.fill(candidate, 5);
        Assessment found = RankJudge.increase().assess(candidate, baseline);
        assertThat(found.judgement().verdict()).as(found.judgement().reason()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void oneErrorNextToALargeBaselineIsNotJudgedAtTheLevelOfFewSamples() {
        assertThat(RankJudge.increase()
                        .assess(new double[] {0, 0, 1, 0, 0}, new double[60])
                        .classification())
                .isEqualTo(Classification.PASS);
        assertThat(RankJudge.increase()
                        .assess(new double[] {0, 2, 1, 1, 0}, new double[5])
                        .classification())
                .isEqualTo(Classification.HIGH);
    }

    @ParameterizedTest(name = "{0} samples next to {1}")
    @CsvSource({"5, 60", "12, 200"})
    void fewSamplesOfMostlyZerosNextToManyRaiseNoMoreFalseAlarmsThanPromised(int few, int many) {
        SplittableRandom random = new SplittableRandom(11);
        int alarms = 0;
        for (int run = 0; run < 3000; run++) {
            double[] candidate = sparse(random, few);
            double[] baseline = sparse(random, many);
            Assessment found = RankJudge.increase().assess(candidate, baseline);
            alarms += found.judgement().verdict() == Verdict.FAIL ? 1 : 0;
        }
        assertThat(alarms)
                .as("2 % of 3000 are 60, with three standard deviations 83")
                .isLessThan(83);
    }

    private static double[] sparse(SplittableRandom random, int size) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 0);
        return values;
    }

    @Test
    void thePermutationsOfUnequalSidesAreCountedExactly() {
        // 3 of 5 next to 2 of 60: R's phyper(2, 5, 60, 5, lower.tail = FALSE)
        double[] candidate = {0, 1, 1, 0, 1};
        double[] baseline = new double[60];
        baseline[3] = 1;
        baseline[40] = 1;
        MannWhitney.Result found = MannWhitney.standard().compare(candidate, baseline);
        assertThat(found.method()).isEqualTo("exact with ties");
        assertThat(found.pGreater()).isEqualTo(0.0021793273710248831, within(1e-12));
        double[] large = new double[40_000];
        assertThat(MannWhitney.standard().compare(candidate, large).method()).isEqualTo("normal approximation");
    }
}
