package io.dpg.deploy.verify.load;

import io.dpg.deploy.Plan;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A load's figures for people. */
final class LoadTable {

    private LoadTable() {}

    static String of(LoadResult result) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("requests", number(result.requests()) + (result.complete() ? "" : " (stopped before its end)"));
        rows.put("sent", number(result.sent()));
        rows.put("ok", number(result.ok()));
        rows.put("failed", number(result.failed()) + percent(result.errorRate()));
        result.failedBy().forEach((kind, count) -> rows.put("  " + kind, number(count)));
        rows.put("elapsed", Plan.text(result.elapsed()));
        rows.put("throughput", String.format(Locale.ROOT, "%,.1f a second", result.throughput()));
        rows.put("p50", Millis.text(result.p50()));
        rows.put("p90", Millis.text(result.p90()));
        rows.put("p95", Millis.text(result.p95()));
        rows.put("p99", Millis.text(result.p99()));
        rows.put("max", Millis.text(result.max()));
        rows.put("own delay p99", Millis.text(result.ownDelay()));
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder table = new StringBuilder();
        rows.forEach((name, value) -> table.append(String.format(Locale.ROOT, "%-" + width + "s  %s%n", name, value)));
        result.examples().forEach(example -> table.append(String.format("for example: %s%n", example)));
        return table.toString();
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, " (%.2f %%)", share * 100);
    }
}
