package io.dpg.deploy.verify.judge;

import java.util.Arrays;

/**
 * All differences of two sorted samples, of which any can be selected by rank without holding them. A rounded difference
 * still grows with the one value and falls with the other, so one pass along both samples counts how many differences are
 * below a pivot. Pivots are interpolated, which takes some ten passes on metrics; where that does not help, as with many ties or
 * wild outliers, a difference is picked by a fixed pseudo-random rule, so that any input is done in O(log n) passes.
 */
final class Differences {

    /** So few are rather sorted than counted. */
    private static final int FEW = 96;

    /** Some twenty times what is ever needed: the guard against a mistake that would loop for ever. */
    private static final int MOST_PASSES = 2000;

    private final double[] x;
    private final double[] y;
    private final long pairs;

    // Of the differences x[i] − y[j] of row i, those with from[i] ≤ j < to[i] are still in question.
    private int[] from;
    private int[] to;
    private int[] below;
    private int[] atMost;

    Differences(double[] x, double[] y) {
        this.x = x;
        this.y = y;
        this.pairs = (long) x.length * y.length;
        from = new int[x.length];
        to = new int[x.length];
        below = new int[x.length];
        atMost = new int[x.length];
    }

    /** Returns the median of all differences. */
    double median() {
        double upper = select(pairs / 2 + 1);
        return pairs % 2 == 1 ? upper : middle(select(pairs / 2), upper);
    }

    private static double middle(double a, double b) {
        return a == b ? a : (a + b) / 2;
    }

    /** Returns the difference of rank {@code rank}, 1 for the smallest. */
    double select(long rank) {
        Arrays.fill(from, 0);
        Arrays.fill(to, y.length);
        double low = x[0] - y[y.length - 1];
        double high = x[x.length - 1] - y[0];
        long under = 0; // differences known to be too small
        long open = pairs;
        long random = 0x9E3779B97F4A7C15L;
        double pivot = guess(rank);
        for (int pass = 0; open > FEW; pass++) {
            if (pass > MOST_PASSES) {
                throw new IllegalStateException("No difference of rank " + rank + " after " + pass + " passes");
            }
            long less = 0;
            long notMore = 0;
            int j = 0;
            int k = 0;
            for (int i = 0; i < x.length; i++) {
                double value = x[i];
                while (j < y.length && value - y[j] > pivot) {
                    j++;
                }
                atMost[i] = j;
                k = Math.max(k, j);
                while (k < y.length && value - y[k] >= pivot) {
                    k++;
                }
                below[i] = k;
                less += y.length - k;
                notMore += y.length - j;
            }
            long before = open;
            if (rank <= less) {
                int[] swap = from;
                from = below;
                below = swap;
                high = pivot;
                open = less - under;
            } else if (rank > notMore) {
                int[] swap = to;
                to = atMost;
                atMost = swap;
                low = pivot;
                open -= notMore - under;
                under = notMore;
            } else {
                return pivot;
            }
            if (open > before / 2 || !(low < high)) {
                random = random * 6364136223846793005L + 1442695040888963407L;
                pivot = pick(Math.floorMod(random >> 16, open));
            } else {
                pivot = interpolate(low, high, rank - under, open);
            }
        }
        return sorted((int) (rank - under - 1), (int) open);
    }

    /** Quantiles of the two sides that lie as far up and down as the rank among all differences. */
    private double guess(long rank) {
        double share = (rank - 0.5) / pairs;
        // Differences spread about 1.4 times as wide as the sides, so quantiles are taken nearer to the middle.
        double q = 0.5 + (share - 0.5) * 0.8;
        return x[(int) (q * x.length)] - y[(int) ((1 - q) * y.length)];
    }

    /** Aims a little beyond the rank, seen from the side with more differences, so that most of them go. */
    private static double interpolate(double low, double high, long rank, long open) {
        double aim = rank - 0.5 + open * (rank * 2 > open ? -0.04 : 0.04);
        return low + (high - low) * Math.min(0.999, Math.max(0.001, aim / open));
    }

    private double pick(long index) {
        long left = index;
        for (int i = 0; i < x.length; i++) {
            int width = to[i] - from[i];
            if (left < width) {
                return x[i] - y[from[i] + (int) left];
            }
            left -= width;
        }
        throw new IllegalStateException("No difference " + index);
    }

    private double sorted(int index, int open) {
        double[] rest = new double[open];
        int filled = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = from[i]; j < to[i]; j++) {
                rest[filled++] = x[i] - y[j];
            }
        }
        Arrays.sort(rest);
        return rest[index];
    }
}
