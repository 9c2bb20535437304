package io.dpg.deploy.verify.load;

import java.time.Duration;
import java.util.Locale;

/**
 * How fast and how well something answered, in the figures that a baseline holds.
 *
 * @param p50 the median latency
 * @param p95 the latency that 95 % of requests do not exceed
 * @param p99 the latency that 99 % of requests do not exceed
 * @param errorRate the share of requests that failed, within 0 to 1
 * @param throughput good answers a second
 * @param requests how many requests this was measured with, at least 1
 */
public record Performance(
        Duration p50, Duration p95, Duration p99, double errorRate, double throughput, long requests) {

    private static final Duration LONGEST = Duration.ofDays(1);

    /** Checks the numbers. */
    public Performance {
        boolean ordered =
                !p50.isNegative() && p50.compareTo(p95) <= 0 && p95.compareTo(p99) <= 0 && p99.compareTo(LONGEST) <= 0;
        if (!ordered || !(errorRate >= 0 && errorRate <= 1)) {
            throw new IllegalArgumentException("Percentiles go up, from 0 to at most a day, and an error rate is within"
                    + " 0 and 1, but got p50 " + p50 + ", p95 " + p95 + ", p99 " + p99 + ", error rate " + errorRate);
        }
        if (!(throughput >= 0 && throughput < Double.POSITIVE_INFINITY) || requests < 1) {
            throw new IllegalArgumentException("Performance is measured with at least one request and has a throughput"
                    + " that is not negative, but got " + requests + " requests and " + throughput + " a second");
        }
    }

    /** Returns {@code figure}: milliseconds, a share, or answers a second. */
    double value(Figure figure) {
        return switch (figure) {
            case P50 -> Millis.of(p50);
            case P95 -> Millis.of(p95);
            case P99 -> Millis.of(p99);
            case ERROR_RATE -> errorRate;
            case THROUGHPUT -> throughput;
        };
    }

    /** Returns these figures moved towards {@code other}: all the way with a weight of 1, half the way with 0.5. */
    Performance towards(Performance other, double weight) {
        return new Performance(
                Millis.duration(mix(Figure.P50, other, weight)),
                Millis.duration(mix(Figure.P95, other, weight)),
                Millis.duration(mix(Figure.P99, other, weight)),
                Math.min(1, mix(Figure.ERROR_RATE, other, weight)),
                mix(Figure.THROUGHPUT, other, weight),
                other.requests);
    }

    private double mix(Figure figure, Performance other, double weight) {
        return value(figure) * (1 - weight) + other.value(figure) * weight;
    }

    /** Returns for example {@code p50 2.10 ms, p95 8.00 ms, p99 12.0 ms, 0.10 % failed, 199.8/s, 2,000 requests}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %s, p95 %s, p99 %s, %.2f %% failed, %,.1f/s, %,d requests",
                Millis.text(p50),
                Millis.text(p95),
                Millis.text(p99),
                errorRate * 100,
                throughput,
                requests);
    }
}
