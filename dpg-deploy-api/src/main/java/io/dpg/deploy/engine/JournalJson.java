package io.dpg.deploy.engine;

import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How a journal's entries look as JSON, one line each. Readers ignore fields they do not know. */
final class JournalJson {

    // Log lines are cut anywhere, also inside a surrogate pair; only escapes bring back half a pair.
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JournalJson() {}

    /**
     * A target's fence and lease.
     *
     * @param highest the highest fence given out, for ever
     * @param lease who holds it, or null once released
     */
    record State(long highest, @Nullable Lease lease) {}

    static String write(JournalRecord record) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("rollout", record.rollout())
                .put("target", record.target())
                .put("sequence", record.sequence())
                .put("fence", record.fence())
                .put("at", record.at().toString())
                .put("kind", record.kind().name());
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

    static String write(Message message) {
        return MAPPER.writeValueAsString(MAPPER.createObjectNode()
                .put("kind", message.kind().name())
                .put("by", message.by())
                .put("comment", message.comment())
                .put("at", message.at().toString()));
    }

    static Message message(String line) {
        JsonNode node = MAPPER.readTree(line);
        return new Message(
                Message.Kind.valueOf(text(node, "kind")),
                text(node, "by"),
                text(node, "comment"),
                Instant.parse(text(node, "at")));
    }

    static String write(String target, State state) {
        ObjectNode node = MAPPER.createObjectNode().put("target", target).put("fence", state.highest());
        Lease lease = state.lease();
        if (lease != null) {
            node.put("owner", lease.owner()).put("expires", lease.expires().toString());
        }
        return MAPPER.writeValueAsString(node);
    }

    static State state(String text) {
        JsonNode node = MAPPER.readTree(text);
        long fence = node.required("fence").longValue();
        return new State(
                fence,
                node.has("owner")
                        ? new Lease(
                                text(node, "target"),
                                text(node, "owner"),
                                new Fence(fence),
                                Instant.parse(text(node, "expires")))
                        : null);
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).stringValue();
    }
}
