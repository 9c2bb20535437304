package io.dpg.deploy.verify.metric;

import io.dpg.deploy.Group;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Metrics from this JVM: whatever a function returns.
 *
 * <pre>{@code
 * SuppliedSource.empty()
 *         .value("queue-length", group -> queues.get(group.version()).size())
 *         .share("errors", query -> meter.failed(query.group().version(), query.from(), query.to()),
 *                          query -> meter.all(query.group().version(), query.from(), query.to()))
 * }</pre>
 *
 * <p>A function that returns NaN or an infinity gives {@link Reading.Invalid}, one that returns null or no samples gives
 * {@link Reading.NoData}, and one that throws gives {@link Reading.ProviderError}.
 *
 * <p>Immutable; methods that take a value return a changed copy. As thread-safe as the functions.
 */
public final class SuppliedSource implements MetricSource {

    private static final SuppliedSource EMPTY = new SuppliedSource(Map.of());

    private final Map<String, MetricSource> metrics;

    private SuppliedSource(Map<String, MetricSource> metrics) {
        this.metrics = metrics;
    }

    /** Returns a source without metrics. */
    public static SuppliedSource empty() {
        return EMPTY;
    }

    /** Returns a copy with a metric that is one number, as it is now. */
    public SuppliedSource value(String name, ToDoubleFunction<Group> value) {
        Objects.requireNonNull(value, "value");
        return with(name, query -> Reading.of(value.applyAsDouble(query.group())));
    }

    /** Returns a copy with a metric of several samples, oldest first. */
    public SuppliedSource samples(String name, Function<MetricQuery, ? extends @Nullable Collection<Double>> samples) {
        Objects.requireNonNull(samples, "samples");
        return with(name, query -> {
            Collection<Double> found = samples.apply(query);
            return found == null ? new Reading.NoData("no samples") : Reading.of(List.copyOf(found));
        });
    }

    /**
     * Returns a copy with a metric that is a share with its counts, such as failed requests of all.
     *
     * @param events how many there were in the time in question
     * @param total of how many
     */
    public SuppliedSource share(
            String name, ToDoubleFunction<MetricQuery> events, ToDoubleFunction<MetricQuery> total) {
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(total, "total");
        return with(name, query -> Reading.share(events.applyAsDouble(query), total.applyAsDouble(query)));
    }

    /** Returns a copy with a metric whose outcome {@code source} tells itself. */
    public SuppliedSource reading(String name, MetricSource source) {
        return with(name, Objects.requireNonNull(source, "source"));
    }

    @Override
    public Reading read(MetricQuery query) throws InterruptedException {
        MetricSource metric = metrics.get(query.metric());
        if (metric == null) {
            return new Reading.Invalid(unknown(query.metric()).orElseThrow());
        }
        try {
            Reading reading = metric.read(query);
            return reading == null ? new Reading.NoData("no reading") : reading;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return new Reading.ProviderError("the function of '" + query.metric() + "' failed: " + e);
        }
    }

    @Override
    public Optional<String> unknown(String metric) {
        return metrics.containsKey(metric)
                ? Optional.empty()
                : Optional.of("there is no metric '" + metric + "'; known are " + new TreeSet<>(metrics.keySet()));
    }

    private SuppliedSource with(String name, MetricSource metric) {
        if (name.isBlank() || metrics.containsKey(name)) {
            throw new IllegalArgumentException(
                    "A metric needs a name that is not taken, but got '" + name + "' beside " + metrics.keySet());
        }
        Map<String, MetricSource> more = new LinkedHashMap<>(metrics);
        more.put(name, metric);
        return new SuppliedSource(more);
    }

    /** Returns the names of the metrics. */
    @Override
    public String toString() {
        return "supplied " + new TreeSet<>(metrics.keySet());
    }
}
