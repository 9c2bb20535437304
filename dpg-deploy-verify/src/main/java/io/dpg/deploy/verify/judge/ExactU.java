package io.dpg.deploy.verify.judge;

/**
 * The exact distribution of Mann and Whitney's U without ties. Its frequencies are the coefficients of a Gaussian binomial,
 * multiplied out factor by factor (E. F. Harding, "An Efficient, Minimal-storage Procedure for Calculating the
 * Mann-Whitney U, Generalized U and Similar Distributions", Applied Statistics 33, 1984). The distribution is symmetric,
 * so half of it is held.
 */
final class ExactU {

    private final double[] cumulative;
    private final long pairs;

    ExactU(int n, int m) {
        int small = Math.min(n, m);
        int large = Math.max(n, m);
        pairs = (long) n * m;
        double[] f = new double[(int) (pairs / 2) + 1];
        f[0] = 1;
        for (int i = 1; i <= small; i++) {
            int up = large + i;
            for (int u = f.length - 1; u >= up; u--) {
                f[u] -= f[u - up];
            }
            for (int u = i; u < f.length; u++) {
                f[u] += f[u - i];
            }
        }
        double all = 1; // n + m choose small
        for (int i = 1; i <= small; i++) {
            all *= (large + i) / (double) i;
        }
        double sum = 0;
        for (int u = 0; u < f.length; u++) {
            sum += f[u];
            f[u] = sum / all;
        }
        cumulative = f;
    }

    /** Returns P(U ≤ u). */
    double atMost(long u) {
        if (u < 0) {
            return 0;
        }
        if (u < cumulative.length) {
            return cumulative[(int) u];
        }
        return u >= pairs ? 1 : 1 - atMost(pairs - u - 1);
    }

    /** Returns P(U ≥ u). */
    double atLeast(long u) {
        return atMost(pairs - u);
    }

    /** Returns the smallest u with P(U ≤ u) ≥ {@code p}, but for rounding, where p is at most a half. */
    long quantile(double p) {
        double wanted = p - 10 * Math.ulp(1.0);
        int u = 0;
        while (u < cumulative.length - 1 && cumulative[u] < wanted) {
            u++;
        }
        return u;
    }
}
