package io.dpg.deploy.aws.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A listener with its default actions, or a rule with its actions: those that were accepted, and those that apply by now. */
final class Route {

    private final String arn;
    private final String listener;
    private final ObjectNode settings;
    private ArrayNode accepted;
    private ArrayNode effective;
    private boolean production;

    Route(String arn, String listener, ObjectNode settings, ArrayNode actions) {
        this.arn = arn;
        this.listener = listener;
        this.settings = settings;
        this.accepted = actions;
        this.effective = actions;
    }

    String arn() {
        return arn;
    }

    String listener() {
        return listener;
    }

    boolean isListener() {
        return arn.equals(listener);
    }

    ObjectNode settings() {
        return settings;
    }

    /** Returns whether users' requests come this way. */
    boolean production() {
        return production;
    }

    void production(boolean now) {
        production = now;
    }

    ArrayNode accepted() {
        return accepted;
    }

    void accept(ArrayNode actions) {
        accepted = actions;
    }

    void apply(ArrayNode actions) {
        effective = actions;
    }

    /** Returns the weights that apply, by target group. */
    Map<String, Integer> weights() {
        return weights(effective);
    }

    static Map<String, Integer> weights(ArrayNode actions) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (JsonNode action : actions.values()) {
            for (JsonNode group : Json.list(action.path("ForwardConfig"), "TargetGroups")) {
                weights.put(Json.text(group, "TargetGroupArn"), Json.number(group, "Weight", 1));
            }
        }
        return weights;
    }

    /** Returns actions that forward by these weights. */
    static ArrayNode forward(Map<String, Integer> weights) {
        ArrayNode groups = Json.array();
        weights.forEach((arn, weight) ->
                groups.add(Json.object().put("TargetGroupArn", arn).put("Weight", weight)));
        ObjectNode action = Json.object().put("Type", "forward").put("Order", 1);
        if (weights.size() == 1) {
            action.put("TargetGroupArn", weights.keySet().iterator().next());
        }
        ObjectNode config = Json.object();
        config.set("TargetGroups", groups);
        config.set("TargetGroupStickinessConfig", Json.object().put("Enabled", false));
        action.set("ForwardConfig", config);
        return Json.array().add(action);
    }

    /**
     * Returns the actions as AWS shows them afterwards: a target group alone is shown in both places, weights and order are
     * filled in; see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ForwardActionConfig.html.
     */
    static ArrayNode normal(List<JsonNode> asked) {
        List<ObjectNode> actions = new ArrayList<>();
        for (JsonNode one : asked) {
            ObjectNode action = ((ObjectNode) one).deepCopy();
            if (Json.text(action, "Type").equals("forward")) {
                List<JsonNode> groups = Json.list(action.path("ForwardConfig"), "TargetGroups");
                Map<String, Integer> weights = new LinkedHashMap<>();
                groups.forEach(g -> weights.put(Json.text(g, "TargetGroupArn"), Json.number(g, "Weight", 1)));
                if (groups.isEmpty()) {
                    weights.put(Json.need(action, "TargetGroupArn"), 1);
                }
                ObjectNode full = (ObjectNode) forward(weights).get(0);
                JsonNode sticky = action.path("ForwardConfig").path("TargetGroupStickinessConfig");
                if (sticky.isObject()) {
                    ((ObjectNode) full.get("ForwardConfig")).set("TargetGroupStickinessConfig", sticky.deepCopy());
                }
                full.put("Order", Json.number(action, "Order", 1));
                action = full;
            } else if (!Json.has(action, "Order")) {
                action.put("Order", 1);
            }
            actions.add(action);
        }
        return Json.array(actions);
    }

    ObjectNode view() {
        ObjectNode view = settings.deepCopy();
        view.set(isListener() ? "DefaultActions" : "Actions", accepted.deepCopy());
        return view;
    }
}
