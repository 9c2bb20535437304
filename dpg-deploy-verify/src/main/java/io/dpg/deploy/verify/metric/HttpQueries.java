package io.dpg.deploy.verify.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ready-made queries for the requests of a service: the share that failed, and how long they took.
 *
 * <pre>{@code
 * PrometheusSource.at(uri).with(HttpQueries.micrometer().where("job", "shop"))
 * PrometheusSource.at(uri).with(HttpQueries.istio().where("destination_app", "shop"))
 * PrometheusSource.at(uri).with(HttpQueries.standard().group("pod_template_hash", "${revision}"))
 * }</pre>
 *
 * <p>They add these metrics to a source. Latencies are in seconds, linear within the histogram's buckets, so no finer
 * than those.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>is</th></tr>
 * <tr><td>{@code error-ratio}</td><td>requests that failed of all, with counts; no data without requests</td></tr>
 * <tr><td>{@code requests}</td><td>how many there were</td></tr>
 * <tr><td>{@code latency-p50}, {@code -p95}, {@code -p99}</td><td>of all since the last look, as one number; no data
 *     without requests. For thresholds</td></tr>
 * <tr><td>{@code latency-p50-series}, {@code -p95-series}, {@code -p99-series}</td><td>of each
 *     {@link PrometheusSource#window}, as a series. For judges that compare many samples</td></tr>
 * </table>
 *
 * <p>Which series are a group's is told by a label, by default {@code version="${version}"}. A group that is not told from
 * the other one would be compared with itself; make sure that the label is there.
 *
 * <p>Requests are counted with {@link #increase}, not with the functions of that name or {@code rate}: as these are blind
 * between the last sample of one look and the first of the next, and extrapolate what they see to make up for it, their
 * counts look like more than was seen, which a judge of counts would believe.
 *
 * <p>Immutable; methods that take a value return a changed copy.
 */
public final class HttpQueries {

    /** The name of the share of failed requests. */
    public static final String ERROR_RATIO = "error-ratio";

    /** The name of the number of requests. */
    public static final String REQUESTS = "requests";

    private final String counter;
    private final String buckets;
    private final double perSecond;
    private final Matcher status;
    private final Matcher group;
    private final List<Matcher> others;

    /** A matcher of a selector; the value is escaped already. */
    private record Matcher(String label, String operator, String value) {
        @Override
        public String toString() {
            return label + operator + '"' + value + '"';
        }
    }

    private HttpQueries(
            String counter, String buckets, double perSecond, Matcher status, Matcher group, List<Matcher> others) {
        this.counter = counter;
        this.buckets = buckets;
        this.perSecond = perSecond;
        this.status = status;
        this.group = group;
        this.others = List.copyOf(others);
    }

    /**
     * Returns queries for metrics of your own names.
     *
     * @param counter of requests, such as {@code http_requests_total}
     * @param buckets of their durations in seconds, such as {@code http_request_duration_seconds_bucket}
     * @param statusLabel of the counter, such as {@code code}
     * @param failed a regular expression of statuses that are failures, such as {@code 5..}
     */
    public static HttpQueries of(String counter, String buckets, String statusLabel, String failed) {
        return new HttpQueries(
                name(counter),
                name(buckets),
                1,
                new Matcher(name(statusLabel), "=~", Template.escape(failed, '"', false)),
                new Matcher("version", "=", "${version}"),
                List.of());
    }

    /**
     * Returns queries for what client libraries' examples use: {@code http_requests_total{code}} and
     * {@code http_request_duration_seconds_bucket}.
     */
    public static HttpQueries standard() {
        return of("http_requests_total", "http_request_duration_seconds_bucket", "code", "5..");
    }

    /**
     * Returns queries for Micrometer, as in Spring Boot and Quarkus: {@code http_server_requests_seconds_count{status}} and
     * {@code …_bucket}. The latter needs {@code management.metrics.distribution.percentiles-histogram.http.server.requests=true};
     * the label {@code version} needs {@code management.metrics.tags.version}, or relabelling.
     */
    public static HttpQueries micrometer() {
        return of("http_server_requests_seconds_count", "http_server_requests_seconds_bucket", "status", "5..");
    }

    /**
     * Returns queries for Istio, as reported by the proxies beside the service: {@code istio_requests_total{response_code}}
     * and {@code istio_request_duration_milliseconds_bucket}, told apart by {@code destination_version}. Response code 0 is
     * a connection that ended before an answer, and counts as failed.
     */
    public static HttpQueries istio() {
        HttpQueries queries =
                of("istio_requests_total", "istio_request_duration_milliseconds_bucket", "response_code", "5..|0");
        return new HttpQueries(
                        queries.counter,
                        queries.buckets,
                        1_000,
                        queries.status,
                        new Matcher("destination_version", "=", "${version}"),
                        List.of())
                .where("reporter", "destination");
    }

    /**
     * Returns queries for ingress-nginx: {@code nginx_ingress_controller_requests{status}} and
     * {@code nginx_ingress_controller_request_duration_seconds_bucket}, told apart by the Kubernetes service behind.
     *
     * @param service the service of a group, such as <code>shop-${slot}</code>
     */
    public static HttpQueries ingressNginx(String service) {
        return of(
                        "nginx_ingress_controller_requests",
                        "nginx_ingress_controller_request_duration_seconds_bucket",
                        "status",
                        "5..")
                .group("service", service);
    }

    /**
     * Returns a copy that tells groups apart by another label.
     *
     * @param label such as {@code version} or {@code pod_template_hash}
     * @param value its value, with placeholders of {@link PrometheusSource}, such as <code>${revision}</code>
     * @throws IllegalArgumentException if the value has no placeholder, so that both groups would be one
     */
    public HttpQueries group(String label, String value) {
        if (!value.contains("${")) {
            throw new IllegalArgumentException("The value '" + value + "' of label " + label
                    + " is the same for all groups; use a placeholder such as ${version}");
        }
        return new HttpQueries(
                counter,
                buckets,
                perSecond,
                status,
                new Matcher(name(label), "=", Template.escape(value, '"', false)),
                others);
    }

    /** Returns a copy that looks only at series with this label, such as {@code job="shop"}. */
    public HttpQueries where(String label, String value) {
        List<Matcher> more = new ArrayList<>(others);
        more.add(new Matcher(name(label), "=", Template.escape(value, '"', false)));
        return new HttpQueries(counter, buckets, perSecond, status, group, more);
    }

    /**
     * Returns the PromQL of by how much each counter rose, exactly: its last sample of the time in question, less its last
     * one before it. A counter that fell, as its process began anew, and one that is new count from zero: so the first
     * error ever is seen, which makes its series. Programs that ended in between are counted up to their last sample.
     *
     * <p>Where Prometheus itself saw nothing in the 5 minutes before, all counters are new, with all they ever counted.
     *
     * @param selector such as <code>jobs_total{version="${version}"}</code>
     */
    public static String increase(String selector) {
        String last = "last_over_time(" + selector + "[${window}])";
        return "((" + last + " - last_over_time(" + selector + "[5m] offset ${window})) >= 0 or " + last + ")";
    }

    /** Returns the PromQL of how many requests there were. */
    public String requests() {
        return "sum(" + increase(counter + selector(List.of())) + ")";
    }

    /** Returns the PromQL of how many requests failed. */
    public String errors() {
        return "sum(" + increase(counter + selector(List.of(status))) + ")";
    }

    /**
     * Returns the PromQL of the time, in seconds, within which this share of requests was answered; nothing where there
     * were none.
     *
     * @param share such as 0.95
     * @throws IllegalArgumentException if it is not within 0 and 1
     */
    public String latency(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("A share of requests is within 0 and 1, but got " + share);
        }
        String quantile =
                "histogram_quantile(" + share + ", sum by (le) (" + increase(buckets + selector(List.of())) + "))";
        // The comparison drops the NaN that a quantile of nothing is.
        return quantile + (perSecond == 1 ? "" : " / " + (long) perSecond) + " >= 0";
    }

    PrometheusSource addTo(PrometheusSource source) {
        PrometheusSource more = source.share(ERROR_RATIO, errors(), requests()).instant(REQUESTS, requests());
        for (int percent : new int[] {50, 95, 99}) {
            String name = String.format(Locale.ROOT, "latency-p%d", percent);
            more = more.instant(name, latency(percent / 100.0)).range(name + "-series", latency(percent / 100.0));
        }
        return more;
    }

    private String selector(List<Matcher> more) {
        return Stream.of(List.of(group), others, more)
                .flatMap(List::stream)
                .map(Matcher::toString)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String name(String name) {
        if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
            throw new IllegalArgumentException("'" + name + "' is no name of a metric or label");
        }
        return name;
    }
}
