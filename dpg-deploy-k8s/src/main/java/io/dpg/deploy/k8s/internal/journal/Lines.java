package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Message;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How records and messages look as JSON, one line each. Each line carries a number of its own, the writer's: by it a
 * writer whose answer was lost finds out whether it wrote.
 */
final class Lines {

    // Log lines are cut anywhere, also inside a surrogate pair; only escapes bring back half a pair.
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final SecureRandom RANDOM = new SecureRandom();

    private Lines() {}

    static String nonce() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String write(JournalRecord record, String nonce) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("kind", record.kind().name())
                .put("at", record.at().toString())
                .put("fence", record.fence())
                .put("sequence", record.sequence())
                .put("rollout", record.rollout())
                .put("target", record.target())
                .put("writer", nonce);
        ObjectNode data = node.putObject("data");
        new TreeMap<>(record.data()).forEach(data::put);
        return MAPPER.writeValueAsString(node);
    }

    static JournalRecord record(String line) {
        JsonNode node = MAPPER.readTree(line);
        Map<String, String> data = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.required("data").properties()) {
            data.put(entry.getKey(), entry.getValue().stringValue());
        }
        return new JournalRecord(
                text(node, "rollout"),
                text(node, "target"),
                node.required("sequence").longValue(),
                node.required("fence").longValue(),
                Instant.parse(text(node, "at")),
                JournalRecord.Kind.valueOf(text(node, "kind")),
                data);
    }

    static String write(Message message, String nonce) {
        return MAPPER.writeValueAsString(MAPPER.createObjectNode()
                .put("kind", message.kind().name())
                .put("by", message.by())
                .put("comment", message.comment())
                .put("at", message.at().toString())
                .put("writer", nonce));
    }

    static Message message(String line) {
        JsonNode node = MAPPER.readTree(line);
        return new Message(
                Message.Kind.valueOf(text(node, "kind")),
                text(node, "by"),
                text(node, "comment"),
                Instant.parse(text(node, "at")));
    }

    /** Returns the number of the one who wrote {@code line}. */
    static String writer(String line) {
        return text(MAPPER.readTree(line), "writer");
    }

    /** Returns an entry that says that the record is in the ConfigMaps {@code names}, put there by {@code writer}. */
    static String pointer(List<String> names, String writer) {
        ObjectNode node = MAPPER.createObjectNode().put("writer", writer);
        names.forEach(node.putArray("parts")::add);
        return MAPPER.writeValueAsString(node);
    }

    /** Returns the ConfigMaps that {@code entry} points to; none where it is a record itself. */
    static List<String> parts(String entry) {
        if (entry.length() > Heads.LONGEST || !entry.contains("\"parts\"")) {
            return List.of();
        }
        JsonNode parts = MAPPER.readTree(entry).get("parts");
        return parts == null
                ? List.of()
                : parts.valueStream().map(JsonNode::stringValue).toList();
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).stringValue();
    }
}
