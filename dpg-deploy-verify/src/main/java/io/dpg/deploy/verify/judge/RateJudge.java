package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Judge;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Compares two shares by the counts behind them, such as failed requests of all requests, so that it works when nearly
 * nothing fails:
 *
 * <pre>{@code
 * Metric.named("errors").from(prometheus, "errors").judge(RateJudge.increase().ratio(1.5)).atEnd()
 * }</pre>
 *
 * <p>Fails where the test is significant at {@link #confidence} and the candidate's share is more than {@link #ratio} times the
 * baseline's. A baseline without a single event has no ratio: there only the test decides.
 *
 * <p><b>The test</b>, one-sided, is that of {@link RateTest}: unconditional exact (Boschloo) for up to 100 requests a side,
 * conditional exact where events are rare or few, the score test elsewhere. At most {@code 1 − confidence} of comparisons
 * of two alike releases fail. Numbers that a source extrapolated need not be whole: the conditional test takes
 * them as they are, the others round them against an alarm.
 *
 * <p><b>The numbers.</b> The evidence's estimate is the difference of the shares, with Newcombe's interval (method 10, from
 * Wilson's intervals; Statistics in Medicine 17, 1998), its effect their ratio; the ratio's interval is in the reason.
 *
 * <p><b>Never a pass</b> are samples without counts, no baseline, and fewer than {@link #minRequests} on a side.
 *
 * <p>Immutable and thread-safe; methods that take a setting return a changed copy.
 */
public final class RateJudge implements Judge {

    /** The default confidence. */
    public static final double DEFAULT_CONFIDENCE = 0.98;

    /** The ratio of the shares that is allowed by default. */
    public static final double DEFAULT_RATIO = 1.1;

    /** How many requests each side needs by default. */
    public static final long DEFAULT_MIN_REQUESTS = 50;

    private final boolean increase;
    private final double confidence;
    private final double ratio;
    private final long minRequests;

    private RateJudge(boolean increase, double confidence, double ratio, long minRequests) {
        this.increase = increase;
        this.confidence = confidence;
        this.ratio = ratio;
        this.minRequests = minRequests;
    }

    /** Returns a judge for shares of something bad, such as errors, that must not grow. */
    public static RateJudge increase() {
        return new RateJudge(true, DEFAULT_CONFIDENCE, DEFAULT_RATIO, DEFAULT_MIN_REQUESTS);
    }

    /** Returns a judge for shares of something good, such as cache hits, that must not shrink. */
    public static RateJudge decrease() {
        return new RateJudge(false, DEFAULT_CONFIDENCE, DEFAULT_RATIO, DEFAULT_MIN_REQUESTS);
    }

    /** Returns a copy with another confidence, within 0.5 to 0.999999. Default {@value #DEFAULT_CONFIDENCE}. */
    public RateJudge confidence(double confidence) {
        return new RateJudge(increase, Confidence.checked("confidence", confidence), ratio, minRequests);
    }

    /**
     * Returns a copy that lets a share of up to {@code times} that of the baseline pass, however certain the difference is;
     * for {@link #decrease}, one down to the baseline's divided by it whose rest, such as failures, is no more than that many
     * times the baseline's: 93 % successes are no small change from 99.9 %. Default {@value #DEFAULT_RATIO}.
     *
     * @param times at least 1
     */
    public RateJudge ratio(double times) {
        if (!(times >= 1 && times < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("ratio must be a finite number of at least 1, but is " + times);
        }
        return new RateJudge(increase, confidence, times, minRequests);
    }

    /** Returns a copy that gives a verdict from so many requests a side on; at least 1, by default 50. */
    public RateJudge minRequests(long requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("minRequests must be at least 1, but is " + requests);
        }
        return new RateJudge(increase, confidence, ratio, requests);
    }

    @Override
    public Judgement judge(Reading.Value candidate, Reading.@Nullable Value baseline) {
        if (baseline == null) {
            return Judgement.inconclusive("there is no baseline to compare with");
        }
        Reading.Counts one = candidate.counts().orElse(null);
        Reading.Counts other = baseline.counts().orElse(null);
        if (one == null || other == null) {
            return Judgement.error("the samples come without counts; read a share of counts, or use RankJudge");
        }
        return judge(one, other);
    }

    /** Judges counts. */
    public Judgement judge(Reading.Counts candidate, Reading.Counts baseline) {
        if (candidate.total() < minRequests || baseline.total() < minRequests) {
            return Judgement.inconclusive("only " + Words.number(candidate.total()) + " and "
                    + Words.number(baseline.total()) + " requests of candidate and baseline, but a verdict needs "
                    + minRequests + " of each");
        }
        RateTest test = RateTest.of(candidate, baseline, increase, confidence);
        boolean certain = test.pValue() <= 1 - confidence;
        double share = candidate.share();
        double other = baseline.share();
        boolean far = increase
                ? Sides.beyond(share, other * ratio)
                : Sides.beyond(other, share * ratio) || Sides.beyond(rest(candidate), rest(baseline) * ratio);
        String side = increase ? "more" : "less";
        String numbers = Words.percent(share) + " rather than the baseline's " + Words.percent(other) + " ("
                + Words.number(candidate.events()) + " of " + Words.number(candidate.total()) + " and "
                + Words.number(baseline.events()) + " of " + Words.number(baseline.total()) + ratio(test) + ", "
                + Words.p(test.pValue()) + ")";
        String reason = certain && far
                ? numbers
                : certain
                        ? numbers + ", within the allowed ratio of " + Words.number(ratio)
                        : "not certainly " + side + ": " + numbers;
        Evidence evidence = new Evidence(
                test.method(),
                share - other,
                test.lower(),
                test.upper(),
                confidence,
                other > 0 ? share / other : share > 0 ? Double.NaN : 1,
                test.pValue(),
                Math.round(candidate.total()),
                Math.round(baseline.total()));
        return new Judgement(certain && far ? Verdict.FAIL : Verdict.PASS, reason, evidence);
    }

    private static double rest(Reading.Counts counts) {
        return (counts.total() - counts.events()) / counts.total();
    }

    private String ratio(RateTest test) {
        if (Double.isNaN(test.ratio())) {
            return "";
        }
        return ", ratio " + Words.number(test.ratio()) + ", " + Words.percent(confidence) + " interval "
                + Words.number(test.ratioLower()) + " to "
                + (Double.isInfinite(test.ratioUpper()) ? "any" : Words.number(test.ratioUpper()));
    }

    @Override
    public boolean needsBaseline() {
        return true;
    }

    @Override
    public String describe() {
        return (increase
                        ? "no more than " + Words.number(ratio) + " times"
                        : "no less than 1/" + Words.number(ratio) + " of, with no more than " + Words.number(ratio)
                                + " times the rest of,")
                + " the baseline's share, at " + Words.percent(confidence) + " confidence";
    }
}
