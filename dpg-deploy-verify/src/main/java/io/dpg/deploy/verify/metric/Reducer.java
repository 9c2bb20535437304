package io.dpg.deploy.verify.metric;

import java.util.Arrays;

/** What makes one series of several. */
public enum Reducer {
    /** The sum. */
    SUM,
    /** The arithmetic mean. */
    MEAN,
    /** The largest. */
    MAX,
    /** The smallest. */
    MIN;

    /** Returns what becomes of {@code values}, at least one; NaN where any is NaN. */
    double reduce(double[] values) {
        return switch (this) {
            case SUM -> Arrays.stream(values).sum();
            case MEAN -> Arrays.stream(values).sum() / values.length;
            case MAX -> Arrays.stream(values).reduce(Double.NEGATIVE_INFINITY, Math::max);
            case MIN -> Arrays.stream(values).reduce(Double.POSITIVE_INFINITY, Math::min);
        };
    }
}
