package io.dpg.deploy.verify.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a load must keep to, whatever the baseline. Immutable; null and 0 for no such limit. */
record LoadLimits(
        double maxErrorRate,
        @Nullable Duration p50,
        @Nullable Duration p95,
        @Nullable Duration p99,
        double minThroughput) {

    static final LoadLimits DEFAULT = new LoadLimits(LoadCheck.DEFAULT_MAX_ERROR_RATE, null, null, null, 0);

    LoadLimits maxErrorRate(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("maxErrorRate must be within 0 and 1, but is " + share);
        }
        return new LoadLimits(share, p50, p95, p99, minThroughput);
    }

    LoadLimits p50(Duration most) {
        return new LoadLimits(maxErrorRate, positive(Figure.P50, most), p95, p99, minThroughput);
    }

    LoadLimits p95(Duration most) {
        return new LoadLimits(maxErrorRate, p50, positive(Figure.P95, most), p99, minThroughput);
    }

    LoadLimits p99(Duration most) {
        return new LoadLimits(maxErrorRate, p50, p95, positive(Figure.P99, most), minThroughput);
    }

    LoadLimits minThroughput(double perSecond, double rate) {
        if (!(perSecond > 0 && perSecond < Double.POSITIVE_INFINITY) || rate > 0 && perSecond > rate) {
            throw new IllegalArgumentException("minThroughput must be positive and at most the load's rate"
                    + (rate > 0 ? " of " + Profile.text(rate) : "") + ", but is " + perSecond);
        }
        return new LoadLimits(maxErrorRate, p50, p95, p99, perSecond);
    }

    /** Returns a sentence for each limit that {@code result} does not keep to. */
    List<String> faults(LoadResult result) {
        List<String> faults = new ArrayList<>();
        if (result.errorRate() > maxErrorRate) {
            faults.add(Figure.ERROR_RATE + " " + Figure.ERROR_RATE.text(result.errorRate()) + " is above "
                    + Figure.ERROR_RATE.text(maxErrorRate)
                    + (result.examples().isEmpty()
                            ? ""
                            : ", for example " + result.examples().get(0)));
        }
        latency(faults, Figure.P50, result.p50(), p50);
        latency(faults, Figure.P95, result.p95(), p95);
        latency(faults, Figure.P99, result.p99(), p99);
        if (result.throughput() < minThroughput) {
            faults.add(Figure.THROUGHPUT + " " + Figure.THROUGHPUT.text(result.throughput()) + " is below "
                    + Figure.THROUGHPUT.text(minThroughput));
        }
        return faults;
    }

    private static void latency(List<String> faults, Figure figure, Duration value, @Nullable Duration most) {
        if (most != null && value.compareTo(most) > 0) {
            faults.add(String.format(Locale.ROOT, "%s %s is above %s", figure, Millis.text(value), Millis.text(most)));
        }
    }

    private static Duration positive(Figure figure, Duration most) {
        if (most.isNegative() || most.isZero()) {
            throw new IllegalArgumentException(figure + " must be positive, but is " + most);
        }
        return most;
    }
}
