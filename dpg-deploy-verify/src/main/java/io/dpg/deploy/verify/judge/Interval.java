package io.dpg.deploy.verify.judge;

/**
 * The Hodges–Lehmann shift and its confidence interval.
 *
 * @param estimate the shift
 * @param lower lower end
 * @param upper upper end
 */
record Interval(double estimate, double lower, double upper) {

    /** By the exact distribution of U; for samples without ties. */
    static Interval exact(double[] x, double[] y, double confidence) {
        Differences differences = new Differences(x, y);
        long pairs = (long) x.length * y.length;
        long rank = Math.max(1, new ExactU(x.length, y.length).quantile((1 - confidence) / 2));
        return new Interval(differences.median(), differences.select(rank), differences.select(pairs - rank + 1));
    }

    /**
     * By the normal approximation: the differences at which the standardised number of pairs that are greater falls below
     * the quantile, and below its negative. Between two differences only values of the same side can tie, so sigma is
     * constant there, and the number of pairs follows from the quantile.
     */
    static Interval atJumps(double[] x, double[] y, double confidence) {
        Differences differences = new Differences(x, y);
        double pairs = (double) x.length * y.length;
        double sigma = RankSum.sigma(x.length, y.length, RankSum.tiesWithin(x) + RankSum.tiesWithin(y));
        double far = 0.5 + sigma * Tails.NORMAL.inverseSurvivalProbability((1 - confidence) / 2);
        // More than pairs/2 + far pairs are greater at every shift below this difference, and at none above it.
        double greater = Math.floor(pairs / 2 + far) + 1;
        long rank = (long) Math.max(1, pairs - greater + 1);
        return new Interval(
                differences.median(), differences.select(rank), differences.select((long) pairs - rank + 1));
    }

    /** By the normal approximation and R's root finder; see {@link MannWhitney#rootTolerance}. */
    static Interval byRoots(double[] x, double[] y, double confidence, double tolerance) {
        double least = x[0] - y[y.length - 1];
        double greatest = x[x.length - 1] - y[0];
        double atLeast = RankSum.of(x, y, least).z(true);
        double atGreatest = RankSum.of(x, y, greatest).z(true);
        if (Double.isNaN(atLeast) || Double.isNaN(atGreatest)) {
            return atJumps(x, y, confidence); // no spread at all, where R has an error
        }
        double quantile = Tails.NORMAL.inverseSurvivalProbability((1 - confidence) / 2);
        double estimate = RootFinder.root(d -> RankSum.of(x, y, d).z(false), least, greatest, tolerance);
        double[] ends = new double[2];
        for (int side = 0; side < 2; side++) {
            double level = side == 0 ? quantile : -quantile;
            ends[side] = atLeast <= level
                    ? least
                    : atGreatest >= level
                            ? greatest
                            : RootFinder.root(d -> RankSum.of(x, y, d).z(true) - level, least, greatest, tolerance);
        }
        return new Interval(estimate, ends[0], ends[1]);
    }
}
