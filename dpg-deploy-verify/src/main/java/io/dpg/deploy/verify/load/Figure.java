package io.dpg.deploy.verify.load;

import java.util.Locale;

/** What performance is held against a baseline by, with how much worse is tolerated unless said otherwise. */
public enum Figure {
    /** The median latency: up to 10 % longer. */
    P50("p50", 0.10),
    /** The latency that 95 % of requests do not exceed: up to 10 % longer. */
    P95("p95", 0.10),
    /** The latency that 99 % of requests do not exceed, which varies more from run to run: up to 20 % longer. */
    P99("p99", 0.20),
    /** The share of requests that failed: up to 0.01, one in a hundred requests, more; as a difference, not a factor. */
    ERROR_RATE("error rate", 0.01),
    /** Good answers a second: up to 10 % fewer. */
    THROUGHPUT("throughput", 0.10);

    private final String words;
    private final double tolerance;

    Figure(String words, double tolerance) {
        this.words = words;
        this.tolerance = tolerance;
    }

    /** Returns how much worse than the baseline is tolerated by default. */
    public double defaultTolerance() {
        return tolerance;
    }

    boolean isLatency() {
        return this == P50 || this == P95 || this == P99;
    }

    /** Returns a value of this figure for people. */
    String text(double value) {
        return switch (this) {
            case ERROR_RATE -> String.format(Locale.ROOT, "%.2f %%", value * 100);
            case THROUGHPUT -> String.format(Locale.ROOT, "%,.1f/s", value);
            default -> Millis.text(value);
        };
    }

    /** Returns the name in words, such as {@code error rate}. */
    @Override
    public String toString() {
        return words;
    }
}
