package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Reading;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.UnconditionedExactTest;

/**
 * A one-sided test of two shares, with intervals:
 *
 * <ul>
 *   <li>up to {@value #SMALL} requests a side: Boschloo's unconditional exact test on counts rounded against an alarm
 *   <li>else, where fewer than a twentieth of the requests are events, or fewer than {@value #FEW} events, or non-events,
 *       happened: the conditional test (Przyborowski and Wilenski 1940). Of all events the candidate's are binomial with its part
 *       of the requests; the binomial's tail is an incomplete beta function, which takes fractions as well. It is exact for
 *       Poisson counts, and errs against an alarm for others
 *   <li>else: the score test with pooled variance and correction for continuity
 * </ul>
 *
 * <p>The ratio's interval is Clopper and Pearson's for the binomial, turned into a ratio; where events are not rare, that of
 * Katz (1978) from the logarithm's standard error.
 *
 * @param method which test it was
 * @param pValue one-sided
 * @param lower lower end of the interval of the difference of the shares
 * @param upper upper end of it
 * @param ratio of the shares; NaN where neither had an event
 * @param ratioLower lower end of the ratio's interval
 * @param ratioUpper upper end of it; infinite without an event of the baseline
 */
record RateTest(
        String method, double pValue, double lower, double upper, double ratio, double ratioLower, double ratioUpper) {

    private static final int SMALL = 100;
    private static final int FEW = 50;

    static RateTest of(Reading.Counts candidate, Reading.Counts baseline, boolean increase, double confidence) {
        double x = candidate.events();
        double n = candidate.total();
        double y = baseline.events();
        double m = baseline.total();
        double events = x + y;
        double pooled = events / (n + m);
        boolean rare = pooled < 0.05 || events < FEW;
        double[] ratio = rare ? conditional(x, n, y, m, confidence) : katz(x, n, y, m, confidence);
        double[] difference = newcombe(x, n, y, m, confidence);
        String method;
        double p;
        if (n <= SMALL && m <= SMALL) {
            method = "Boschloo's exact test";
            p = increase ? boschloo(x, n, y, m) : boschloo(y, m, x, n);
        } else if (rare || n + m - events < FEW) {
            method = "conditional exact test";
            // Where nearly all are events, the rest are the rare ones.
            p = rare == increase
                    ? tail(rare ? x : n - x, n, rare ? y : m - y, m)
                    : tail(rare ? y : m - y, m, rare ? x : n - x, n);
        } else {
            method = "score test";
            double z = ((increase ? 1 : -1) * (x / n - y / m) - (1 / n + 1 / m) / 2)
                    / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
            p = Tails.NORMAL.survivalProbability(z);
        }
        double shares = events == 0 ? Double.NaN : y == 0 ? Double.POSITIVE_INFINITY : x / n / (y / m);
        return new RateTest(method, Math.min(1, p), difference[0], difference[1], shares, ratio[0], ratio[1]);
    }

    /** P(at least x of the x + y events are the first side's) when both have the same rate. */
    private static double tail(double x, double n, double y, double m) {
        return x <= 0 ? 1 : BetaDistribution.of(x, y + 1).cumulativeProbability(n / (n + m));
    }

    private static double boschloo(double x, double n, double y, double m) {
        int events = (int) Math.floor(x + 1e-9);
        int total = Math.max(1, (int) Math.ceil(n - 1e-9));
        int others = (int) Math.ceil(y - 1e-9);
        int of = Math.max(1, Math.max(others, (int) Math.floor(m + 1e-9)));
        if (events == 0) {
            return 1;
        }
        return UnconditionedExactTest.withDefaults()
                .with(UnconditionedExactTest.Method.BOSCHLOO)
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(new int[][] {{events, others}, {total - events, of - others}})
                .getPValue();
    }

    private static double[] conditional(double x, double n, double y, double m, double confidence) {
        double half = (1 - confidence) / 2;
        double low = x <= 0 ? 0 : BetaDistribution.of(x, y + 1).inverseCumulativeProbability(half);
        double high = y <= 0 ? 1 : BetaDistribution.of(x + 1, y).inverseSurvivalProbability(half);
        return new double[] {low / (1 - low) * m / n, high >= 1 ? Double.POSITIVE_INFINITY : high / (1 - high) * m / n};
    }

    private static double[] katz(double x, double n, double y, double m, double confidence) {
        if (x <= 0 || y <= 0) {
            return conditional(x, n, y, m, confidence);
        }
        double error = Math.sqrt(Math.max(0, 1 / x - 1 / n + 1 / y - 1 / m));
        double far = Math.exp(Tails.NORMAL.inverseSurvivalProbability((1 - confidence) / 2) * error);
        double ratio = x / n / (y / m);
        return new double[] {ratio / far, ratio * far};
    }

    private static double[] newcombe(double x, double n, double y, double m, double confidence) {
        double z = Tails.NORMAL.inverseSurvivalProbability((1 - confidence) / 2);
        double[] one = wilson(x, n, z);
        double[] other = wilson(y, m, z);
        double p = x / n;
        double q = y / m;
        return new double[] {p - q - Math.hypot(p - one[0], other[1] - q), p - q + Math.hypot(one[1] - p, q - other[0])
        };
    }

    private static double[] wilson(double x, double n, double z) {
        double p = x / n;
        double z2 = z * z / n;
        double middle = p + z2 / 2;
        double half = z * Math.sqrt(Math.max(0, p * (1 - p) / n) + z2 / n / 4);
        return new double[] {
            Math.max(0, Math.min(p, (middle - half) / (1 + z2))), Math.min(1, Math.max(p, (middle + half) / (1 + z2)))
        };
    }
}
