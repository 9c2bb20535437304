package io.dpg.deploy.aws.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Target groups, their health and tags; by https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/. */
final class ElbGroups {

    /** Defaults of API_CreateTargetGroup for HTTP. */
    private static final Map<String, String> DEFAULTS = defaults();

    private final World world;

    ElbGroups(World world) {
        this.world = world;
    }

    private static Map<String, String> defaults() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Protocol", "HTTP");
        all.put("ProtocolVersion", "HTTP1");
        all.put("HealthCheckProtocol", "HTTP");
        all.put("HealthCheckPort", "traffic-port");
        all.put("HealthCheckEnabled", "true");
        all.put("HealthCheckPath", "/");
        all.put("HealthCheckIntervalSeconds", "30");
        all.put("HealthCheckTimeoutSeconds", "5");
        all.put("HealthyThresholdCount", "5");
        all.put("UnhealthyThresholdCount", "2");
        all.put("TargetType", "instance");
        all.put("IpAddressType", "ipv4");
        return all;
    }

    Map<String, Operation> operations() {
        Map<String, Operation> all = new LinkedHashMap<>();
        all.put("DescribeTargetGroups", this::describe);
        all.put("CreateTargetGroup", this::create);
        all.put("DeleteTargetGroup", this::delete);
        all.put("DescribeTargetGroupAttributes", this::attributes);
        all.put("ModifyTargetGroupAttributes", this::modify);
        all.put("DescribeTargetHealth", this::health);
        all.put("AddTags", this::addTags);
        all.put("RemoveTags", this::removeTags);
        all.put("DescribeTags", this::tags);
        return all;
    }

    private static Refusal unknown() {
        return Refusal.of("TargetGroupNotFound", "One or more target groups not found");
    }

    private TargetGroup known(ObjectNode in) {
        TargetGroup group = world.balancer().groups().get(Json.text(in, "TargetGroupArn"));
        if (group == null) {
            throw unknown();
        }
        return group;
    }

    private ObjectNode describe(ObjectNode in) {
        List<String> arns = Json.texts(in, "TargetGroupArns");
        List<String> names = Json.texts(in, "Names");
        String balancer = Json.text(in, "LoadBalancerArn");
        List<ObjectNode> found = world.seen().groups().values().stream()
                .filter(g -> arns.isEmpty() || arns.contains(Json.text(g, "TargetGroupArn")))
                .filter(g -> names.isEmpty() || names.contains(Json.text(g, "TargetGroupName")))
                .filter(g ->
                        balancer.isEmpty() || Json.texts(g, "LoadBalancerArns").contains(balancer))
                .toList();
        if (found.size() < Math.max(arns.size(), names.size())) {
            throw unknown();
        }
        return ElbRoutes.paged(world, in, "TargetGroups", found);
    }

    private ObjectNode create(ObjectNode in) {
        String name = Json.text(in, "Name");
        if (!name.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")) {
            throw Refusal.validation("Target group name '" + name + "' must be 1 to 32 letters, digits and hyphens");
        }
        ObjectNode settings = settings(in);
        for (TargetGroup other : world.balancer().groups().values()) {
            if (other.name().equals(name)) {
                if (!other.settings().equals(settings)) {
                    throw Refusal.of(
                            "DuplicateTargetGroupName",
                            "A target group with the same name '" + name + "' exists, but with different settings");
                }
                return answer(other);
            }
        }
        TargetGroup group = world.balancer().group(settings);
        tag(world.tags(group.arn()), Json.list(in, "Tags"));
        return answer(group);
    }

    static ObjectNode settings(ObjectNode in) {
        ObjectNode settings = in.deepCopy();
        Set.of("Action", "Version", "Name", "Tags").forEach(settings::remove);
        settings.put("TargetGroupName", Json.text(in, "Name"));
        DEFAULTS.forEach((key, value) -> {
            if (!Json.has(settings, key)) {
                settings.put(key, value);
            }
        });
        if (!Json.has(settings, "Matcher")) {
            settings.set("Matcher", Json.object().put("HttpCode", "200"));
        }
        return settings;
    }

    private ObjectNode answer(TargetGroup group) {
        ObjectNode view = group.view();
        view.set("LoadBalancerArns", Json.MAPPER.valueToTree(world.balancer().balancersOf(group.arn())));
        ObjectNode out = Json.object();
        out.set("TargetGroups", Json.array().add(view));
        return out;
    }

    private ObjectNode delete(ObjectNode in) {
        TargetGroup group = world.balancer().groups().get(Json.text(in, "TargetGroupArn"));
        if (group != null) { // deleting what is not there succeeds
            if (!world.balancer().balancersOf(group.arn()).isEmpty()) {
                throw Refusal.of(
                        "ResourceInUse",
                        "Target group '" + group.arn() + "' is currently in use by a listener or a rule");
            }
            world.balancer().groups().remove(group.arn());
            world.tags().remove(group.arn());
        }
        return Json.object();
    }

    private ObjectNode attributes(ObjectNode in) {
        known(in);
        return attributes(world.seen().attributes().getOrDefault(Json.text(in, "TargetGroupArn"), Map.of()));
    }

    private static ObjectNode attributes(Map<String, String> attributes) {
        ObjectNode out = Json.object();
        out.set("Attributes", Json.tags(attributes, "Key", "Value"));
        return out;
    }

    private ObjectNode modify(ObjectNode in) {
        TargetGroup group = known(in);
        for (JsonNode attribute : Json.list(in, "Attributes")) {
            String key = Json.text(attribute, "Key");
            String value = Json.text(attribute, "Value");
            if (key.equals("deregistration_delay.timeout_seconds") && !value.matches("[0-9]{1,4}")) {
                throw Refusal.validation("The value of " + key + " must be between 0 and 3600");
            }
            group.attributes().put(key, value);
        }
        return attributes(group.attributes());
    }

    private ObjectNode health(ObjectNode in) {
        TargetGroup group = known(in);
        ArrayNode found = Json.array();
        List<JsonNode> asked = Json.list(in, "Targets");
        for (ObjectNode view : world.seen().health().getOrDefault(group.arn(), List.of())) {
            String id = Json.text(view.path("Target"), "Id");
            if (asked.isEmpty()
                    || asked.stream().anyMatch(t -> Json.text(t, "Id").equals(id))) {
                found.add(view.deepCopy());
            }
        }
        ObjectNode out = Json.object();
        out.set("TargetHealthDescriptions", found);
        return out;
    }

    private static void tag(Map<String, String> tags, List<JsonNode> added) {
        added.forEach(t -> tags.put(Json.text(t, "Key"), Json.text(t, "Value")));
        if (tags.size() > 50) {
            throw Refusal.of("TooManyTags", "You've reached the limit of tags per resource");
        }
    }

    private ObjectNode addTags(ObjectNode in) {
        for (String arn : Json.texts(in, "ResourceArns")) {
            if (arn.contains(":targetgroup/") && !world.balancer().groups().containsKey(arn)) {
                throw unknown();
            }
            tag(world.tags(arn), Json.list(in, "Tags"));
        }
        return Json.object();
    }

    private ObjectNode removeTags(ObjectNode in) {
        for (String arn : Json.texts(in, "ResourceArns")) {
            Json.texts(in, "TagKeys").forEach(world.tags(arn)::remove);
        }
        return Json.object();
    }

    private ObjectNode tags(ObjectNode in) {
        List<String> arns = Json.texts(in, "ResourceArns");
        if (arns.size() > 20) {
            throw Refusal.validation("At most 20 resources can be described");
        }
        ArrayNode all = Json.array();
        for (String arn : arns) {
            ObjectNode one = Json.object().put("ResourceArn", arn);
            one.set("Tags", Json.tags(world.seen().tags().getOrDefault(arn, Map.of()), "Key", "Value"));
            all.add(one);
        }
        ObjectNode out = Json.object();
        out.set("TagDescriptions", all);
        return out;
    }
}
