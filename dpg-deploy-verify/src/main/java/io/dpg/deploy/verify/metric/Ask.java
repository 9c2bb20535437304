package io.dpg.deploy.verify.metric;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a metric is asked for.
 *
 * @param total of a share, else null
 * @param reducer of several series, or null where several are an error
 */
record Ask(
        Kind kind,
        Template promql,
        @Nullable Template total,
        @Nullable Reducer reducer) {

    /** How it is asked. */
    enum Kind {
        INSTANT,
        RANGE,
        SHARE
    }

    /**
     * The points of a range query: {@code count} of them, {@code apart}, the last one at the end.
     *
     * @param windowed whether each point looks back over a window of that length
     */
    record Points(Duration apart, int count, boolean windowed) {

        /** The most points that a server gives for a series. */
        static final int MOST = 11_000;

        /**
         * Returns the points within {@code from} (exclusive) and {@code to} (inclusive) of which none looks back beyond
         * {@code from}. None where a window does not fit in.
         */
        static Points within(Instant from, Instant to, Duration apart, boolean windowed) {
            return within(from, to, apart, windowed, MOST);
        }

        static Points within(Instant from, Instant to, Duration apart, boolean windowed, int most) {
            long fit = Duration.between(from, to).toMillis() / Math.max(1, apart.toMillis());
            return new Points(apart, (int) Math.min(most, Math.max(windowed ? 0 : 1, fit)), windowed);
        }

        Map<String, String> form(String promql, Instant to) {
            Map<String, String> form = new LinkedHashMap<>();
            form.put("query", promql);
            form.put("start", time(to.minus(apart.multipliedBy(count - 1L))));
            form.put("end", time(to));
            form.put("step", seconds(apart));
            return form;
        }
    }

    Ask reducer(Reducer other) {
        return new Ask(kind, promql, total, other);
    }

    /** Seconds since the epoch, to the millisecond, which is as fine as Prometheus counts. */
    static String time(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3).toPlainString();
    }

    static String seconds(Duration duration) {
        return BigDecimal.valueOf(Math.max(1, duration.toMillis()), 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** A duration of PromQL, which has no fractions. */
    static String promDuration(Duration duration) {
        long millis = Math.max(1, duration.toMillis());
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
