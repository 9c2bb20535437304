package io.dpg.deploy.engine;

import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Lease;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How the file of a target's lease looks. Readers ignore fields they do not know. */
final class LeaseJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private LeaseJson() {}

    /**
     * A target's fence and lease.
     *
     * @param highest the highest fence given out, for ever
     * @param lease who holds it, or null once released
     */
    record State(long highest, @Nullable Lease lease) {}

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
