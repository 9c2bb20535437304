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

    // Of the differences x[i] − y[j] of row i, those with from[i] ≤ j < to[i] are still in question: they are at least
    // low, and below high.
    private int[] from;
    private int[] to;
    private int[] cut;

    /** The difference of the rank after the one selected last; NaN where that is not known. */
    private double next = Double.NaN;

    Differences(double[] x, double[] y) {
        this.x = x;
        this.y = y;
        this.pairs = (long) x.length * y.length;
        from = new int[x.length];
        to = new int[x.length];
        cut = new int[x.length];
    }

    /** Returns the median of all differences. */
    double median() {
        double value = select((pairs + 1) / 2);
        if (pairs % 2 == 1) {
            return value;
        }
        double above = Double.isNaN(next) ? select(pairs / 2 + 1) : next;
        return value == above ? value : (value + above) / 2;
    }

    /** Returns the difference of rank {@code rank}, 1 for the smallest. */
    double select(long rank) {
        Arrays.fill(from, 0);
        Arrays.fill(to, y.length);
        next = Double.NaN;
        double low = x[0] - y[y.length - 1];
        double high = Math.nextUp(x[x.length - 1] - y[0]);
        long under = 0; // differences below low
        long open = pairs;
        long random = 0x9E3779B97F4A7C15L;
        long aim = rank;
        double pivot = guess(aim);
        for (int pass = 0; open > FEW; pass++) {
            if (Math.nextUp(low) >= high) {
                return low;
            }
            if (pass > MOST_PASSES) {
                throw new IllegalStateException("No difference of rank " + rank + " after " + pass + " passes");
            }
            long less = countBelow(pivot);
            long before = open;
            int[] swap = cut;
            if (rank <= less) {
                cut = from;
                from = swap;
                high = pivot;
                open = less - under;
            } else {
                cut = to;
                to = swap;
                low = pivot;
                open -= less - under;
                under = less;
            }
            if (pass < 3 && (under == 0 || under + open == pairs)) {
                // One end is still the farthest difference; aim beyond the rank by half of what the guess missed.
                aim = Math.max(1, Math.min(pairs, aim + (rank - less) + (rank - less) / 2));
                pivot = Math.min(high, Math.max(Math.nextUp(low), guess(aim)));
            } else if (open > before / 2) {
                random = random * 6364136223846793005L + 1442695040888963407L;
                double picked = pick(Math.floorMod(random >> 16, open));
                pivot = picked > low ? picked : Math.nextUp(low);
            } else {
                pivot = interpolate(low, high, rank - under, open);
            }
        }
        return sorted((int) (rank - under - 1), (int) open);
    }

    /** Counts the differences below {@code pivot}, which is between low and high, and writes where they begin. */
    private long countBelow(double pivot) {
        long less = 0;
        int j = 0;
        for (int i = 0; i < x.length; i++) {
            double value = x[i];
            int end = to[i];
            j = Math.max(j, from[i]);
            while (j < end && value - y[j] >= pivot) {
                j++;
            }
            cut[i] = j;
            less += y.length - j;
        }
        return less;
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
        next = index + 1 < open ? rest[index + 1] : Double.NaN;
        return rest[index];
    }
}
