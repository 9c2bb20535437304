package io.dpg.deploy.verify.judge;

import java.util.Arrays;

/**
 * Two samples, sorted, and made independent of the metric's unit: divided by a power of two, which changes no digit, and
 * with values that only rounding tells apart made equal, so that ties stay ties in every unit.
 *
 * @param candidate ascending, within −2 to 2
 * @param baseline ascending, within −2 to 2
 * @param exponent of the power of two
 */
record Sides(double[] candidate, double[] baseline, int exponent) {

    /** Values nearer than this, relative to their size, are equal: some hundred times what one operation rounds. */
    static final double SAME = 1e-13;

    static Sides of(double[] candidate, double[] baseline) {
        double greatest = 0;
        for (double value : candidate) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        for (double value : baseline) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        int exponent = greatest == 0 ? 0 : Math.getExponent(greatest);
        double[] x = scaled(candidate, exponent);
        double[] y = scaled(baseline, exponent);
        unite(x, y);
        return new Sides(x, y, exponent);
    }

    private static double[] scaled(double[] values, int exponent) {
        double[] scaled = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = Math.scalb(values[i], -exponent) + 0.0;
        }
        Arrays.sort(scaled);
        return scaled;
    }

    private static void unite(double[] x, double[] y) {
        int i = 0;
        int j = 0;
        double before = Math.min(x[0], y[0]);
        double first = before;
        while (i < x.length || j < y.length) {
            boolean fromX = j >= y.length || (i < x.length && x[i] <= y[j]);
            double value = fromX ? x[i] : y[j];
            if (value - before > SAME * Math.max(Math.abs(value), Math.abs(before))) {
                first = value;
            }
            before = value;
            if (fromX) {
                x[i++] = first;
            } else {
                y[j++] = first;
            }
        }
    }

    boolean candidateConstant() {
        return candidate[0] == candidate[candidate.length - 1];
    }

    boolean baselineConstant() {
        return baseline[0] == baseline[baseline.length - 1];
    }

    /** Returns whether at least half of a sorted sample is one value, so that its median and spread say little. */
    static boolean mostlyOneValue(double[] sorted) {
        int most = 0;
        int run = 0;
        for (int i = 0; i < sorted.length; i++) {
            run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
            most = Math.max(most, run);
        }
        return 2 * most >= sorted.length;
    }

    /**
     * Returns whether medians are too coarse for the metric: at least half of the baseline is one value, or at least a
     * twentieth of all pairs are ties, as of small counts, where a median only moves by whole steps.
     */
    boolean coarse() {
        return mostlyOneValue(baseline) || 20 * tiedPairs() >= (double) candidate.length * baseline.length;
    }

    private double tiedPairs() {
        double pairs = 0;
        int j = 0;
        for (int i = 0; i < candidate.length; ) {
            double value = candidate[i];
            int from = i;
            while (i < candidate.length && candidate[i] == value) {
                i++;
            }
            while (j < baseline.length && baseline[j] < value) {
                j++;
            }
            int first = j;
            while (j < baseline.length && baseline[j] == value) {
                j++;
            }
            pairs += (double) (i - from) * (j - first);
        }
        return pairs;
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** Returns whether {@code value} is greater than {@code limit} by more than rounding. */
    static boolean beyond(double value, double limit) {
        return value > limit + 1e-9 * Math.abs(limit) && value > limit;
    }
}
