package io.dpg.deploy.verify.metric;

import io.dpg.deploy.Group;
import io.dpg.deploy.Plan;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.verify.metric.Answer.Result;
import io.dpg.deploy.verify.metric.Ask.Points;
import io.dpg.deploy.verify.metric.Endpoint.UnansweredException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One reading: its queries and their outcome. Used by one thread. */
final class Read {

    /** How far Prometheus looks back for the sample of an instant, where it is not told otherwise. */
    private static final Duration LOOKBACK = Duration.ofMinutes(5);

    private final Settings settings;
    private final MetricQuery query;
    private final Endpoint endpoint;
    private final long end;

    Read(Settings settings, MetricQuery query) {
        this.settings = settings;
        this.query = query;
        this.endpoint = new Endpoint(settings.base, settings.access, settings.timeout, settings.time);
        this.end = settings.time.nanos() + settings.within.toNanos();
    }

    /** Fills in {@code window}, which need not be what was asked about. */
    static String fill(Settings settings, Group group, Template template, Duration window) {
        return template.fill(name -> switch (name) {
            case "slot" -> group.slot().name().toLowerCase(Locale.ROOT);
            case "version" -> group.version();
            case "revision" -> group.revision().id();
            case Template.WINDOW -> Ask.promDuration(window);
            default -> settings.variables.getOrDefault(name, "");
        });
    }

    Reading read(Ask ask) throws InterruptedException {
        if (!query.from().isBefore(query.to())) {
            return new Reading.NoData("no time has passed that could be asked about");
        }
        try {
            return switch (ask.kind()) {
                case INSTANT -> outcome(null, ask.reducer()).of(instant(ask.promql()));
                case RANGE -> range(ask);
                case SHARE -> share(ask);
            };
        } catch (UnansweredException e) {
            return new Reading.ProviderError(String.valueOf(e.getMessage()));
        }
    }

    private Reading range(Ask ask) throws UnansweredException, InterruptedException {
        boolean windowed = ask.promql().hasWindow();
        Points points = Points.within(query.from(), query.to(), windowed ? settings.window : settings.step, windowed);
        if (points.count() == 0) {
            return new Reading.NoData("the " + Plan.text(Duration.between(query.from(), query.to()))
                    + " asked about hold no window of " + Plan.text(settings.window) + " yet");
        }
        String promql = fill(ask.promql(), settings.window);
        Map<String, String> form = form(points.form(promql, query.to()), shorter(LOOKBACK, points.apart()));
        return outcome(points, ask.reducer()).of(endpoint.ask("/api/v1/query_range", form, end));
    }

    /** Total first: without requests, there is no need to ask for errors. */
    private Reading share(Ask ask) throws UnansweredException, InterruptedException {
        Template second = ask.total() == null ? ask.promql() : ask.total();
        Outcome outcome = outcome(null, ask.reducer());
        Reading total = number("total", outcome.of(instant(second)));
        if (!(total instanceof Reading.Value of)) {
            return total;
        }
        Result result = instant(ask.promql());
        if (result.series().isEmpty() && result.warnings().isEmpty() && result.type() == Answer.Type.VECTOR) {
            return Reading.share(0, of.mean());
        }
        Reading events = number("events", outcome.of(result));
        return events instanceof Reading.Value some ? Reading.share(some.mean(), of.mean()) : events;
    }

    private static Reading number(String side, Reading reading) {
        if (reading instanceof Reading.Value value && value.samples().size() > 1) {
            return new Reading.Invalid("the " + side + " of a share is one number, but there are "
                    + value.samples().size() + "; use increase(…), or the like");
        } else if (reading instanceof Reading.Invalid invalid) {
            return new Reading.Invalid("for the " + side + ": " + invalid.reason());
        } else if (reading instanceof Reading.NoData none) {
            return new Reading.NoData("for the " + side + ": " + none.reason());
        }
        return reading;
    }

    private Result instant(Template promql) throws UnansweredException, InterruptedException {
        // To the millisecond as the time itself, so that the next look begins where this one ends.
        Duration asked = Duration.ofMillis(
                Math.max(1, query.to().toEpochMilli() - query.from().toEpochMilli()));
        Map<String, String> form = new LinkedHashMap<>();
        form.put("query", fill(promql, asked));
        form.put("time", Ask.time(query.to()));
        return endpoint.ask("/api/v1/query", form(form, shorter(stale(null), asked)), end);
    }

    private Map<String, String> form(Map<String, String> form, Duration lookback) {
        form.put("lookback_delta", Ask.seconds(lookback));
        form.putAll(settings.parameters);
        return form;
    }

    private String fill(Template template, Duration window) {
        return fill(settings, query.group(), template, window);
    }

    private Outcome outcome(@Nullable Points points, @Nullable Reducer reducer) {
        return new Outcome(
                query.to(),
                stale(points),
                points,
                reducer,
                settings.partial,
                settings.minCoverage,
                settings.nanIsNoData);
    }

    private Duration stale(@Nullable Points points) {
        if (settings.staleAfter != null) {
            return settings.staleAfter;
        }
        return points == null ? LOOKBACK : shorter(LOOKBACK, points.apart().multipliedBy(3));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
