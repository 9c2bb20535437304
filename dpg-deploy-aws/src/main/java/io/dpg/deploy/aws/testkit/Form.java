package io.dpg.deploy.aws.testkit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the form of AWS's Query protocol; see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html. */
final class Form {

    private Form() {}

    /** Returns the form as a tree; {@code X.member.1} and following become a list. */
    static ObjectNode read(String body) {
        ObjectNode tree = Json.object();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                put(tree, decode(pair.substring(0, equals)).split("\\."), decode(pair.substring(equals + 1)));
            }
        }
        return (ObjectNode) listed(tree);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void put(ObjectNode tree, String[] path, String value) {
        ObjectNode at = tree;
        for (int i = 0; i < path.length - 1; i++) {
            JsonNode next = at.get(path[i]);
            if (!(next instanceof ObjectNode)) {
                next = Json.object();
                at.set(path[i], next);
            }
            at = (ObjectNode) next;
        }
        at.put(path[path.length - 1], value);
    }

    private static JsonNode listed(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        if (object.size() == 1 && object.get("member") instanceof ObjectNode members) {
            TreeMap<Integer, JsonNode> ordered = new TreeMap<>(Comparator.naturalOrder());
            members.properties().forEach(e -> ordered.put(Integer.valueOf(e.getKey()), listed(e.getValue())));
            ArrayNode list = Json.array();
            ordered.values().forEach(list::add);
            return list;
        }
        ObjectNode copy = Json.object();
        object.properties().forEach(e -> copy.set(e.getKey(), listed(e.getValue())));
        return copy;
    }
}
