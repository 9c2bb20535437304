package io.dpg.deploy.aws.testkit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers of AWS's Query protocol; see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html. */
final class Xml {

    private static final String SPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

    private Xml() {}

    static String answer(String operation, ObjectNode result, String id) {
        StringBuilder out = new StringBuilder();
        out.append('<')
                .append(operation)
                .append("Response xmlns=\"")
                .append(SPACE)
                .append("\">");
        element(out, operation + "Result", result);
        out.append("<ResponseMetadata><RequestId>").append(id).append("</RequestId></ResponseMetadata>");
        return out.append("</").append(operation).append("Response>").toString();
    }

    static String error(Refusal refusal, String id) {
        StringBuilder out = new StringBuilder("<ErrorResponse xmlns=\"" + SPACE + "\">");
        ObjectNode error = Json.object()
                .put("Type", refusal.status() < 500 ? "Sender" : "Receiver")
                .put("Code", refusal.code())
                .put("Message", String.valueOf(refusal.getMessage()));
        element(out, "Error", error);
        return out.append("<RequestId>")
                .append(id)
                .append("</RequestId></ErrorResponse>")
                .toString();
    }

    private static void element(StringBuilder out, String name, JsonNode value) {
        out.append('<').append(name).append('>');
        if (value.isObject()) {
            value.properties().forEach(e -> element(out, e.getKey(), e.getValue()));
        } else if (value.isArray()) {
            value.values().forEach(item -> element(out, "member", item));
        } else if (!value.isNull()) {
            out.append(value.asString("")
                    .replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;"));
        }
        out.append("</").append(name).append('>');
    }
}
