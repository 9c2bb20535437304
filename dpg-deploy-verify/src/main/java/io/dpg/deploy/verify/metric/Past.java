package io.dpg.deploy.verify.metric;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Group;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.check.Recording.Side;
import io.dpg.deploy.verify.metric.Answer.Result;
import io.dpg.deploy.verify.metric.Ask.Kind;
import io.dpg.deploy.verify.metric.Ask.Points;
import io.dpg.deploy.verify.metric.Endpoint.UnansweredException;
import io.dpg.deploy.verify.metric.Outcome.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Asks for what was, and puts it into a recording. Used by one thread. */
final class Past {

    /** Fewer points than a server gives at once, as their windows are many samples to look at. */
    private static final int MOST_POINTS = 2_000;

    /** How much of the baseline is there for the look before the start; what a metric looks at by default. */
    private static final Duration BEFORE = Duration.ofMinutes(5);

    private final Settings settings;
    private final Duration every;
    private final Instant from;
    private final Instant to;
    private final Endpoint endpoint;

    Past(Settings settings, Duration every, Instant from, Instant to) {
        if (!from.isBefore(to) || every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("A recording goes from a time to a later one, in steps of at least 1 s,"
                    + " but got " + from + " to " + to + " every " + every);
        }
        this.settings = settings;
        this.every = every;
        this.from = from;
        this.to = to;
        this.endpoint = new Endpoint(settings.base, settings.access, settings.timeout, settings.time);
    }

    Recording record(String name, Collection<String> metrics, Group candidate, Group baseline)
            throws InterruptedException {
        Recording.Builder recording = Recording.named(name);
        for (String metric : metrics) {
            add(recording, Side.CANDIDATE, metric, candidate, from);
            add(recording, Side.BASELINE, metric, baseline, from.minus(BEFORE));
        }
        return recording.build().between(from, to);
    }

    private void add(Recording.Builder recording, Side side, String metric, Group group, Instant from)
            throws InterruptedException {
        Ask ask = settings.asks.get(metric);
        if (ask == null) {
            return;
        }
        Duration apart = every;
        if (ask.kind() == Kind.RANGE) {
            apart = ask.promql().hasWindow() ? settings.window : settings.step;
        }
        try {
            SortedMap<Long, Double> samples = samples(ask, ask.promql(), group, from, apart);
            if (ask.total() == null) {
                samples.forEach((time, value) -> recording.sample(side, metric, Instant.ofEpochMilli(time), value));
            } else {
                SortedMap<Long, Double> totals = samples(ask, ask.total(), group, from, apart);
                totals.forEach((time, total) -> share(
                        recording, side, metric, Instant.ofEpochMilli(time), samples.getOrDefault(time, 0.0), total));
            }
        } catch (UnansweredException e) {
            throw new DeployException(
                    "Tried to record '" + metric + "' of " + group.version() + ", but " + e.getMessage(),
                    DeployException.Details.NONE.mayRetry(),
                    e);
        }
    }

    /** What is no share is kept as what cannot be judged, as it was then. */
    private static void share(
            Recording.Builder recording, Side side, String metric, Instant at, double events, double total) {
        Reading reading = Reading.share(events, total);
        if (reading instanceof Reading.Value value && value.of() != null) {
            recording.share(side, metric, at, value.of().events(), value.of().total());
        } else if (!(reading instanceof Reading.NoData)) {
            recording.sample(side, metric, at, Double.NaN);
        }
    }

    private SortedMap<Long, Double> samples(Ask ask, Template template, Group group, Instant from, Duration apart)
            throws UnansweredException, InterruptedException {
        SortedMap<Long, Double> samples = new TreeMap<>();
        Instant end = to;
        while (from.isBefore(end)) {
            Points points = Points.within(from, end, apart, true, MOST_POINTS);
            if (points.count() == 0) {
                break;
            }
            Map<String, String> form =
                    new LinkedHashMap<>(points.form(Read.fill(settings, group, template, apart), end));
            form.put("lookback_delta", Ask.seconds(apart));
            form.putAll(settings.parameters);
            long limit = settings.time.nanos() + settings.within.toNanos();
            Result result = endpoint.ask("/api/v1/query_range", form, limit);
            Outcome outcome = new Outcome(
                    end,
                    Duration.between(from, to).plus(apart),
                    points,
                    ask.reducer(),
                    settings.partial,
                    0,
                    settings.nanIsNoData);
            Reading fault = outcome.fault(result);
            if (fault instanceof Reading.Invalid invalid) {
                throw new UnansweredException("got " + invalid.reason());
            } else if (fault == null) {
                Line line = outcome.line(result);
                for (int i = 0; i < line.values().length; i++) {
                    samples.put(Math.round(line.times()[i] * 1e3), line.values()[i]);
                }
            }
            end = end.minus(apart.multipliedBy(points.count()));
        }
        return samples;
    }
}
