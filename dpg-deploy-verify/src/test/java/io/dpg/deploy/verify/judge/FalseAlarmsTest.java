package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.check.Verdict;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares alike releases over and over: no more than 2 % may fail at the default confidence, but
 * for the exceptions that {@link RankJudge} documents. Run with {@code DPG_SIMULATION}
 * set to a number for so many rounds of each; the rates are printed then.
 */
class FalseAlarmsTest {

    private static final String SET = System.getenv("DPG_SIMULATION");
    private static final int ROUNDS = SET == null ? 800 : Math.max(800, Integer.parseInt(SET));

    /** Metrics as they come: symmetric, skewed, heavy-tailed, tied, sparse, of two modes. */
    enum Kind {
        NORMAL(r -> 100 + 30 * normal(r)),
        LOGNORMAL(r -> Math.exp(normal(r))),
        EXPONENTIAL(r -> -Math.log(1 - r.nextDouble())),
        CAUCHY(r -> normal(r) / Math.abs(normal(r))),
        COUNTS(r -> poisson(r, 1.5)),
        RARE_COUNTS(r -> poisson(r, 0.3)),
        ONE_IN_TWENTY(r -> r.nextInt(20) == 0 ? 1 : 0),
        ONE_IN_FIVE(r -> r.nextInt(5) == 0 ? 1 + r.nextInt(3) : 0),
        TWO_MODES(r -> r.nextBoolean() ? normal(r) : 20 + normal(r));

        private final ToDoubleFunction<SplittableRandom> value;

        Kind(ToDoubleFunction<SplittableRandom> value) {
            this.value = value;
        }

        double[] draw(SplittableRandom random, int size) {
            double[] values = new double[size];
            Arrays.setAll(values, i -> value.applyAsDouble(random));
            return values;
        }

        private static double normal(SplittableRandom random) {
            return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        }

        private static double poisson(SplittableRandom random, double mean) {
            double limit = Math.exp(-mean);
            int count = 0;
            for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
                count++;
            }
            return count;
        }
    }

    @ParameterizedTest(name = "{0} and {1} samples")
    @CsvSource({"5, 5", "6, 6", "10, 10", "15, 15", "12, 40", "40, 12", "30, 30", "100, 100"})
    void alikeReleasesFailNoMoreOftenThanPromised(int candidate, int baseline) {
        boolean few = Math.min(candidate, baseline) < RankJudge.FEW_SAMPLES;
        for (Kind kind : Kind.values()) {
            for (Direction direction : new Direction[] {Direction.INCREASE, Direction.EITHER}) {
                double rate = rate(kind, direction, candidate, baseline);
                if (SET != null) {
                    System.out.printf("%s %s %d/%d: %.2f %%%n", kind, direction, candidate, baseline, 100 * rate);
                }
                // What RankJudge documents: medians of two modes jump, and constant baselines have a rule of their own.
                boolean odd = candidate != baseline || kind == Kind.TWO_MODES;
                double promised = few ? 0.05 : odd ? 0.03 : 0.02;
                double deviation = Math.sqrt(promised * (1 - promised) / ROUNDS);
                assertThat(rate).as(kind + " " + direction).isLessThan(promised + 3 * deviation);
            }
        }
    }

    private static double rate(Kind kind, Direction direction, int candidate, int baseline) {
        // Without tolerance, and with any change of spread, the tests alone decide.
        RankJudge judge = RankJudge.bad(direction).tolerance(0).spreadFactor(1);
        SplittableRandom random = new SplittableRandom(kind.ordinal());
        int alarms = 0;
        for (int i = 0; i < ROUNDS; i++) {
            double[] one = kind.draw(random, candidate);
            double[] other = kind.draw(random, baseline);
            alarms += judge.assess(one, other).judgement().verdict() == Verdict.FAIL ? 1 : 0;
        }
        return (double) alarms / ROUNDS;
    }
}
