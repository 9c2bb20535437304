package io.dpg.deploy.k8s.internal;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON patch (RFC 6902) under construction. The API server applies it to the object as it is then, whole or not at
 * all, and repeats by itself when somebody else was faster; so {@code test} operations are conditions on just what
 * matters, which unrelated changes of the object do not disturb. Not thread-safe.
 */
public final class JsonPatch {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final ArrayNode operations = MAPPER.createArrayNode();

    /** Returns the path of the annotation {@code key}. */
    public static String annotation(String key) {
        return "/metadata/annotations/" + escape(key);
    }

    /** Returns the path of the label {@code key}. */
    public static String label(String key) {
        return "/metadata/labels/" + escape(key);
    }

    /** Applies the patch only where there is {@code value} at {@code path}. */
    public JsonPatch test(String path, String value) {
        operation("test", path).put("value", value);
        return this;
    }

    /** Applies the patch only where there is {@code value} at {@code path}. */
    JsonPatch test(String path, JsonNode value) {
        operation("test", path).set("value", value);
        return this;
    }

    /** Takes away what is at {@code path}, where there must be something. */
    JsonPatch remove(String path) {
        operation("remove", path);
        return this;
    }

    /** Puts {@code value}, or null, at {@code path}, whatever is there. */
    public JsonPatch set(String path, @Nullable String value) {
        operation("add", path).put("value", value);
        return this;
    }

    /** Puts {@code value} at {@code path}, whatever is there. */
    public JsonPatch set(String path, long value) {
        operation("add", path).put("value", value);
        return this;
    }

    /** Puts {@code value} at {@code path}, whatever is there. */
    public JsonPatch put(String path, JsonNode value) {
        operation("add", path).set("value", value);
        return this;
    }

    /** Returns the patch as it is sent. */
    public String json() {
        return MAPPER.writeValueAsString(operations);
    }

    private ObjectNode operation(String name, String path) {
        return operations.addObject().put("op", name).put("path", path);
    }

    static String escape(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
