package io.dpg.deploy.check;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/**
 * Compares the arithmetic mean of the samples with a threshold. A mean that equals the threshold, but for rounding, passes.
 * Immutable and thread-safe.
 *
 * <p>With candidate mean {@code c}, baseline mean {@code b}, {@code limit} and {@code tolerance}, and {@code below}
 * (for above, the comparisons are mirrored and the tolerance is subtracted):
 *
 * <ul>
 *   <li>absolute: passes if {@code c ≤ limit}
 *   <li>absolute, {@code notWorseSuffices}, and {@code b > limit}: passes if {@code c ≤ b + tolerance}
 *   <li>times baseline: passes if {@code c ≤ limit × b}, or where there is a tolerance {@code c ≤ max(limit × b,
 *       b + tolerance)}. So a baseline of zero allows the tolerance and nothing else. A negative baseline has no ratio and is {@link Verdict#ERROR}; none is
 *       {@link Verdict#INCONCLUSIVE}
 * </ul>
 *
 * @param below whether values must not exceed the threshold, rather than not fall short of it
 * @param limit the threshold in the metric's unit, or the factor where {@code timesBaseline}
 * @param timesBaseline whether {@code limit} is a factor of the baseline's mean
 * @param tolerance difference to the baseline, in the metric's unit, that always passes; at least 0
 * @param notWorseSuffices whether, where the baseline itself violates an absolute threshold, a candidate that is not
 *     worse than it passes
 */
public record ThresholdJudge(
        boolean below, double limit, boolean timesBaseline, double tolerance, boolean notWorseSuffices)
        implements Judge {

    /** What a mean and a product of doubles may be off by, relative to their size. */
    private static final double ROUNDING = 1e-12;

    /** Checks that the numbers are finite, that a factor is positive and that the tolerance is not negative. */
    public ThresholdJudge {
        if (!Double.isFinite(limit)) {
            throw new IllegalArgumentException("A threshold must be a finite number, but is " + limit);
        }
        if (timesBaseline && limit <= 0) {
            throw new IllegalArgumentException("A factor of the baseline must be positive, but is " + limit);
        }
        if (!Double.isFinite(tolerance) || tolerance < 0) {
            throw new IllegalArgumentException(
                    "A tolerance must be a finite number of at least 0, but is " + tolerance);
        }
        if (timesBaseline && notWorseSuffices) {
            throw new IllegalArgumentException("timesBaseline and evenIfAlreadyFiring exclude each other: a ratio to"
                    + " the baseline already judges a change; keep one of them");
        }
    }

    /** Returns a judge that fails means above {@code limit}. */
    public static ThresholdJudge below(double limit) {
        return new ThresholdJudge(true, limit, false, 0, false);
    }

    /** Returns a judge that fails means below {@code limit}. */
    public static ThresholdJudge above(double limit) {
        return new ThresholdJudge(false, limit, false, 0, false);
    }

    @Override
    public Judgement judge(Reading.Value candidate, Reading.@Nullable Value baseline) {
        double mean = candidate.mean();
        return timesBaseline ? judgeRatio(mean, baseline) : judgeAbsolute(mean, baseline);
    }

    private Judgement judgeAbsolute(double mean, Reading.@Nullable Value baseline) {
        if (within(mean, limit)) {
            return Judgement.pass(text(mean) + " is " + side() + ' ' + text(limit));
        }
        String bad = text(mean) + " is not " + side() + ' ' + text(limit);
        if (!notWorseSuffices || baseline == null || within(baseline.mean(), limit)) {
            return Judgement.fail(bad);
        }
        double other = baseline.mean();
        String compared = bad + ", nor is the baseline's " + text(other) + ", and the candidate is ";
        return within(mean, other + allowance())
                ? Judgement.pass(compared + "not worse")
                : Judgement.fail(compared + "worse");
    }

    private Judgement judgeRatio(double mean, Reading.@Nullable Value baseline) {
        if (baseline == null) {
            return Judgement.inconclusive("there is no baseline to compare " + text(mean) + " with");
        }
        double other = baseline.mean();
        if (other < 0) {
            return Judgement.error("the baseline is " + text(other) + ", and a ratio to a negative number has no"
                    + " meaning; compare with a judge of your own");
        }
        double scaled = limit * other;
        double tolerated = other + allowance();
        // Without a tolerance, a factor that demands an improvement does demand it.
        double bound = tolerance == 0 ? scaled : below ? Math.max(scaled, tolerated) : Math.min(scaled, tolerated);
        String numbers = side() + ' ' + text(bound) + ", which is "
                + (bound == scaled
                        ? text(limit) + " times the baseline's " + text(other)
                        : text(tolerance) + " from the baseline's " + text(other));
        return within(mean, bound)
                ? Judgement.pass(text(mean) + " is " + numbers)
                : Judgement.fail(text(mean) + " is not " + numbers);
    }

    @Override
    public boolean needsBaseline() {
        return timesBaseline;
    }

    @Override
    public String describe() {
        return side()
                + ' '
                + text(limit)
                + (timesBaseline ? " times baseline" : "")
                + (tolerance > 0 ? ", tolerating " + text(tolerance) : "")
                + (notWorseSuffices ? ", or not worse than a baseline that is not" : "");
    }

    private boolean within(double value, double bound) {
        // In another unit a mean that equals the bound may be rounded to the other side of it.
        return (below ? value <= bound : value >= bound) || Math.abs(value - bound) <= ROUNDING * Math.abs(bound);
    }

    private double allowance() {
        return below ? tolerance : -tolerance;
    }

    private String side() {
        return below ? "below" : "above";
    }

    /** Returns {@code value} with at most six significant digits. */
    static String text(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
        boolean readable = Math.abs(rounded.precision() - rounded.scale()) <= 12;
        return readable ? rounded.toPlainString() : rounded.toString();
    }
}
