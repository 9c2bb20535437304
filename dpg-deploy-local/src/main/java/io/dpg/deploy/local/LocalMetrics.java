package io.dpg.deploy.local;

import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.local.agent.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the proxy counted, as metrics. */
final class LocalMetrics implements MetricSource {

    private static final List<String> KNOWN =
            List.of("error-ratio", "latency-p50", "latency-p95", "latency-p99", "requests");

    private final AgentClient agent;

    LocalMetrics(AgentClient agent) {
        this.agent = agent;
    }

    @Override
    public Reading read(MetricQuery query) {
        if (!agent.expectsAgent()) {
            return new Reading.NoData("nothing runs");
        }
        Json stats = agent.call(Json.object()
                .put("command", "stats")
                .put("slot", query.group().slot().name().toLowerCase(Locale.ROOT))
                .put("revision", query.group().revision().id())
                .put("from", query.from().toEpochMilli())
                .put("to", query.to().toEpochMilli()));
        double requests = stats.decimal("requests");
        if (query.metric().equals("requests")) {
            return Reading.of(requests);
        }
        if (requests == 0) {
            return new Reading.NoData(
                    "no request reached " + query.group().slot() + " from " + query.from() + " to " + query.to());
        }
        return switch (query.metric()) {
            case "error-ratio" -> Reading.share(stats.decimal("errors"), requests);
            case "latency-p50" -> Reading.of(stats.decimal("p50"));
            case "latency-p95" -> Reading.of(stats.decimal("p95"));
            case "latency-p99" -> Reading.of(stats.decimal("p99"));
            default -> new Reading.Invalid(unknown(query.metric()).orElseThrow());
        };
    }

    @Override
    public Optional<String> unknown(String metric) {
        return KNOWN.contains(metric)
                ? Optional.empty()
                : Optional.of("there is no metric '" + metric + "'; known are " + String.join(", ", KNOWN));
    }
}
