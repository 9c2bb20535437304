package io.dpg.deploy.verify.judge;

/**
 * Values of the candidate beyond all of the baseline's, as of a metric that is as usual in most samples and far off in some,
 * which neither medians nor ranks in the middle show. If both sides are alike, all orders of the pooled values are
 * equally probable, and so the chance that the {@code k} outermost are all the candidate's is
 * {@code n (n−1) … / ((n+m) (n+m−1) …)}, with {@code k} factors each, whatever the distribution (S. Rosenbaum, "Tables for a
 * Nonparametric Test of Location", Annals of Mathematical Statistics 25, 1954).
 *
 * @param count how many values are beyond the baseline's outermost by more than the tolerance
 * @param pValue one-sided
 */
record Tail(int count, double pValue) {

    /** Counts on one side of two sorted samples. */
    static Tail of(double[] x, double[] y, boolean above, double tolerance) {
        double bound = above ? y[y.length - 1] : y[0];
        int count = 0;
        double p = 1;
        while (count < x.length) {
            double value = above ? x[x.length - 1 - count] : x[count];
            if (!Sides.beyond(above ? value - bound : bound - value, tolerance)) {
                break;
            }
            p *= (x.length - count) / (double) (x.length + y.length - count);
            count++;
        }
        return new Tail(count, p);
    }
}
