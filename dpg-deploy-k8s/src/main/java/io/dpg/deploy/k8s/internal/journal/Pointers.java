package io.dpg.deploy.k8s.internal.journal;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Entries of a rollout's ConfigMap in place of records that are too long for it. */
final class Pointers {

    private static final JsonMapper MAPPER = new JsonMapper();

    private Pointers() {}

    /** Returns an entry that says that the record is in the ConfigMaps {@code names}, put there by {@code writer}. */
    static String write(List<String> names, String writer) {
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
}
