package io.dpg.deploy.aws.testkit;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Trees, in which both protocols speak: JSON as it is, forms and XML turned into it. */
final class Json {

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static ArrayNode array(Collection<? extends JsonNode> nodes) {
        return array().addAll(nodes);
    }

    /** Returns the time as AWS JSON writes it: seconds since 1970 with a fraction. */
    static BigDecimal epoch(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    static boolean has(JsonNode node, String key) {
        JsonNode value = node.get(key);
        return value != null && !value.isNull();
    }

    static String text(JsonNode node, String key) {
        return has(node, key) ? node.get(key).asString("") : "";
    }

    /** Returns what the call cannot do without. */
    static String need(JsonNode node, String key) {
        String value = text(node, key);
        if (value.isEmpty()) {
            throw Refusal.parameter(key + " cannot be empty.");
        }
        return value;
    }

    static int number(JsonNode node, String key, int otherwise) {
        if (!has(node, key)) {
            return otherwise;
        }
        JsonNode value = node.get(key);
        try {
            return value.isNumber() ? value.intValue() : Integer.parseInt(value.asString(""));
        } catch (NumberFormatException e) {
            throw Refusal.parameter(key + " is no number.");
        }
    }

    static double fraction(JsonNode node, String key, double otherwise) {
        return has(node, key) ? node.get(key).asDouble(otherwise) : otherwise;
    }

    static boolean is(JsonNode node, String key) {
        return text(node, key).equals("true");
    }

    /** Returns the items of a list that may be absent. */
    static List<JsonNode> list(JsonNode node, String key) {
        JsonNode value = node.get(key);
        return value != null && value.isArray() ? List.copyOf(value.values()) : List.of();
    }

    static List<String> texts(JsonNode node, String key) {
        List<String> all = new ArrayList<>();
        list(node, key).forEach(item -> all.add(item.asString("")));
        return all;
    }

    /** Returns {@code node} with {@code keys} only, as far as it has them. */
    static ObjectNode only(JsonNode node, String... keys) {
        ObjectNode part = object();
        for (String key : keys) {
            if (has(node, key)) {
                part.set(key, node.get(key).deepCopy());
            }
        }
        return part;
    }

    static ArrayNode tags(Map<String, String> tags, String key, String value) {
        ArrayNode all = array();
        tags.forEach((k, v) -> all.add(object().put(key, k).put(value, v)));
        return all;
    }
}
