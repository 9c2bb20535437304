package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Application Auto Scaling for ECS services, by https://docs.aws.amazon.com/autoscaling/application/APIReference/, and an
 * autoscaler: each minute a service that has a policy gets as many tasks as its demand asks for, within its limits and unless
 * suspended (https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html).
 */
final class Scaling {

    /** Metrics of ECS arrive once a minute. */
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private static final String DIMENSION = "ecs:service:DesiredCount";

    private final World world;
    private final Map<String, ObjectNode> targets = new LinkedHashMap<>();
    private final Map<String, ObjectNode> policies = new LinkedHashMap<>();
    private final Map<String, ObjectNode> scheduled = new LinkedHashMap<>();
    private final Map<String, Integer> demand = new LinkedHashMap<>();
    private boolean begun;

    Scaling(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "RegisterScalableTarget", this::register,
                "DeregisterScalableTarget", this::deregister,
                "DescribeScalableTargets", in -> describe(in, targets, "ScalableTargets", "ResourceIds", "ResourceId"),
                "PutScalingPolicy", this::putPolicy,
                "DeleteScalingPolicy", in -> delete(in, policies, "PolicyName"),
                "DescribeScalingPolicies", in -> describe(in, policies, "ScalingPolicies", "PolicyNames", "PolicyName"),
                "PutScheduledAction", this::putScheduled,
                "DeleteScheduledAction", in -> delete(in, scheduled, "ScheduledActionName"),
                "DescribeScheduledActions",
                        in -> describe(
                                in, scheduled, "ScheduledActions", "ScheduledActionNames", "ScheduledActionName"));
    }

    /** Says how many tasks the load on the service {@code service/cluster/name} needs. */
    void demand(String resource, int tasks) {
        demand.put(resource, tasks);
        if (!begun) {
            begun = true;
            world.agenda().after(PERIOD, this::scale);
        }
    }

    private void scale() {
        world.agenda().after(PERIOD, this::scale);
        demand.forEach((resource, tasks) -> {
            ObjectNode target = targets.get(resource);
            String[] names = resource.split("/");
            Service service = world.services().get(Arns.service(names[1], names[2]));
            boolean policy = policies.values().stream()
                    .anyMatch(p -> Json.text(p, "ResourceId").equals(resource));
            if (target == null || service == null || !service.active() || !policy) {
                return;
            }
            int wanted = Math.max(
                    Json.number(target, "MinCapacity", 0),
                    Math.min(Json.number(target, "MaxCapacity", Integer.MAX_VALUE), tasks));
            String suspended = wanted < service.desired() ? "DynamicScalingInSuspended" : "DynamicScalingOutSuspended";
            if (wanted != service.desired() && !Json.is(target.path("SuspendedState"), suspended)) {
                service.desired(wanted);
            }
        });
    }

    private static Refusal invalid(String message) {
        return Refusal.of("ValidationException", message);
    }

    private static Refusal unknown(String message) {
        return Refusal.of("ObjectNotFoundException", message);
    }

    private static String resource(JsonNode in) {
        String resource = Json.text(in, "ResourceId");
        if (!resource.matches("service/[^/]+/[^/]+")
                || !Json.text(in, "ServiceNamespace").equals("ecs")
                || !Json.text(in, "ScalableDimension").equals(DIMENSION)) {
            throw invalid("Unsupported service namespace, resource type or scalable dimension");
        }
        return resource;
    }

    ObjectNode register(ObjectNode in) {
        String resource = resource(in);
        ObjectNode target = targets.get(resource);
        if (target == null) {
            String[] names = resource.split("/");
            if (!world.services().containsKey(Arns.service(names[1], names[2]))) {
                throw invalid("ECS service doesn't exist: " + resource);
            }
            if (!Json.has(in, "MinCapacity") || !Json.has(in, "MaxCapacity")) {
                throw invalid("MinCapacity and MaxCapacity are needed for a new scalable target");
            }
            target = Json.only(in, "ServiceNamespace", "ResourceId", "ScalableDimension")
                    .put(
                            "ScalableTargetARN",
                            "arn:aws:application-autoscaling:" + Arns.REGION + ":" + Arns.ACCOUNT + ":scalable-target/"
                                    + world.ids().resource())
                    .put("RoleARN", "arn:aws:iam::" + Arns.ACCOUNT + ":role/AWSServiceRoleForApplicationAutoScaling")
                    .put("CreationTime", Json.epoch(world.now()));
            target.set("SuspendedState", suspended(Json.object()));
        }
        ObjectNode changed = target.deepCopy();
        changed.setAll(Json.only(in, "MinCapacity", "MaxCapacity", "RoleARN"));
        if (Json.number(changed, "MinCapacity", 0) > Json.number(changed, "MaxCapacity", 0)) {
            throw invalid("Maximum capacity cannot be less than minimum capacity");
        }
        if (Json.has(in, "SuspendedState")) {
            ObjectNode state = (ObjectNode) changed.get("SuspendedState");
            in.get("SuspendedState").properties().forEach(e -> state.set(e.getKey(), e.getValue()));
        }
        targets.put(resource, changed);
        return Json.object().put("ScalableTargetARN", Json.text(changed, "ScalableTargetARN"));
    }

    private static ObjectNode suspended(ObjectNode state) {
        for (String kind :
                List.of("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")) {
            state.put(kind, false);
        }
        return state;
    }

    private ObjectNode deregister(ObjectNode in) {
        String resource = resource(in);
        if (targets.remove(resource) == null) {
            throw unknown("No scalable target registered for service namespace: ecs, resource ID: " + resource);
        }
        // "deregistering a scalable target deletes the scaling policies and the scheduled actions"
        policies.values().removeIf(p -> Json.text(p, "ResourceId").equals(resource));
        scheduled.values().removeIf(p -> Json.text(p, "ResourceId").equals(resource));
        return Json.object();
    }

    ObjectNode putPolicy(ObjectNode in) {
        String resource = resource(in);
        if (!targets.containsKey(resource)) {
            throw unknown("No scalable target registered for resource ID: " + resource);
        }
        String name = Json.text(in, "PolicyName");
        String key = resource + "|" + name;
        ObjectNode policy = policies.get(key);
        if (policy == null) {
            policy = Json.object()
                    .put("PolicyARN", Arns.policy(world.ids().resource(), resource, name))
                    .put("CreationTime", Json.epoch(world.now()));
        }
        policy.setAll(in.deepCopy());
        ArrayNode alarms = Json.array();
        if (Json.has(in, "TargetTrackingScalingPolicyConfiguration")) {
            for (String kind : List.of("AlarmHigh", "AlarmLow")) {
                String alarm = "TargetTracking-" + resource + "-" + kind + "-"
                        + world.ids().resource();
                alarms.add(Json.object()
                        .put("AlarmName", alarm)
                        .put("AlarmARN", "arn:aws:cloudwatch:" + Arns.REGION + ":" + Arns.ACCOUNT + ":alarm:" + alarm));
            }
        }
        policy.set("Alarms", alarms);
        policies.put(key, policy);
        return Json.only(policy, "PolicyARN", "Alarms");
    }

    private ObjectNode putScheduled(ObjectNode in) {
        String resource = resource(in);
        if (!targets.containsKey(resource)) {
            throw unknown("No scalable target registered for resource ID: " + resource);
        }
        ObjectNode action = in.deepCopy().put("CreationTime", Json.epoch(world.now()));
        action.put(
                "ScheduledActionARN",
                Arns.policy(world.ids().resource(), resource, "scheduled/" + Json.text(in, "ScheduledActionName")));
        scheduled.put(resource + "|" + Json.text(in, "ScheduledActionName"), action);
        return Json.object();
    }

    private static ObjectNode delete(ObjectNode in, Map<String, ObjectNode> all, String name) {
        if (all.remove(resource(in) + "|" + Json.text(in, name)) == null) {
            throw unknown("Nothing found under the name " + Json.text(in, name));
        }
        return Json.object();
    }

    private ObjectNode describe(ObjectNode in, Map<String, ObjectNode> all, String key, String filter, String by) {
        if (!Json.has(in, "ServiceNamespace")) {
            throw invalid("ServiceNamespace must not be null");
        }
        List<String> names = Json.texts(in, filter);
        List<ObjectNode> found = all.values().stream()
                .filter(o -> names.isEmpty() || names.contains(Json.text(o, by)))
                .filter(o -> !Json.has(in, "ResourceId")
                        || Json.text(o, "ResourceId").equals(Json.text(in, "ResourceId")))
                .toList();
        Page<ObjectNode> page =
                Page.of(found, Json.number(in, "MaxResults", 50), world.faults().page(), Json.text(in, "NextToken"));
        ObjectNode out = Json.object();
        out.set(key, Json.array(page.items().stream().map(ObjectNode::deepCopy).toList()));
        if (!page.next().isEmpty()) {
            out.put("NextToken", page.next());
        }
        return out;
    }
}
