package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What metrics said while a past release was rolled out, to be judged again by {@link Analysis#backtest}. Immutable and
 * thread-safe; methods that take a value return a changed copy, but for the builder.
 */
public final class Recording {

    /** Whose metric a sample is. */
    public enum Side {
        /** The release of that time. */
        CANDIDATE,
        /** What served before it. */
        BASELINE
    }

    /**
     * One sample.
     *
     * @param at when it was taken; counts are those since the sample before
     * @param value the value, also one that is no number
     * @param counts the events it is a share of, or null
     */
    record Point(Instant at, double value, Reading.@Nullable Counts counts) {}

    private final String name;
    private final Map<String, List<Point>> series;
    private final Instant from;
    private final Instant to;
    private final @Nullable Instant baselineUntil;

    private Recording(
            String name, Map<String, List<Point>> series, Instant from, Instant to, @Nullable Instant baselineUntil) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "A recording must begin before it ends, but goes from " + from + " to " + to);
        }
        this.name = name;
        this.series = series;
        this.from = from;
        this.to = to;
        this.baselineUntil = baselineUntil;
    }

    /** Begins a recording; its name, such as {@code shop 1.4.0}, is for reports. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /**
     * Reads a recording from lines of comma-separated values, UTF-8, named after the file. Each line is
     * {@code time,side,metric,value}, or {@code time,side,metric,events,total} for a share; the time is ISO 8601 or seconds
     * since 1970, the side {@code candidate} or {@code baseline}. Empty lines, those that begin with {@code #} and a first
     * line that begins with {@code time} are skipped.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException with every faulty line
     */
    public static Recording load(Path file) throws IOException {
        return RecordingFile.read(file);
    }

    /** Collects samples. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Map<String, List<Point>> series = new LinkedHashMap<>();

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Adds a sample. */
        public Builder sample(Side side, String metric, Instant at, double value) {
            return add(side, metric, new Point(at, value, null));
        }

        /** Adds a share: {@code events} of {@code total} since the sample before. None of none is no sample. */
        public Builder share(Side side, String metric, Instant at, double events, double total) {
            if (events == 0 && total == 0) {
                return this;
            }
            return add(side, metric, new Point(at, events / total, new Reading.Counts(events, total)));
        }

        private Builder add(Side side, String metric, Point point) {
            series.computeIfAbsent(key(side, metric), k -> new ArrayList<>()).add(point);
            return this;
        }

        /**
         * Returns the recording, from the first to the last sample of the candidate.
         *
         * @throws IllegalArgumentException if the candidate has fewer than two samples at different times
         */
        public Recording build() {
            TreeSet<Instant> times = new TreeSet<>();
            series.forEach((key, points) -> {
                points.sort(Comparator.comparing(Point::at));
                if (key.startsWith(Side.CANDIDATE.name())) {
                    points.forEach(p -> times.add(p.at()));
                }
            });
            if (times.size() < 2) {
                throw new IllegalArgumentException(
                        "Tried to make recording '" + name
                                + "', but its candidate has fewer than two samples at different times; there is nothing to judge");
            }
            Map<String, List<Point>> copy = new LinkedHashMap<>();
            series.forEach((key, points) -> copy.put(key, List.copyOf(points)));
            return new Recording(name, Map.copyOf(copy), times.first(), times.last(), null);
        }
    }

    /** Returns a copy whose watch began and ended then; samples from before it are what a look at the baseline finds first. */
    public Recording between(Instant from, Instant to) {
        return new Recording(name, series, from, to, baselineUntil);
    }

    /** Returns a copy whose baseline had no traffic any more since {@code time}. */
    public Recording baselineUntil(Instant time) {
        return new Recording(name, series, from, to, Objects.requireNonNull(time, "time"));
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns when the watch began. */
    public Instant from() {
        return from;
    }

    /** Returns when the watch ended. */
    public Instant to() {
        return to;
    }

    /** Returns how long the watch was. */
    public Duration time() {
        return Duration.between(from, to);
    }

    Optional<Instant> baselineEnd() {
        return Optional.ofNullable(baselineUntil);
    }

    /** The group that stands for {@code side} in queries to {@link #source}. */
    Group group(Side side) {
        boolean candidate = side == Side.CANDIDATE;
        String version = candidate ? "candidate" : "baseline";
        return new Group(
                candidate ? Slot.GREEN : Slot.BLUE, version, new Revision(version), 1, 1, 50, 1, List.of(), null, null);
    }

    /** Returns a source that answers with the recorded samples. */
    public MetricSource source() {
        return query -> {
            Side side = query.group().slot() == Slot.GREEN ? Side.CANDIDATE : Side.BASELINE;
            List<Point> points = series.get(key(side, query.metric()));
            if (points == null) {
                return new Reading.NoData("the recording has no '" + query.metric() + "' of the "
                        + side.name().toLowerCase(Locale.ROOT) + "; it has " + String.join(", ", metrics(side)));
            }
            int first = after(points, query.from());
            return reading(points.subList(first, Math.max(first, after(points, query.to()))));
        };
    }

    private List<String> metrics(Side side) {
        return series.keySet().stream()
                .filter(k -> k.startsWith(key(side, "")))
                .map(k -> k.substring(key(side, "").length()))
                .sorted()
                .toList();
    }

    /** Returns how many of {@code points}, which are in order, are not after {@code time}. */
    private static int after(List<Point> points, Instant time) {
        int low = 0;
        int high = points.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points.get(middle).at().isAfter(time)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static Reading reading(List<Point> points) {
        boolean shares = !points.isEmpty() && points.stream().allMatch(p -> p.counts() != null);
        if (!shares) {
            return Reading.of(points.stream().map(Point::value).toList());
        }
        double events = 0;
        double total = 0;
        for (Point point : points) {
            events += Objects.requireNonNull(point.counts()).events();
            total += Objects.requireNonNull(point.counts()).total();
        }
        return Reading.share(events, total);
    }

    private static String key(Side side, String metric) {
        return side + " " + metric;
    }

    /** Returns the name and the time. */
    @Override
    public String toString() {
        return name + " from " + from + " to " + to;
    }
}
