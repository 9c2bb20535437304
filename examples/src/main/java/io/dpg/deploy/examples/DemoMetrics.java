package io.dpg.deploy.examples;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What {@link DemoService} counts, in the text format of Prometheus: {@code http_requests_total{version,route,code}} and
 * the histogram {@code http_request_duration_seconds{version,route}}. Begins with zeros for what it expects, as the
 * increase from nothing to the first error is not seen.
 */
final class DemoMetrics {

    /** The media type of {@link #text}. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

    private final String version;
    private final Map<String, Map<Integer, LongAdder>> requests = new TreeMap<>();
    private final Map<String, Histogram> durations = new TreeMap<>();

    /** Durations of one route. */
    private static final class Histogram {
        private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        Histogram() {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        void add(long took) {
            int bucket = 0;
            while (bucket < BOUNDS.length && took > BOUNDS[bucket] * 1e9) {
                bucket++;
            }
            counts[bucket].increment();
            nanos.add(took);
        }
    }

    DemoMetrics(String version, List<String> routes) {
        this.version = version.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        for (String route : routes) {
            requests.put(route, Map.of(200, new LongAdder(), 500, new LongAdder()));
            durations.put(route, new Histogram());
        }
    }

    /** Counts a request; other routes and statuses than expected are not counted, so that nobody can make up series. */
    void count(String route, int status, long nanos) {
        Histogram histogram = durations.get(route);
        LongAdder counter = requests.getOrDefault(route, Map.of()).get(status);
        if (histogram != null && counter != null) {
            counter.increment();
            histogram.add(nanos);
        }
    }

    /** Returns everything. */
    String text() {
        StringBuilder text = new StringBuilder("# TYPE http_requests_total counter\n");
        requests.forEach((route, codes) -> new TreeMap<>(codes)
                .forEach((code, count) ->
                        line(text, "http_requests_total", route, ",code=\"" + code + '"', count.sum())));
        text.append("# TYPE http_request_duration_seconds histogram\n");
        durations.forEach((route, histogram) -> {
            String name = "http_request_duration_seconds";
            long total = 0;
            for (int i = 0; i <= BOUNDS.length; i++) {
                total += histogram.counts[i].sum();
                String bound = i == BOUNDS.length ? "+Inf" : String.valueOf(BOUNDS[i]);
                line(text, name + "_bucket", route, ",le=\"" + bound + '"', total);
            }
            line(text, name + "_sum", route, "", histogram.nanos.sum() / 1e9);
            line(text, name + "_count", route, "", total);
        });
        return text.toString();
    }

    private void line(StringBuilder text, String name, String route, String more, double value) {
        text.append(String.format(
                Locale.ROOT, "%s{version=\"%s\",route=\"%s\"%s} %s\n", name, version, route, more, value));
    }
}
