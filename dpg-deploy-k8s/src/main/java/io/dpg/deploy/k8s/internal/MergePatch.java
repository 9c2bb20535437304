package io.dpg.deploy.k8s.internal;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON merge patches (RFC 7396) that say only what changed, so that we own no field that we do not change, and that carry
 * the version of the object they were computed from, so that the API server refuses them when it changed meanwhile.
 */
final class MergePatch {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MergePatch() {}

    /** Returns what turns {@code before} into {@code after}; an empty object where they are equal. */
    static ObjectNode between(JsonNode before, JsonNode after) {
        ObjectNode patch = JSON.createObjectNode();
        for (String name : before.propertyNames()) {
            if (!after.has(name)) {
                patch.putNull(name);
            }
        }
        for (String name : after.propertyNames()) {
            JsonNode was = before.get(name);
            JsonNode is = after.get(name);
            if (was != null && was.equals(is)) {
                continue;
            }
            if (is.isObject() && was != null && was.isObject()) {
                patch.set(name, between(was, is));
            } else {
                patch.set(name, is);
            }
        }
        return patch;
    }

    static JsonNode parse(String json) {
        return JSON.readTree(json);
    }
}
