package io.dpg.deploy.aws.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The task definitions that were registered, as they were asked for. */
final class TaskDefinitions {

    private final Map<String, ObjectNode> byArn = new LinkedHashMap<>();
    private final Map<String, Integer> revisions = new LinkedHashMap<>();

    /** Registers a copy of {@code request} without its tags and returns it. */
    ObjectNode register(ObjectNode request, Instant now) {
        String family = Json.need(request, "family");
        if (!family.matches("[A-Za-z0-9_-]{1,255}")) {
            throw Refusal.client("Invalid family '" + family + "'.");
        }
        if (Json.list(request, "containerDefinitions").isEmpty()) {
            throw Refusal.client("Container list cannot be empty.");
        }
        for (JsonNode container : Json.list(request, "containerDefinitions")) {
            if (Json.text(container, "image").isEmpty()
                    || Json.text(container, "name").isEmpty()) {
                throw Refusal.client("Container.image and Container.name should not be null or empty.");
            }
        }
        int revision = revisions.merge(family, 1, Integer::sum);
        ObjectNode definition = request.deepCopy();
        definition.remove("tags");
        definition
                .put("taskDefinitionArn", Arns.taskDefinition(family, revision))
                .put("revision", revision)
                .put("status", "ACTIVE")
                .put("registeredAt", Json.epoch(now))
                .put("registeredBy", "arn:aws:iam::" + Arns.ACCOUNT + ":user/test");
        if (Json.has(definition, "requiresCompatibilities")) {
            definition.set(
                    "compatibilities", definition.get("requiresCompatibilities").deepCopy());
        }
        byArn.put(Json.text(definition, "taskDefinitionArn"), definition);
        return definition;
    }

    Map<String, ObjectNode> all() {
        return byArn;
    }

    /** Marks the definition as INACTIVE; services go on to use it. */
    void deregister(String arn, Instant now) {
        byArn.computeIfPresent(
                arn, (key, old) -> old.deepCopy().put("status", "INACTIVE").put("deregisteredAt", Json.epoch(now)));
    }

    /** Finds by ARN, {@code family:revision}, or family, which means its newest active revision. */
    static Optional<ObjectNode> find(Map<String, ObjectNode> all, String reference) {
        String name = Arns.last(reference);
        if (name.contains(":")) {
            return Optional.ofNullable(all.get(reference.startsWith("arn:") ? reference : Arns.taskDefinition(name)));
        }
        List<ObjectNode> active = new ArrayList<>(ofFamily(all, name, "ACTIVE"));
        return active.isEmpty() ? Optional.empty() : Optional.of(active.get(active.size() - 1));
    }

    /** Returns the revisions of the family, oldest first. */
    static List<ObjectNode> ofFamily(Map<String, ObjectNode> all, String family, String status) {
        return all.values().stream()
                .filter(d -> family.isEmpty() || Json.text(d, "family").equals(family))
                .filter(d -> Json.text(d, "status").equals(status))
                .toList();
    }

    ObjectNode use(String reference) {
        return find(byArn, reference)
                .filter(d -> Json.text(d, "status").equals("ACTIVE"))
                .orElseThrow(() -> Refusal.client("TaskDefinition not found."));
    }
}
