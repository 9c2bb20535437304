package io.dpg.deploy.aws.testkit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What reads show, as it was at one moment: so answers can be old, as those of AWS may be; see "eventual consistency" in
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html.
 */
record Sight(
        Instant at,
        Map<String, ObjectNode> services,
        Map<String, ObjectNode> tasks,
        Map<String, ObjectNode> definitions,
        Map<String, ObjectNode> listeners,
        Map<String, ObjectNode> rules,
        Map<String, ObjectNode> groups,
        Map<String, Map<String, String>> attributes,
        Map<String, List<ObjectNode>> health,
        Map<String, Map<String, String>> tags) {

    static Sight of(World world) {
        Sight sight = new Sight(
                world.now(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(world.definitions().all()),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        for (Service service : world.services().values()) {
            sight.services.put(service.arn(), service.view());
            service.tasks().forEach(t -> sight.tasks.put(t.arn(), t.view()));
        }
        Balancer balancer = world.balancer();
        for (Route route : balancer.routes().values()) {
            (route.isListener() ? sight.listeners : sight.rules).put(route.arn(), route.view());
        }
        for (TargetGroup group : balancer.groups().values()) {
            ObjectNode view = group.view();
            view.set("LoadBalancerArns", Json.MAPPER.valueToTree(balancer.balancersOf(group.arn())));
            sight.groups.put(group.arn(), view);
            sight.attributes.put(group.arn(), new LinkedHashMap<>(group.attributes()));
            sight.health.put(
                    group.arn(), group.targets().stream().map(Target::view).toList());
        }
        world.tags().forEach((arn, tags) -> sight.tags.put(arn, new LinkedHashMap<>(tags)));
        return sight;
    }
}
