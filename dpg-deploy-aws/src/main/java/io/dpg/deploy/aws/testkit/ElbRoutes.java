package io.dpg.deploy.aws.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Load balancers, listeners and rules; by https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/. */
final class ElbRoutes {

    private final World world;

    ElbRoutes(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "DescribeLoadBalancers", this::balancers,
                "DescribeListeners", this::listeners,
                "DescribeRules", this::rules,
                "ModifyListener", this::modifyListener,
                "ModifyRule", this::modifyRule);
    }

    private ObjectNode balancers(ObjectNode in) {
        List<String> arns = Json.texts(in, "LoadBalancerArns");
        List<String> names = Json.texts(in, "Names");
        List<ObjectNode> found = world.balancer().balancers().values().stream()
                .filter(b -> arns.isEmpty() || arns.contains(Json.text(b, "LoadBalancerArn")))
                .filter(b -> names.isEmpty() || names.contains(Json.text(b, "LoadBalancerName")))
                .toList();
        if (found.size() < Math.max(arns.size(), names.size())) {
            throw Refusal.of("LoadBalancerNotFound", "One or more load balancers not found");
        }
        return paged(world, in, "LoadBalancers", found);
    }

    static ObjectNode paged(World world, ObjectNode in, String key, List<ObjectNode> found) {
        int asked = Json.number(in, "PageSize", 400);
        if (asked < 1 || asked > 400) {
            throw Refusal.validation("PageSize must be between 1 and 400");
        }
        Page<ObjectNode> page = Page.of(found, asked, world.faults().page(), Json.text(in, "Marker"));
        ObjectNode out = Json.object();
        out.set(key, Json.array(page.items().stream().map(ObjectNode::deepCopy).toList()));
        if (!page.next().isEmpty()) {
            out.put("NextMarker", page.next());
        }
        return out;
    }

    private ObjectNode listeners(ObjectNode in) {
        List<String> arns = Json.texts(in, "ListenerArns");
        String balancer = Json.text(in, "LoadBalancerArn");
        if (arns.isEmpty() == balancer.isEmpty()) {
            throw Refusal.validation("You must specify either listener ARNs or a load balancer ARN");
        }
        if (!balancer.isEmpty() && !world.balancer().balancers().containsKey(balancer)) {
            throw Refusal.of("LoadBalancerNotFound", "One or more load balancers not found");
        }
        List<ObjectNode> found = world.seen().listeners().values().stream()
                .filter(l ->
                        balancer.isEmpty() || Json.text(l, "LoadBalancerArn").equals(balancer))
                .filter(l -> arns.isEmpty() || arns.contains(Json.text(l, "ListenerArn")))
                .toList();
        if (found.size() < arns.size()) {
            throw Refusal.of("ListenerNotFound", "One or more listeners not found");
        }
        return paged(world, in, "Listeners", found);
    }

    private ObjectNode rules(ObjectNode in) {
        List<String> arns = Json.texts(in, "RuleArns");
        String listener = Json.text(in, "ListenerArn");
        if (arns.isEmpty() == listener.isEmpty()) {
            throw Refusal.validation("You must specify either listener rule ARNs or a listener ARN");
        }
        if (!listener.isEmpty() && !world.seen().listeners().containsKey(listener)) {
            throw Refusal.of("ListenerNotFound", "One or more listeners not found");
        }
        List<ObjectNode> found = new ArrayList<>();
        for (Route route : world.balancer().routes().values()) {
            ObjectNode view = world.seen().rules().get(route.arn());
            if (view != null && (arns.contains(route.arn()) || route.listener().equals(listener))) {
                found.add(view);
            }
        }
        for (ObjectNode one : world.seen().listeners().values()) {
            ObjectNode rule = byDefault(one);
            if (arns.contains(Json.text(rule, "RuleArn"))
                    || Json.text(one, "ListenerArn").equals(listener)) {
                found.add(rule); // the default rule comes last
            }
        }
        if (found.size() < arns.size()) {
            throw Refusal.of("RuleNotFound", "One or more rules not found");
        }
        return paged(world, in, "Rules", found);
    }

    /** Returns the listener's default rule. */
    private static ObjectNode byDefault(JsonNode listener) {
        ObjectNode rule = Json.object()
                .put("RuleArn", Arns.rule(Json.text(listener, "ListenerArn"), "default"))
                .put("Priority", "default")
                .put("IsDefault", true);
        rule.set("Conditions", Json.array());
        rule.set("Actions", listener.path("DefaultActions").deepCopy());
        return rule;
    }

    private ObjectNode modifyListener(ObjectNode in) {
        Route route = world.balancer().routes().get(Json.text(in, "ListenerArn"));
        if (route == null || !route.isListener()) {
            throw Refusal.of("ListenerNotFound", "One or more listeners not found");
        }
        modify(route, Json.list(in, "DefaultActions"));
        for (String key : List.of("Port", "Protocol", "SslPolicy")) {
            if (Json.has(in, key)) {
                route.settings().put(key, Json.text(in, key));
            }
        }
        return shown(route, "Listeners", in, "DefaultActions");
    }

    private ObjectNode modifyRule(ObjectNode in) {
        String arn = Json.text(in, "RuleArn");
        if (arn.endsWith("/default")) {
            throw Refusal.of("OperationNotPermitted", "Default rule '" + arn + "' cannot be modified");
        }
        Route route = world.balancer().routes().get(arn);
        if (route == null || route.isListener()) {
            throw Refusal.of("RuleNotFound", "One or more rules not found");
        }
        modify(route, Json.list(in, "Actions"));
        if (!Json.list(in, "Conditions").isEmpty()) {
            route.settings().set("Conditions", in.get("Conditions").deepCopy());
        }
        return shown(route, "Rules", in, "Actions");
    }

    private void modify(Route route, List<JsonNode> actions) {
        if (!actions.isEmpty()) {
            world.balancer().check(route, actions);
            if (!world.faults().losesUpdate()) {
                world.balancer().change(route, Route.normal(actions));
            }
        }
    }

    private static ObjectNode shown(Route route, String key, ObjectNode in, String actions) {
        ObjectNode view = route.view();
        if (!Json.list(in, actions).isEmpty()) {
            view.set(
                    actions, Route.normal(Json.list(in, actions))); // AWS answers what was asked, even where it is lost
        }
        ObjectNode out = Json.object();
        out.set(key, Json.array().add(view));
        return out;
    }
}
