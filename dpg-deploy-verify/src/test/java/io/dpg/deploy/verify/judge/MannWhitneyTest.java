package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MannWhitneyTest {

    private static final MannWhitney TEST = MannWhitney.standard();

    @Test
    void theIntervalOfFourAndFourRunsFromTheSmallestToTheGreatestDifference() {
        MannWhitney.Result result = TEST.compare(new double[] {10, 20, 30, 40}, new double[] {1, 2, 3, 4});
        assertThat(result.estimate()).isEqualTo(22.5);
        assertThat(result.lower()).isEqualTo(6);
        assertThat(result.upper()).isEqualTo(39);
        assertThat(result.method()).isEqualTo("exact");
        assertThat(result.pValue()).isEqualTo(2.0 / 70, within(1e-15));
        assertThat(result.pGreater()).isEqualTo(1.0 / 70, within(1e-15));
        assertThat(result.pLess()).isEqualTo(1);
        assertThat(result.commonLanguageEffect()).isEqualTo(1);
    }

    @Test
    void exactProbabilitiesWithTiesAreThoseOfAllPermutations() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200; round++) {
            double[] pooled = new double[random.nextInt(2, 13)];
            Arrays.setAll(pooled, i -> random.nextInt(4) * 0.5);
            int size = random.nextInt(1, pooled.length);
            double[] x = Arrays.copyOf(pooled, size);
            double[] y = Arrays.copyOfRange(pooled, size, pooled.length);
            double observed = pairs(x, y);
            int all = 0;
            int greater = 0;
            int less = 0;
            for (int subset = 0; subset < 1 << pooled.length; subset++) {
                if (Integer.bitCount(subset) == size) {
                    double u = pairs(pick(pooled, subset, true), pick(pooled, subset, false));
                    all++;
                    greater += u >= observed ? 1 : 0;
                    less += u <= observed ? 1 : 0;
                }
            }
            MannWhitney.Result result = TEST.compare(x, y);
            assertThat(result.pGreater()).isCloseTo((double) greater / all, within(1e-12));
            assertThat(result.pLess()).isCloseTo((double) less / all, within(1e-12));
        }
    }

    private static double pairs(double[] x, double[] y) {
        double u = 0;
        for (double a : x) {
            for (double b : y) {
                u += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        return u;
    }

    private static double[] pick(double[] from, int subset, boolean in) {
        double[] picked = new double[from.length];
        int count = 0;
        for (int i = 0; i < from.length; i++) {
            if ((subset >> i & 1) == 1 == in) {
                picked[count++] = from[i];
            }
        }
        return Arrays.copyOf(picked, count);
    }

    @Test
    void theDistributionWithoutTiesIsThatOfItsRecurrence() {
        for (int n = 1; n < 50; n += 6) {
            for (int m = 1; m < 50; m += 4) {
                double[] frequencies = frequencies(n, m);
                double all = Arrays.stream(frequencies).sum();
                ExactU exact = new ExactU(n, m);
                double sum = 0;
                for (int u = 0; u <= n * m; u++) {
                    sum += frequencies[u];
                    assertThat(exact.atMost(u)).isCloseTo(sum / all, Percentage.withPercentage(1e-9));
                }
            }
        }
    }

    /** Counts by Mann and Whitney's recurrence, which only adds. */
    private static double[] frequencies(int n, int m) {
        double[][] row = new double[m + 1][n * m + 1];
        for (double[] r : row) {
            r[0] = 1;
        }
        for (int i = 1; i <= n; i++) {
            double[][] next = new double[m + 1][n * m + 1];
            next[0][0] = 1;
            for (int j = 1; j <= m; j++) {
                for (int u = 0; u <= n * m; u++) {
                    next[j][u] = next[j - 1][u] * 1 + (u >= j ? row[j][u - j] : 0);
                }
            }
            row = next;
        }
        return row[m];
    }

    @Test
    void anyDifferenceIsSelectedWithoutHoldingThem() {
        for (long seed = 0; seed < 3000; seed++) {
            RSamples samples = RSamples.random(seed);
            double[] x = samples.candidate();
            double[] y = samples.baseline();
            Arrays.sort(x);
            Arrays.sort(y);
            double[] all = Arrays.stream(x)
                    .flatMap(a -> Arrays.stream(y).map(b -> a - b))
                    .sorted()
                    .toArray();
            Differences differences = new Differences(x, y);
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 5; i++) {
                int rank = random.nextInt(all.length);
                assertThat(differences.select(rank + 1)).isEqualTo(all[rank]);
            }
            assertThat(differences.select(1)).isEqualTo(all[0]);
            assertThat(differences.select(all.length)).isEqualTo(all[all.length - 1]);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-900, 0x1p-40, 0x1p40, 0x1p900})
    void shiftAndIntervalScaleWithTheMetric(double factor) {
        for (long seed = 0; seed < 200; seed++) {
            RSamples samples = RSamples.random(seed);
            MannWhitney.Result one = TEST.compare(samples.candidate(), samples.baseline());
            double[] x = Arrays.stream(samples.candidate()).map(v -> v * factor).toArray();
            double[] y = Arrays.stream(samples.baseline()).map(v -> v * factor).toArray();
            MannWhitney.Result other = TEST.compare(x, y);
            assertThat(other.pValue()).isEqualTo(one.pValue());
            assertThat(other.estimate()).isEqualTo(one.estimate() * factor);
            assertThat(other.lower()).isEqualTo(one.lower() * factor);
            assertThat(other.upper()).isEqualTo(one.upper() * factor);
        }
    }

    @Test
    void valuesThatAreAllEqualDifferByNothing() {
        MannWhitney.Result result = TEST.compare(new double[] {1, 1, 1}, new double[] {1, 1});
        assertThat(result.pValue()).isEqualTo(1);
        assertThat(result.pGreater()).isEqualTo(1);
        assertThat(result.estimate()).isZero();
        assertThat(result.lower()).isZero();
        assertThat(result.upper()).isZero();
        assertThat(TEST.likeR().compare(new double[60], new double[60]).pValue())
                .isEqualTo(1);
    }

    @Test
    void negativeZeroIsZero() {
        assertThat(TEST.compare(new double[] {-0.0, 0.0}, new double[] {0.0, -0.0, 0.0})
                        .pValue())
                .isEqualTo(1);
    }

    @Test
    void theSidesAreLeftAsTheyWere() {
        double[] candidate = {3, 1, 2};
        TEST.compare(candidate, new double[] {5, 4});
        assertThat(candidate).containsExactly(3, 1, 2);
    }

    @Test
    void emptySidesAndWhatIsNoNumberAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEST.compare(new double[0], new double[1]))
                .withMessageContaining("candidate has no value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEST.compare(new double[1], new double[] {1, Double.NaN}))
                .withMessageContaining("value 1 of the baseline is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEST.compare(new double[] {Double.POSITIVE_INFINITY}, new double[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> TEST.confidence(1));
        assertThatIllegalArgumentException().isThrownBy(() -> TEST.confidence(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> TEST.rootTolerance(-1));
    }
}
