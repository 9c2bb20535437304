package io.dpg.deploy.aws.testkit;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Load balancers with their listeners, rules and target groups. */
final class Balancer {

    private final World world;
    private final Map<String, ObjectNode> balancers = new LinkedHashMap<>();
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final Map<String, TargetGroup> groups = new LinkedHashMap<>();

    Balancer(World world) {
        this.world = world;
    }

    Map<String, ObjectNode> balancers() {
        return balancers;
    }

    Map<String, Route> routes() {
        return routes;
    }

    Map<String, TargetGroup> groups() {
        return groups;
    }

    ObjectNode balancer(String name) {
        String arn = Arns.balancer(name, world.ids().resource());
        ObjectNode balancer = Json.object()
                .put("LoadBalancerArn", arn)
                .put("LoadBalancerName", name)
                .put("DNSName", name + "-1." + Arns.REGION + ".elb.amazonaws.com")
                .put("Scheme", "internet-facing")
                .put("VpcId", "vpc-1")
                .put("Type", "application");
        balancer.set("State", Json.object().put("Code", "active"));
        balancers.put(arn, balancer);
        return balancer;
    }

    Route listener(String balancer, int port, ArrayNode actions) {
        String arn = Arns.listener(balancer, world.ids().resource());
        ObjectNode settings = Json.object()
                .put("ListenerArn", arn)
                .put("LoadBalancerArn", balancer)
                .put("Port", port)
                .put("Protocol", "HTTP");
        return add(new Route(arn, arn, settings, actions));
    }

    Route rule(String listener, int priority, ArrayNode conditions, ArrayNode actions) {
        String arn = Arns.rule(listener, world.ids().resource());
        ObjectNode settings = Json.object()
                .put("RuleArn", arn)
                .put("Priority", String.valueOf(priority))
                .put("IsDefault", false);
        settings.set("Conditions", conditions);
        return add(new Route(arn, listener, settings, actions));
    }

    /** Finds a listener, a rule, or a listener by its default rule. */
    @Nullable
    Route route(String arn) {
        Route route = routes.get(arn);
        if (route == null && arn.endsWith("/default")) {
            return routes.get(
                    arn.substring(0, arn.length() - "/default".length()).replace(":listener-rule/", ":listener/"));
        }
        return route;
    }

    private Route add(Route route) {
        routes.put(route.arn(), route);
        refresh();
        return route;
    }

    TargetGroup group(ObjectNode settings) {
        String arn =
                Arns.group(Json.text(settings, "TargetGroupName"), world.ids().resource());
        TargetGroup group = new TargetGroup(world, arn, settings);
        groups.put(arn, group);
        return group;
    }

    /** Sets the actions of a route: shown at once, applied when the script says so. */
    void change(Route route, ArrayNode actions) {
        route.accept(actions);
        world.agenda().after(world.faults().lateness(), () -> {
            route.apply(actions);
            refresh();
        });
    }

    /** Sets weights of the route at once, keeping its other actions. */
    void weigh(Route route, Map<String, Integer> weights) {
        ArrayNode actions = Json.array();
        for (JsonNode action : route.accepted().values()) {
            actions.add(
                    Json.text(action, "Type").equals("forward")
                            ? Route.forward(weights).get(0)
                            : action.deepCopy());
        }
        route.accept(actions);
        route.apply(actions);
        refresh();
    }

    /** Returns the load balancers whose listeners or rules forward to the group. */
    Set<String> balancersOf(String group) {
        Set<String> found = new TreeSet<>();
        for (Route route : routes.values()) {
            if (Route.weights(route.accepted()).containsKey(group)) {
                Route listener = routes.get(route.listener());
                if (listener != null) {
                    found.add(Json.text(listener.settings(), "LoadBalancerArn"));
                }
            }
        }
        return found;
    }

    /** Tells each target group whether it is in use. */
    void refresh() {
        Set<String> used = new LinkedHashSet<>();
        routes.values().forEach(r -> used.addAll(r.weights().keySet()));
        groups.values().forEach(g -> g.used(used.contains(g.arn())));
    }

    /** Refuses actions that AWS would refuse. */
    void check(Route route, List<JsonNode> actions) {
        if (actions.isEmpty()) {
            throw Refusal.validation("You must specify at least one action");
        }
        Route listener = routes.get(route.listener());
        String balancer = listener == null ? "" : Json.text(listener.settings(), "LoadBalancerArn");
        for (JsonNode action : actions) {
            Map<String, Integer> weights = Route.weights(Route.normal(List.of(action)));
            // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
            if (weights.size() > 5) {
                throw Refusal.of("TooManyTargetGroups", "You've reached the limit of target groups per action");
            }
            if (weights.size()
                    < Json.list(action.path("ForwardConfig"), "TargetGroups").size()) {
                throw Refusal.validation("A target group must not be named twice in one action");
            }
            weights.forEach((group, weight) -> {
                if (!groups.containsKey(group)) {
                    throw Refusal.of("TargetGroupNotFound", "One or more target groups not found");
                }
                if (weight < 0 || weight > 999) {
                    throw Refusal.validation("The weight must be between 0 and 999");
                }
                Set<String> others = balancersOf(group);
                if (!others.isEmpty() && !others.contains(balancer)) {
                    throw Refusal.of(
                            "TargetGroupAssociationLimit",
                            "The following target groups cannot be associated with more than one load balancer: "
                                    + group);
                }
            });
        }
    }
}
