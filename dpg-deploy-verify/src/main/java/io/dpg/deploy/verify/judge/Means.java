package io.dpg.deploy.verify.judge;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Whether the mean differs by more than a tolerance for certain: Welch's test (1947) of candidate − (1 ± tolerance) ·
 * baseline. A median hardly moves while less than half of the values do, however far; their mean does. One outlier is no
 * certainty here, as it widens the error as much as it moves the mean.
 *
 * @param difference candidate less baseline
 * @param allowed what the tolerance allows, at least 0
 * @param error the standard error of the difference less what is allowed
 * @param freedom its degrees of freedom
 * @param alpha how probable a mistake may be
 */
record Means(double difference, double allowed, double error, double freedom, double alpha) {

    static Means of(double[] x, double meanX, double[] y, double meanY, double tolerance, double alpha) {
        double a = square(x, meanX);
        double b = square(y, meanY) * (1 + tolerance) * (1 + tolerance);
        double freedom = (a + b) * (a + b) / (a * a / (x.length - 1) + b * b / (y.length - 1));
        return new Means(
                meanX - meanY,
                tolerance * Math.abs(meanY),
                Math.max(Math.sqrt(a + b), Sides.SAME * Math.max(Math.abs(meanX), Math.abs(meanY))),
                freedom,
                alpha);
    }

    /** Returns the square of the standard error of a mean. */
    private static double square(double[] values, double mean) {
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (values.length - 1.0) / values.length;
    }

    boolean certainlyBeyond(boolean higher) {
        double beyond = (higher ? difference : -difference) - allowed;
        if (!(beyond > 0)) {
            return false;
        }
        // Without any spread there is no freedom either; the floor of the error decides then.
        double degrees = freedom >= 1 ? freedom : 1;
        return TDistribution.of(degrees).survivalProbability(beyond / error) <= alpha;
    }
}
