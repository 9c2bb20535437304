package io.dpg.deploy.secret;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes one field of a JSON document. Says what is wrong without a word of the document but its field names. */
final class JsonField {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // 1.10 stays 1.10
            .build();

    private JsonField() {}

    /** A field that cannot be taken; the message completes "…, but". */
    static final class NoSuchField extends Exception {
        private static final long serialVersionUID = 1L;

        NoSuchField(String message) {
            super(message);
        }
    }

    /** Returns the text of {@code field}, such as {@code hosts.0.url} or {@code hosts[0].url}, of {@code document}. */
    static Secret select(Secret document, String field) throws NoSuchField {
        JsonNode node;
        try {
            node = MAPPER.readTree(document.reveal());
        } catch (JacksonException quotesTheDocument) {
            throw new NoSuchField("its value is not JSON, so it has no field '" + field + "'");
        }
        String rest = field.replaceAll("\\[([0-9]+)]", ".$1");
        String at = "the document";
        while (!rest.isEmpty()) {
            // A name may itself have dots; the longest one that exists is meant.
            int end = rest.length();
            while (end > 0 && child(node, rest.substring(0, end)) == null) {
                end = rest.lastIndexOf('.', end - 1);
            }
            if (end <= 0) {
                throw new NoSuchField(at + " has no field '" + rest + "'; " + inside(node));
            }
            node = child(node, rest.substring(0, end));
            at = "'" + rest.substring(0, end) + "'";
            rest = end == rest.length() ? "" : rest.substring(end + 1);
        }
        if (!node.isValueNode() || node.isNull()) {
            throw new NoSuchField("the field '" + field + "' is no text, number or boolean; " + inside(node));
        }
        return Secret.of(node.isBigDecimal() ? node.decimalValue().toPlainString() : node.asString());
    }

    private static @org.jspecify.annotations.Nullable JsonNode child(JsonNode node, String name) {
        if (node.isArray()) {
            return name.matches("[0-9]{1,6}") ? node.get(Integer.parseInt(name)) : null;
        }
        return node.get(name);
    }

    private static String inside(JsonNode node) {
        if (node.isArray()) {
            return "it is a list with " + node.size() + " entries, counted from 0";
        }
        if (node.isObject()) {
            return node.isEmpty()
                    ? "it has no fields"
                    : "its fields are " + node.propertyNames().stream().sorted().collect(Collectors.joining(", "));
        }
        return node.isNull() ? "it is null" : "it is a single value";
    }
}
