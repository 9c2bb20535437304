package io.dpg.deploy.verify.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The format of baseline files, which people may read and edit. Whatever is not understood is an error. */
final class BaselineJson {

    private static final int VERSION = 1;
    private static final String FORMAT = "dpg-deploy performance baseline";
    private static final int MOST_PROFILES = 1_000;
    private static final int LONGEST_TEXT = 1_000;
    private static final double LONGEST_MILLIS = Duration.ofDays(1).toMillis();

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private BaselineJson() {}

    static byte[] write(Map<String, BaselineEntry> entries) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("version", VERSION);
        ObjectNode profiles = root.putObject("profiles");
        entries.forEach((name, entry) -> {
            Performance performance = entry.performance();
            ObjectNode profile = profiles.putObject(name);
            profile.put("p50Millis", Millis.of(performance.p50()));
            profile.put("p95Millis", Millis.of(performance.p95()));
            profile.put("p99Millis", Millis.of(performance.p99()));
            profile.put("errorRate", performance.errorRate());
            profile.put("throughput", performance.throughput());
            profile.put("requests", performance.requests());
            profile.put("release", entry.release());
            profile.put("rollout", entry.rollout());
            profile.put("updated", entry.updated().toString());
            profile.put("releases", entry.releases());
        });
        return (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a file's content.
     *
     * @throws IOException if it is not in this format; says where
     */
    static Map<String, BaselineEntry> read(byte[] bytes) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!root.isObject() || !FORMAT.equals(root.path("format").stringValue(null))) {
            throw new IOException("it is no such file: its format is not '" + FORMAT + "'");
        }
        JsonNode version = root.path("version");
        if (!version.isInt() || version.intValue() != VERSION) {
            throw new IOException("its version is " + cut(version.toString()) + ", and only " + VERSION
                    + " is understood; a newer dpg-deploy may have written it");
        }
        JsonNode profiles = root.path("profiles");
        if (!profiles.isObject() || profiles.size() > MOST_PROFILES) {
            throw new IOException("it has no profiles, or more than " + MOST_PROFILES);
        }
        Map<String, BaselineEntry> entries = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : profiles.properties()) {
            try {
                entries.put(each.getKey(), entry(each.getValue()));
            } catch (IllegalArgumentException | DateTimeParseException e) {
                throw new IOException("its profile '" + cut(each.getKey()) + "' is wrong: " + e.getMessage(), e);
            }
        }
        return entries;
    }

    private static BaselineEntry entry(JsonNode node) {
        Performance performance = new Performance(
                millis(node, "p50Millis"),
                millis(node, "p95Millis"),
                millis(node, "p99Millis"),
                number(node, "errorRate"),
                number(node, "throughput"),
                whole(node, "requests"));
        return new BaselineEntry(
                performance,
                text(node, "release"),
                text(node, "rollout"),
                Instant.parse(text(node, "updated")),
                whole(node, "releases"));
    }

    private static Duration millis(JsonNode node, String field) {
        double millis = number(node, field);
        if (millis < 0 || millis > LONGEST_MILLIS) {
            throw new IllegalArgumentException(field + " must be within 0 and a day, but is " + millis);
        }
        return Millis.duration(millis);
    }

    private static double number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(field + " must be a number, but is " + cut(value.toString()));
        }
        return number;
    }

    private static long whole(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new IllegalArgumentException(field + " must be a whole number, but is " + cut(value.toString()));
        }
        return value.longValue();
    }

    private static String text(JsonNode node, String field) {
        String text = node.path(field).stringValue(null);
        if (text == null || text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(field + " must be a text of at most " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    private static String cut(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
