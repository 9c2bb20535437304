package io.dpg.deploy.verify.judge;

import java.util.Arrays;

/**
 * The Mann–Whitney test (Wilcoxon's rank-sum test) of two samples, with the Hodges–Lehmann shift and its confidence
 * interval:
 *
 * <pre>{@code
 * MannWhitney.Result r = MannWhitney.standard().confidence(0.98).compare(candidate, baseline);
 * }</pre>
 *
 * <p><b>p-values.</b> Exact where both sides have fewer than {@value #EXACT_BELOW} values and no ties, from the
 * distribution of U (Harding 1984); else exact too, from the permutations of the mid-ranks (Streitberg and Röhmel 1986), as
 * long as that takes no more than a few million steps: about 40 values a side, or 5 next to 800, and more where few
 * of them are distinct. Elsewhere from the normal approximation with correction for ties and for continuity, which for
 * five samples of mostly zeros next to sixty finds twice as many differences as it promises.
 *
 * <p><b>Shift and interval.</b> The shift is the median of all differences candidate − baseline (Hodges and Lehmann
 * 1963). The interval's ends are differences too: without ties and with fewer than {@value #EXACT_BELOW} values a side
 * those that the exact distribution names (Bauer 1972), else those where the normal approximation, corrected for the
 * ties within each side and for continuity, crosses the quantile. All are found by selection in O(n log n) on the sorted
 * sides; the differences are never held.
 *
 * <p><b>Next to R.</b> All numbers are those of R's {@code wilcox.test(candidate, baseline, conf.int = TRUE)} with two
 * differences, which {@link #likeR()} removes. R uses the normal approximation for p-values as soon as there is a tie or a
 * side of 50. And
 * in that case, and for large samples, R looks for the ends of the interval with a root finder (Brent's) that stops within
 * {@code tol.root} of the point where the step function jumps, by default 1e-4 in the metric's unit; so for metrics near
 * 1e-6 it finds nothing. Here the default is the jump itself, which has no tolerance and scales with the metric.
 *
 * <p>Immutable and thread-safe; methods that take a setting return a changed copy.
 */
public final class MannWhitney {

    /** The default confidence of the interval. */
    public static final double DEFAULT_CONFIDENCE = 0.95;

    /** Samples of fewer values than this on both sides have exact p-values. The number is R's. */
    public static final int EXACT_BELOW = 50;

    /** The {@code tol.root} that R uses unless told otherwise. */
    public static final double R_TOLERANCE = 1e-4;

    private static final MannWhitney STANDARD = new MannWhitney(DEFAULT_CONFIDENCE, 0, true);

    private final double confidence;
    private final double rootTolerance;
    private final boolean exactWithTies;

    private MannWhitney(double confidence, double rootTolerance, boolean exactWithTies) {
        this.confidence = confidence;
        this.rootTolerance = rootTolerance;
        this.exactWithTies = exactWithTies;
    }

    /** Returns the test with a confidence of {@value #DEFAULT_CONFIDENCE} and ends of intervals at the jumps. */
    public static MannWhitney standard() {
        return STANDARD;
    }

    /**
     * Returns a copy with another confidence of the two-sided interval.
     *
     * @param confidence within 0.5 to 0.999999
     */
    public MannWhitney confidence(double confidence) {
        return new MannWhitney(Confidence.checked("confidence", confidence), rootTolerance, exactWithTies);
    }

    /**
     * Returns a copy that finds ends of intervals, and shifts, where the normal approximation is used, with the root finder
     * of R to within {@code tolerance}, so that even the digits behind it are R's.
     *
     * @param tolerance in the metric's unit; 0, the default, for the jumps themselves
     */
    public MannWhitney rootTolerance(double tolerance) {
        if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "rootTolerance must be a finite number of at least 0, but is " + tolerance);
        }
        return new MannWhitney(confidence, tolerance, exactWithTies);
    }

    /**
     * Returns a copy that does what R does by default: p-values from the normal approximation where there are ties, and
     * {@code rootTolerance(1e-4)}.
     */
    public MannWhitney likeR() {
        return new MannWhitney(confidence, R_TOLERANCE, false);
    }

    /**
     * Compares two samples.
     *
     * @param candidate at least one finite value; left as it is
     * @param baseline at least one finite value; left as it is
     * @throws IllegalArgumentException if a side is empty, or holds NaN, an infinity, or a number beyond ±4e307, whose
     *     differences no double holds
     */
    public Result compare(double[] candidate, double[] baseline) {
        return compareSorted(sorted("candidate", candidate), sorted("baseline", baseline));
    }

    /** Compares two samples that are sorted and finite. */
    Result compareSorted(double[] x, double[] y) {
        RankSum ranks = RankSum.of(x, y, 0);
        boolean few = x.length < EXACT_BELOW && y.length < EXACT_BELOW;
        Tails tails = tails(x, y, ranks, few);
        Interval interval = few && !ranks.tied()
                ? Interval.exact(x, y, confidence)
                : rootTolerance > 0
                        ? Interval.byRoots(x, y, confidence, rootTolerance)
                        : Interval.atJumps(x, y, confidence);
        return new Result(
                tails.method(),
                ranks.u(),
                tails.either(),
                tails.greater(),
                tails.less(),
                interval.estimate(),
                interval.lower(),
                interval.upper(),
                confidence,
                x.length,
                y.length);
    }

    private Tails tails(double[] x, double[] y, RankSum ranks, boolean few) {
        if (few && !ranks.tied()) {
            return Tails.exact(x.length, y.length, ranks.u());
        }
        if (exactWithTies) {
            Tails permuted = Permutations.tails(x, y);
            if (permuted != null) {
                return permuted;
            }
        }
        return Tails.normal(ranks);
    }

    private static double[] sorted(String side, double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("Tried to compare two samples, but the " + side + " has no value");
        }
        double[] copy = values.clone();
        for (int i = 0; i < copy.length; i++) {
            if (!(Math.abs(copy[i]) <= 4e307)) {
                throw new IllegalArgumentException("Tried to compare two samples, but value " + i + " of the " + side
                        + " is " + copy[i] + "; use numbers within ±4e307");
            }
            copy[i] += 0.0; // -0.0 becomes 0.0, which it equals but is not sorted with
        }
        Arrays.sort(copy);
        return copy;
    }

    /**
     * What a comparison found. Plain data.
     *
     * @param method how the p-values were found: {@code exact}, {@code exact with ties} or {@code normal approximation}
     * @param u pairs in which the candidate's value is the greater one, ties counted half
     * @param pValue two-sided: twice the smaller of the one-sided ones, at most 1
     * @param pGreater one-sided, small where the candidate's values are greater
     * @param pLess one-sided, small where the candidate's values are smaller
     * @param estimate the Hodges–Lehmann shift candidate − baseline, in the metric's unit
     * @param lower lower end of its confidence interval
     * @param upper upper end of it
     * @param confidence the two-sided confidence that was asked for; with very few values the widest interval that the
     *     sample has, from the smallest to the greatest difference, may have less
     * @param candidateSize values of the candidate
     * @param baselineSize values of the baseline
     */
    public record Result(
            String method,
            double u,
            double pValue,
            double pGreater,
            double pLess,
            double estimate,
            double lower,
            double upper,
            double confidence,
            int candidateSize,
            int baselineSize) {

        /**
         * Returns the common language effect size (McGraw and Wong 1992): the share of pairs in which the candidate's
         * value is the greater one, ties counted half. 0.5 where the two are alike.
         */
        public double commonLanguageEffect() {
            return u / ((double) candidateSize * baselineSize);
        }
    }
}
