package io.dpg.deploy.verify.load;

import io.dpg.deploy.Plan;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What became of a {@link Load}, its warm-up left out. Immutable and thread-safe.
 *
 * <p><b>Latencies</b> are of good answers, from when the request was due to the last byte; and of requests that got no
 * answer in time or could not be sent, with the time they waited. Answers with an unexpected status and connections that
 * were refused or broke are left out: they come fast and would make latencies look better. They are in the error rate.
 */
public final class LoadResult {

    private final long ok;
    private final Map<LoadFailure, Long> failedBy;
    private final long warmUp;
    private final Duration elapsed;
    private final Histogram latencies;
    private final Duration ownDelay;
    private final List<String> examples;
    private final boolean complete;

    LoadResult(
            long ok,
            Map<LoadFailure, Long> failedBy,
            long warmUp,
            Duration elapsed,
            Histogram latencies,
            Duration ownDelay,
            List<String> examples,
            boolean complete) {
        EnumMap<LoadFailure, Long> copy = new EnumMap<>(LoadFailure.class);
        copy.putAll(failedBy);
        this.ok = ok;
        this.failedBy = Collections.unmodifiableMap(copy);
        this.warmUp = warmUp;
        this.elapsed = elapsed;
        this.latencies = latencies;
        this.ownDelay = ownDelay;
        this.examples = List.copyOf(examples);
        this.complete = complete;
    }

    /** Returns how many requests were due and are over: {@link #ok} and {@link #failed}. */
    public long requests() {
        return ok + failed();
    }

    /** Returns how many of them were sent. */
    public long sent() {
        return requests() - failedBy.getOrDefault(LoadFailure.NOT_SENT, 0L);
    }

    /** Returns how many got a complete answer with an expected status. */
    public long ok() {
        return ok;
    }

    /** Returns how many did not. */
    public long failed() {
        return failedBy.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns how many failed, by why; kinds that did not occur are left out. */
    public Map<LoadFailure, Long> failedBy() {
        return failedBy;
    }

    /** Returns the share of requests that failed, within 0 to 1; 0 where there was none. */
    public double errorRate() {
        return requests() == 0 ? 0 : (double) failed() / requests();
    }

    /** Returns how many good answers came in a second. */
    public double throughput() {
        return elapsed.isZero() ? 0 : ok / (elapsed.toNanos() / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /** Returns the time from the end of the warm-up until sending had ended and the last request was over. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns how many requests of the warm-up were sent; they count nowhere else. */
    public long warmUp() {
        return warmUp;
    }

    /**
     * Returns the latency that {@code percent} percent of requests did not exceed, exact to three digits; zero where
     * there is no latency at all.
     *
     * @throws IllegalArgumentException if {@code percent} is not within 0 and 100
     */
    public Duration percentile(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("A percentile is within 0 and 100, but got " + percent);
        }
        return Duration.of(latencies.getValueAtPercentile(percent), ChronoUnit.MICROS);
    }

    /** Returns the median latency. */
    public Duration p50() {
        return percentile(50);
    }

    /** Returns the latency that 90 % of requests did not exceed. */
    public Duration p90() {
        return percentile(90);
    }

    /** Returns the latency that 95 % of requests did not exceed. */
    public Duration p95() {
        return percentile(95);
    }

    /** Returns the latency that 99 % of requests did not exceed. */
    public Duration p99() {
        return percentile(99);
    }

    /** Returns the longest latency. */
    public Duration max() {
        return percentile(100);
    }

    /** Returns a copy of all latencies, in microseconds. */
    public Histogram histogram() {
        return latencies.copy();
    }

    /**
     * Returns how late 99 % of requests were sent at most, though a connection was free. It is part of the latencies; where
     * it is a large part of them, the host that the load ran on was too busy to judge the server.
     */
    public Duration ownDelay() {
        return ownDelay;
    }

    /** Returns the first few failures, in words; without what was sent. */
    public List<String> examples() {
        return examples;
    }

    /** Returns whether the load was sent to its end, rather than stopped before. */
    public boolean complete() {
        return complete;
    }

    /**
     * Returns the figures that a baseline is made of.
     *
     * @throws IllegalStateException if no request has a latency
     */
    public Performance performance() {
        if (latencies.getTotalCount() == 0) {
            throw new IllegalStateException("Tried to sum up a load, but none of its " + requests()
                    + " requests got an answer to measure; see failedBy() for why");
        }
        return new Performance(p50(), p95(), p99(), errorRate(), throughput(), requests());
    }

    /** Returns one sentence, such as {@code 2,000 requests in 10 s: 0 failed, 200.0 a second, p50 1.2 ms, …}. */
    @Override
    public String toString() {
        String failures = failed() == 0 ? "0 failed" : failed() + " failed " + failedBy;
        return String.format(
                Locale.ROOT,
                "%,d requests in %s: %s, %,.1f a second, p50 %s, p95 %s, p99 %s, max %s",
                requests(),
                Plan.text(elapsed),
                failures,
                throughput(),
                Millis.text(p50()),
                Millis.text(p95()),
                Millis.text(p99()),
                Millis.text(max()));
    }

    /** Returns all figures as a table for people, one a line. */
    public String table() {
        return LoadTable.of(this);
    }
}
