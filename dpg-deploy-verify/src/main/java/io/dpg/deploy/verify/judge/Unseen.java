package io.dpg.deploy.verify.judge;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * How surprising it is that {@code k} of {@code n} samples of the candidate show what none of {@code m} samples of the
 * baseline showed: the greatest probability, over all shares p that both could have in common, of a baseline without any
 * and a candidate with at least so many,
 *
 * <pre>{@code max over p of (1 − p)^m · P(Binomial(n, p) ≥ k)}</pre>
 *
 * <p>It is the unconditional exact test of Barnard (1945) with "none in the baseline" as the region, so it is never too
 * small, whatever p is. A conditional test such as Fisher's cannot find 3 of 6 against none significant (p = 0.09), as it
 * does not count how unlikely an all-quiet baseline is when p is a half. Both factors are log-concave in p, so there is
 * one maximum.
 */
final class Unseen {

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private Unseen() {}

    static double pValue(int k, int n, int m) {
        if (k <= 0) {
            return 1;
        }
        BetaDistribution atLeast = BetaDistribution.of(k, n - k + 1.0);
        double low = 0;
        double high = 1;
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double atA = probability(atLeast, a, m);
        double atB = probability(atLeast, b, m);
        while (high - low > 1e-7 * high) {
            // Equal means that both are zero, beyond the maximum.
            if (atA >= atB) {
                high = b;
                b = a;
                atB = atA;
                a = high - GOLDEN * (high - low);
                atA = probability(atLeast, a, m);
            } else {
                low = a;
                a = b;
                atA = atB;
                b = low + GOLDEN * (high - low);
                atB = probability(atLeast, b, m);
            }
        }
        return Math.max(atA, atB);
    }

    private static double probability(BetaDistribution atLeast, double p, int m) {
        return Math.exp(m * Math.log1p(-p)) * atLeast.cumulativeProbability(p);
    }
}
