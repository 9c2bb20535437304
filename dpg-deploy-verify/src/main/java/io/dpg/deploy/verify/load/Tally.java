package io.dpg.deploy.verify.load;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Collects what becomes of requests. Bounded in memory. Thread-safe. */
final class Tally {

    private static final int EXAMPLES = 5;
    private static final int LONGEST_EXAMPLE = 300;

    private final Histogram latencies = histogram();
    private final Histogram delays = histogram();
    private final Map<LoadFailure, Long> failed = new EnumMap<>(LoadFailure.class);
    private final List<String> examples = new ArrayList<>();
    private final UnaryOperator<String> redactor;
    private long ok;
    private long warmUp;
    private long lastEnd = Long.MIN_VALUE;

    /** Makes one whose examples are redacted by {@code redactor}. */
    Tally(UnaryOperator<String> redactor) {
        this.redactor = redactor;
    }

    /** Microseconds with three digits; grows as needed, to 200 KiB for an hour. */
    static Histogram histogram() {
        return new Histogram(3);
    }

    /** Counts a request of the warm-up. */
    synchronized void warmUp() {
        warmUp++;
    }

    /** Notes how late a request was sent though a connection was free. */
    synchronized void delay(long nanos) {
        delays.recordValue(micros(nanos));
    }

    /** Counts a good answer. */
    synchronized void good(long due, long now) {
        ok++;
        latencies.recordValue(micros(now - due));
        lastEnd = Math.max(lastEnd, now);
    }

    /**
     * Counts a failure. Whoever got no answer counts with the time waited for it, so that latencies do not look better
     * for it; an answer or refusal that failed at once would make them look better, and is left out of them.
     */
    synchronized void bad(LoadFailure kind, @Nullable String example, long due, long now) {
        failed.merge(kind, 1L, Long::sum);
        if (kind == LoadFailure.TIMEOUT || kind == LoadFailure.NOT_SENT) {
            latencies.recordValue(micros(now - due));
        }
        lastEnd = Math.max(lastEnd, now);
        if (example != null && examples.size() < EXAMPLES) {
            String said = redactor.apply(example); // before it is cut, which could leave half a secret
            String cut = said.length() > LONGEST_EXAMPLE ? said.substring(0, LONGEST_EXAMPLE) + '…' : said;
            if (!examples.contains(cut)) {
                examples.add(cut);
            }
        }
    }

    /**
     * Returns what was counted so far.
     *
     * @param begun when the warm-up was over
     * @param end when sending was to end, or now
     */
    synchronized LoadResult result(long begun, long end, boolean complete) {
        long nanos = Math.max(0, Math.max(end, lastEnd) - begun);
        return new LoadResult(
                ok,
                failed,
                warmUp,
                Duration.ofNanos(nanos),
                latencies.copy(),
                Duration.of(delays.getValueAtPercentile(99), ChronoUnit.MICROS),
                examples,
                complete);
    }

    private static long micros(long nanos) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos));
    }
}
