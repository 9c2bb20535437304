package io.dpg.deploy.verify.metric;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Group;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.HttpAccess;
import io.dpg.deploy.verify.internal.Failures;
import io.dpg.deploy.verify.metric.Ask.Kind;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Metrics from Prometheus, or from what answers its query API (Thanos, Mimir, VictoriaMetrics):
 *
 * <pre>{@code
 * PrometheusSource.at(URI.create("http://prometheus:9090"))
 *         .access(HttpAccess.bearer(token))
 *         .share("errors", "sum(increase(http_requests_total{version=\"${version}\",code=~\"5..\"}[${window}]))",
 *                          "sum(increase(http_requests_total{version=\"${version}\"}[${window}]))")
 *         .range("latency-p95", "histogram_quantile(0.95, sum by (le) (rate("
 *                          + "http_request_duration_seconds_bucket{version=\"${version}\"}[${window}])))")
 * }</pre>
 *
 * <p><b>Placeholders.</b> {@code ${slot}} ({@code blue} or {@code green}), {@code ${version}} and {@code ${revision}} of
 * the group that is asked about stand inside of quotes, and are escaped for them: for a string, and after {@code =~} and
 * {@code !~} for a regular expression as well. {@link #variable} adds more. {@code ${window}} stands for a duration: in
 * instant queries and shares the time that is asked about, which is from the last look, or the begin of the bake, until
 * now; in range queries {@link #window}.
 *
 * <p><b>What an answer means.</b>
 *
 * <table>
 * <caption>Outcomes</caption>
 * <tr><th>Prometheus answers</th><th>reading</th></tr>
 * <tr><td>one series of finite numbers</td><td>{@link Reading.Value}</td></tr>
 * <tr><td>nothing</td><td>{@link Reading.NoData}</td></tr>
 * <tr><td>only samples older than {@link #staleAfter}</td><td>{@code NoData}, "stale"</td></tr>
 * <tr><td>NaN, +Inf or -Inf</td><td>{@link Reading.Invalid}; NaN is {@code NoData} after {@link #nanIsNoData}</td></tr>
 * <tr><td>several series</td><td>{@code Invalid}, unless {@link #reduce} names a reducer</td></tr>
 * <tr><td>warnings, or a range with gaps ({@link #minCoverage})</td><td>{@code Invalid}; see {@link #partial}</td></tr>
 * <tr><td>a text, or native histograms</td><td>{@code Invalid}</td></tr>
 * <tr><td>429, 5xx or nothing in time, again and again ({@link #within})</td><td>{@link Reading.ProviderError}</td></tr>
 * <tr><td>any other status, or something else</td><td>{@code ProviderError} at once, with what Prometheus says</td></tr>
 * </table>
 *
 * <p><b>No traffic.</b> A division by zero requests, and a quantile of none, are NaN in Prometheus. That is mostly, but
 * not always, no traffic, so by default it is not judged and says so. A {@link #share} does not divide in Prometheus: it
 * asks for both numbers, takes no errors for zero errors, and no requests for no data. {@code histogram_quantile(…) >= 0}
 * drops NaN, and so becomes no data.
 *
 * <p><b>Gauges.</b> An instant query of a plain metric gets a sample of up to 5 minutes ago, from before the bake perhaps.
 * Newer servers are told to look back no further than was asked ({@code lookback_delta}); 2.42 ignores that, so prefer
 * {@code avg_over_time(x[${window}])}.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy. Reading blocks for at most
 * {@link #within}, and ends its request when interrupted. Answers longer than 16 MiB are refused.
 */
public final class PrometheusSource implements MetricSource {

    /** How much time a request may take by default: 10 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** How much time a reading may take by default, all requests together: 25 seconds, so that both sides fit in a look. */
    public static final Duration DEFAULT_WITHIN = Duration.ofSeconds(25);

    private final Settings settings;

    private PrometheusSource(Settings settings) {
        this.settings = settings;
    }

    /**
     * Returns a source without metrics.
     *
     * @param base where {@code /api/v1/query} is found below, such as {@code http://prometheus:9090} or
     *     {@code https://thanos/prometheus}
     * @throws IllegalArgumentException if it is no http or https address, or has a user, query or fragment
     */
    public static PrometheusSource at(URI base) {
        String scheme = String.valueOf(base.getScheme());
        if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https") || base.getRawAuthority() == null) {
            throw new IllegalArgumentException("A Prometheus is at an address such as http://prometheus:9090, but got "
                    + (base.getRawUserInfo() == null ? base : "one without http"));
        }
        if (base.getRawAuthority().contains("@") || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("The address of Prometheus at " + Failures.place(base)
                    + " must have no user, query or fragment; set credentials with access(HttpAccess.basic(…))");
        }
        return new PrometheusSource(new Settings(base));
    }

    /** Returns a copy that reaches the server so; default {@link HttpAccess#standard}. */
    public PrometheusSource access(HttpAccess access) {
        Objects.requireNonNull(access, "access");
        return with(d -> d.access = access);
    }

    /**
     * Returns a copy with a further placeholder, for queries added after it.
     *
     * @throws IllegalArgumentException if the name is taken, or is no name
     */
    public PrometheusSource variable(String name, String value) {
        Objects.requireNonNull(value, "value");
        if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]*") || placeholders().contains(name)) {
            throw new IllegalArgumentException("A variable needs a name of letters, digits and _ that is not one of "
                    + Template.list(placeholders()) + ", but got '" + name + "'");
        }
        return with(d -> d.variables.put(name, value));
    }

    /**
     * Returns a copy with a metric that is one number, asked for the end of the time in question.
     *
     * @throws IllegalArgumentException if the name is taken, or the query has an unknown placeholder or one out of place
     */
    public PrometheusSource instant(String name, String promql) {
        return ask(name, Kind.INSTANT, promql, null);
    }

    /**
     * Returns a copy with a metric of several samples, for judges that compare many: one every {@link #step}; or, where
     * the query has a <code>${window}</code>, one every {@link #window}, as each request is to count once. No sample looks
     * at anything before the time in question.
     *
     * @throws IllegalArgumentException if the name is taken, or the query has an unknown placeholder or one out of place
     */
    public PrometheusSource range(String name, String promql) {
        return ask(name, Kind.RANGE, promql, null);
    }

    /**
     * Returns a copy with a metric that is a share with its counts, such as errors of requests: what judges of rates need.
     * Each of the queries gives one number. Without a sample of {@code events}, there were none, as long as {@code total}
     * has one: check the query by hand, as a typing error in it looks just like that.
     *
     * <p>{@code increase} of PromQL extrapolates; where a judge reasons with the counts, {@link HttpQueries#increase} gives
     * exact ones.
     *
     * @throws IllegalArgumentException if the name is taken, or a query has an unknown placeholder or one out of place
     */
    public PrometheusSource share(String name, String events, String total) {
        return ask(name, Kind.SHARE, events, total);
    }

    /** Returns a copy with the metrics of {@code queries}; see {@link HttpQueries}. */
    public PrometheusSource with(HttpQueries queries) {
        return queries.addTo(this);
    }

    /**
     * Returns a copy that makes one series of several for the metric {@code name}; for a share, of both queries. Default:
     * several series are {@link Reading.Invalid}. Aggregating in the query is mostly better, and the only way for
     * percentiles, of which neither sum nor mean means anything.
     *
     * @throws IllegalArgumentException if there is no such metric
     */
    public PrometheusSource reduce(String name, Reducer reducer) {
        Objects.requireNonNull(reducer, "reducer");
        Ask ask = settings.asks.get(name);
        if (ask == null) {
            throw new IllegalArgumentException(noSuch(name) + "; add it before its reducer");
        }
        return with(d -> d.asks.put(name, ask.reducer(reducer)));
    }

    /**
     * Returns a copy with so much time between the samples of range queries without <code>${window}</code>; default 15
     * seconds. No shorter than the scrape interval, else older servers give each sample several times.
     */
    public PrometheusSource step(Duration step) {
        positive("step", step);
        return with(d -> d.step = step);
    }

    /**
     * Returns a copy in which <code>${window}</code> of range queries is this; default 1 minute. At least two scrape
     * intervals, better four: {@code rate} of fewer than two samples is nothing.
     */
    public PrometheusSource window(Duration window) {
        positive("window", window);
        return with(d -> d.window = window);
    }

    /**
     * Returns a copy that takes a newest sample for none where it is older than this at the end of the time in question.
     * Default: 5 minutes, for ranges 3 steps or windows where that is shorter.
     */
    public PrometheusSource staleAfter(Duration age) {
        positive("staleAfter", age);
        return with(d -> d.staleAfter = age);
    }

    /**
     * Returns a copy that wants this share of the points of a range, else it has gaps; default 0.5. Where only the
     * beginning is missing, as of a series that is younger than the range, that is {@link Reading.NoData}.
     *
     * @throws IllegalArgumentException if it is not within 0 and 1
     */
    public PrometheusSource minCoverage(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("minCoverage must be within 0 and 1, but is " + share);
        }
        return with(d -> d.minCoverage = share);
    }

    /**
     * Returns a copy that does this with incomplete answers; default {@link PartialPolicy#INVALID}. What Prometheus calls
     * infos, such as doubts about the name of a counter, makes no answer incomplete.
     */
    public PrometheusSource partial(PartialPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return with(d -> d.partial = policy);
    }

    /** Returns a copy that leaves NaN out, as what Prometheus gives where nothing was observed. Default: it is invalid. */
    public PrometheusSource nanIsNoData() {
        return with(d -> d.nanIsNoData = true);
    }

    /** Returns a copy that gives up on a single request, and asks the server to, after this; default 10 seconds. */
    public PrometheusSource timeout(Duration timeout) {
        positive("timeout", timeout);
        return with(d -> d.timeout = timeout);
    }

    /**
     * Returns a copy that gives up on a reading after this, all requests and pauses included; default 25 seconds. A look
     * may need two readings, within {@link io.dpg.deploy.Limits#call}.
     */
    public PrometheusSource within(Duration limit) {
        positive("within", limit);
        return with(d -> d.within = limit);
    }

    /** Returns a copy that sends a further parameter, such as {@code partial_response=false} to Thanos. */
    public PrometheusSource parameter(String name, String value) {
        if (Set.of("query", "time", "start", "end", "step", "timeout").contains(name) || name.isBlank()) {
            throw new IllegalArgumentException("The parameter '" + name + "' is set by each query");
        }
        Objects.requireNonNull(value, "value");
        return with(d -> d.parameters.put(name, value));
    }

    /** Returns a copy with another clock; for tests. Default {@link Time#system}. */
    public PrometheusSource time(Time time) {
        Objects.requireNonNull(time, "time");
        return with(d -> d.time = time);
    }

    /** Returns the names of the metrics. */
    public Set<String> metrics() {
        return Set.copyOf(settings.asks.keySet());
    }

    @Override
    public Reading read(MetricQuery query) throws InterruptedException {
        Ask ask = settings.asks.get(query.metric());
        return ask == null ? new Reading.Invalid(noSuch(query.metric())) : new Read(settings, query).read(ask);
    }

    @Override
    public Optional<String> unknown(String metric) {
        return settings.asks.containsKey(metric) ? Optional.empty() : Optional.of(noSuch(metric));
    }

    /**
     * Returns what these metrics were while a past release was rolled out, to be judged again with
     * {@link io.dpg.deploy.check.Analysis#backtest}. Each sample of an instant query or share is that of a look every
     * {@code every}, with a <code>${window}</code> of that length; range queries are asked as they are. Of the baseline,
     * the 5 minutes before {@code from} are there as well, for the look before the start.
     *
     * <p>Takes a few requests for each metric and group, each with the limits of a reading.
     *
     * @param name for reports, such as {@code shop 1.4.0}
     * @param metrics names of metrics of this source
     * @param candidate the group of the release, with the version and revision of then
     * @param baseline the group that served before
     * @param from when the candidate first had traffic
     * @param to when it was promoted or taken back
     * @param every the time between two samples, at least 1 s
     * @throws IllegalArgumentException if there is no such metric, the times are out of order, or the candidate has fewer
     *     than two samples
     * @throws DeployException if Prometheus could not be asked, or gave what is no series of samples
     */
    public Recording record(
            String name,
            Collection<String> metrics,
            Group candidate,
            Group baseline,
            Instant from,
            Instant to,
            Duration every)
            throws InterruptedException {
        for (String metric : metrics) {
            if (!settings.asks.containsKey(metric)) {
                throw new IllegalArgumentException(noSuch(metric));
            }
        }
        return new Past(settings, every, from, to).record(name, metrics, candidate, baseline);
    }

    private String noSuch(String name) {
        return "there is no metric '" + name + "'; known are " + Template.list(settings.asks.keySet());
    }

    private PrometheusSource ask(String name, Kind kind, String promql, @Nullable String total) {
        List<String> faults = new ArrayList<>();
        if (name.isBlank()) {
            faults.add("the name is blank");
        }
        if (settings.asks.containsKey(name)) {
            faults.add("there is a metric of that name already");
        }
        Template first = Template.parse(promql, placeholders(), faults);
        Template second = total == null ? null : Template.parse(total, placeholders(), faults);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "Tried to add the metric '" + name + "', but " + String.join("; and ", faults));
        }
        return with(d -> d.asks.put(name, new Ask(kind, first, second, null)));
    }

    private Set<String> placeholders() {
        Set<String> names = new TreeSet<>(settings.variables.keySet());
        names.addAll(Set.of("slot", "version", "revision", Template.WINDOW));
        return names;
    }

    private static void positive(String setting, Duration value) {
        if (Objects.requireNonNull(value, setting).isNegative() || value.toMillis() == 0) {
            throw new IllegalArgumentException(setting + " must be at least 1 ms, but is " + value);
        }
    }

    private PrometheusSource with(Consumer<Settings> change) {
        Settings copy = new Settings(settings);
        change.accept(copy);
        return new PrometheusSource(copy);
    }

    /** Returns the address and the names of the metrics. */
    @Override
    public String toString() {
        return "Prometheus at " + Failures.place(settings.base) + " " + Template.list(settings.asks.keySet());
    }
}
