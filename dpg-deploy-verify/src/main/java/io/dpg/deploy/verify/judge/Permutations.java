package io.dpg.deploy.verify.judge;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The exact distribution of rank sums with ties: how many of the ways to call some of the pooled values the candidate's
 * give each sum of mid-ranks, counted value by value (B. Streitberg and J. Röhmel, "Exact Distributions for Permutation and
 * Rank Tests", Statistical Software Newsletter 12, 1986). Sums are counted from the smallest possible one in units of
 * the greatest common divisor of all ranks, so few distinct values are quickly done.
 */
final class Permutations {

    /** Additions that one comparison may take: some milliseconds. */
    private static final long AFFORDABLE = 8_000_000;

    private Permutations() {}

    /** With more values sums of ranks would need a long; and nearly always it would take too long. */
    private static final int MOST_VALUES = 2000;

    /** Returns the p-values, or null where they would take too long. */
    static @Nullable Tails tails(double[] x, double[] y) {
        if ((long) x.length + y.length > MOST_VALUES) {
            return null;
        }
        double[] a = x.length <= y.length ? x : y;
        int[] ranks = new int[x.length + y.length];
        int observed = ranks(a, a == x ? y : x, ranks);
        int smallest = ranks[0];
        int unit = 0;
        for (int rank : ranks) {
            unit = gcd(unit, rank - smallest);
        }
        if (unit == 0) {
            return new Tails("all values equal", 1, 1, 1);
        }
        observed = (observed - a.length * smallest) / unit;
        int most = 0;
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = (ranks[i] - smallest) / unit;
            most += i >= ranks.length - a.length ? ranks[i] : 0;
        }
        if ((long) ranks.length * a.length * most / 2 > AFFORDABLE) {
            return null;
        }
        double[] ways = ways(ranks, a.length, most);
        double atMost = 0;
        double atLeast = 0;
        double all = 0;
        for (int sum = 0; sum <= most; sum++) {
            all += ways[sum];
            atMost += sum <= observed ? ways[sum] : 0;
            atLeast += sum >= observed ? ways[sum] : 0;
        }
        return a == x
                ? Tails.of("exact with ties", atLeast / all, atMost / all)
                : Tails.of("exact with ties", atMost / all, atLeast / all);
    }

    /** Returns how many choices of {@code size} of the ranks have each sum. */
    private static double[] ways(int[] ranks, int size, int most) {
        double[][] ways = new double[size + 1][most + 1];
        ways[0][0] = 1;
        int reach = 0;
        for (int i = 0; i < ranks.length; i++) {
            int rank = ranks[i];
            reach = Math.min(most, reach + rank);
            for (int chosen = Math.min(size, i + 1); chosen >= Math.max(1, size - (ranks.length - 1 - i)); chosen--) {
                double[] to = ways[chosen];
                double[] from = ways[chosen - 1];
                for (int sum = reach; sum >= rank; sum--) {
                    to[sum] += from[sum - rank];
                }
            }
        }
        return ways[size];
    }

    /** Writes twice the mid-ranks of all values, ascending, and returns the sum of those of {@code a}. */
    private static int ranks(double[] a, double[] b, int[] into) {
        int i = 0;
        int j = 0;
        int sum = 0;
        while (i < a.length || j < b.length) {
            double value = j >= b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j];
            int before = i + j;
            int fromA = i;
            while (i < a.length && a[i] == value) {
                i++;
            }
            while (j < b.length && b[j] == value) {
                j++;
            }
            int twice = 2 * before + (i + j - before) + 1;
            sum += twice * (i - fromA);
            Arrays.fill(into, before, i + j, twice);
        }
        return sum;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
