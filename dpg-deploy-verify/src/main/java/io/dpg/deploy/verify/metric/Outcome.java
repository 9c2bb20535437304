package io.dpg.deploy.verify.metric;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.verify.metric.Answer.Result;
import io.dpg.deploy.verify.metric.Answer.Series;
import io.dpg.deploy.verify.metric.Answer.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells the outcomes of a query apart.
 *
 * @param end the time that was asked for, or the end of the range
 * @param stale older samples than that are no data
 * @param points of a range query, else null
 */
record Outcome(
        Instant end,
        Duration stale,
        Ask.@Nullable Points points,
        @Nullable Reducer reducer,
        PartialPolicy partial,
        double minCoverage,
        boolean nanIsNoData) {

    /** Samples by time, of one series; not empty. */
    record Line(double[] times, double[] values) {}

    Reading of(Result result) {
        Reading fault = fault(result);
        return fault != null ? fault : of(line(result));
    }

    /** Returns what keeps a result from being one series of samples, or null where it is one. */
    @Nullable
    Reading fault(Result result) {
        if (!result.warnings().isEmpty() && partial != PartialPolicy.ACCEPT) {
            return partial("the answer came with warnings: " + String.join("; ", result.warnings()));
        }
        if (result.type() == Type.STRING) {
            return new Reading.Invalid("a text where a number belongs");
        }
        if (result.series().stream().anyMatch(Series::histogram)) {
            return new Reading.Invalid("native histograms, which are no number; use histogram_quantile or the like");
        }
        List<Series> series = series(result);
        if (series.isEmpty()) {
            return new Reading.NoData(
                    result.series().isEmpty()
                            ? "the query matched no sample"
                            : "only NaN, which Prometheus gives where nothing was observed");
        }
        if (series.size() > 1 && reducer == null) {
            return new Reading.Invalid(series.size() + " series"
                    + series.stream()
                            .limit(2)
                            .map(Series::labels)
                            .collect(Collectors.joining(" and ", ", such as ", ""))
                    + "; aggregate them in the query, or name a reducer");
        }
        if (series.size() > 1 && points == null && result.type() == Type.MATRIX) {
            return new Reading.Invalid("raw samples of " + series.size()
                    + " series, whose times do not match; aggregate them in the query");
        }
        return null;
    }

    /** Returns the one series of a result without {@link #fault}. */
    Line line(Result result) {
        List<Series> series = series(result);
        return series.size() == 1 || reducer == null ? sorted(series.get(0)) : reduced(series, reducer);
    }

    private List<Series> series(Result result) {
        return result.series().stream()
                .map(this::withoutNan)
                .filter(each -> each.values().length > 0)
                .toList();
    }

    private Reading of(Line line) {
        for (double value : line.values()) {
            if (!Double.isFinite(value)) {
                return new Reading.Invalid((Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf")
                        + " where a number belongs"
                        + (Double.isNaN(value)
                                ? ", as of a share of nothing; ask with share(…), append '>= 0', or call nanIsNoData()"
                                : ""));
            }
        }
        double age = end.toEpochMilli() / 1e3 - line.times()[line.times().length - 1];
        if (!(age <= stale.toMillis() / 1e3)) {
            return new Reading.NoData("stale: the newest sample is "
                    + (age < 1e9 ? Plan.text(Duration.ofSeconds((long) age)) : "very")
                    + " old, and after " + Plan.text(stale) + " it counts as none");
        }
        Reading gaps = points == null || partial == PartialPolicy.ACCEPT ? null : gaps(points, line);
        return gaps != null
                ? gaps
                : Reading.of(Arrays.stream(line.values()).boxed().toList());
    }

    /** Points may be missing because the series is young, which is no data yet, or in between, which is data lost. */
    private @Nullable Reading gaps(Ask.Points points, Line line) {
        int found = line.values().length;
        if (found >= minCoverage * points.count()) {
            return null;
        }
        String so = found + " of " + points.count() + " points, " + Plan.text(points.apart()) + " apart";
        double since = end.toEpochMilli() / 1e3 - line.times()[0];
        return found
                        < minCoverage
                                * (1 + Math.floor(since * 1e3 / points.apart().toMillis()))
                ? partial("a range with gaps: " + so)
                : new Reading.NoData("samples of only the end of the range: " + so);
    }

    private Reading partial(String reason) {
        return partial == PartialPolicy.NO_DATA ? new Reading.NoData(reason) : new Reading.Invalid(reason);
    }

    private Series withoutNan(Series series) {
        if (!nanIsNoData || Arrays.stream(series.values()).noneMatch(Double::isNaN)) {
            return series;
        }
        int kept = 0;
        double[] times = series.times().clone();
        double[] values = series.values().clone();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                times[kept] = times[i];
                values[kept++] = values[i];
            }
        }
        return new Series(series.labels(), Arrays.copyOf(times, kept), Arrays.copyOf(values, kept), false);
    }

    /** A server gives samples in order of time; whoever does not, and sends some twice, gets the last of each counted. */
    private static Line sorted(Series series) {
        for (int i = 1; i < series.times().length; i++) {
            if (!(series.times()[i] > series.times()[i - 1])) {
                Map<Double, Double> byTime = new TreeMap<>();
                for (int k = 0; k < series.times().length; k++) {
                    byTime.put(series.times()[k], series.values()[k]);
                }
                return line(byTime);
            }
        }
        return new Line(series.times(), series.values());
    }

    private static Line reduced(List<Series> series, Reducer reducer) {
        Map<Double, Collected> byTime = new TreeMap<>();
        for (Series each : series) {
            for (int i = 0; i < each.times().length; i++) {
                byTime.computeIfAbsent(each.times()[i], time -> new Collected()).add(each.values()[i]);
            }
        }
        Map<Double, Double> reduced = new TreeMap<>();
        byTime.forEach((time, values) -> reduced.put(time, reducer.reduce(values.all())));
        return line(reduced);
    }

    private static Line line(Map<Double, Double> byTime) {
        return new Line(
                byTime.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                byTime.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Values of several series at one time. */
    private static final class Collected {
        private double[] values = new double[2];
        private int size;

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        double[] all() {
            return Arrays.copyOf(values, size);
        }
    }
}
