package io.dpg.deploy.aws.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Task definitions of ECS. */
final class EcsTaskDefinitions {

    private final World world;

    EcsTaskDefinitions(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "RegisterTaskDefinition", this::register,
                "DescribeTaskDefinition", this::describe,
                "DeregisterTaskDefinition", this::deregister,
                "ListTaskDefinitions", this::list);
    }

    private ObjectNode register(ObjectNode in) {
        ObjectNode definition = world.definitions().register(in, world.now());
        Map<String, String> tags = world.tags(Json.text(definition, "taskDefinitionArn"));
        EcsTags.put(tags, Json.list(in, "tags"));
        return answer(definition, tags);
    }

    private static ObjectNode answer(ObjectNode definition, Map<String, String> tags) {
        ObjectNode out = Json.object();
        out.set("taskDefinition", definition.deepCopy());
        out.set("tags", Json.tags(tags, "key", "value"));
        return out;
    }

    private ObjectNode describe(ObjectNode in) {
        Sight seen = world.seen();
        ObjectNode definition = TaskDefinitions.find(seen.definitions(), Json.need(in, "taskDefinition"))
                .orElseThrow(() -> Refusal.client("Unable to describe task definition."));
        boolean tags = Json.texts(in, "include").contains("TAGS");
        return answer(
                definition,
                tags ? seen.tags().getOrDefault(Json.text(definition, "taskDefinitionArn"), Map.of()) : Map.of());
    }

    private ObjectNode deregister(ObjectNode in) {
        String arn = Json.text(world.definitions().use(Json.need(in, "taskDefinition")), "taskDefinitionArn");
        world.definitions().deregister(arn, world.now());
        ObjectNode out = Json.object();
        out.set("taskDefinition", world.definitions().all().get(arn).deepCopy());
        return out;
    }

    private ObjectNode list(ObjectNode in) {
        String status = Json.has(in, "status") ? Json.text(in, "status") : "ACTIVE";
        List<String> arns = new ArrayList<>();
        TaskDefinitions.ofFamily(world.seen().definitions(), Json.text(in, "familyPrefix"), status)
                .forEach(d -> arns.add(Json.text(d, "taskDefinitionArn")));
        if (Json.text(in, "sort").equals("DESC")) {
            Collections.reverse(arns);
        }
        int asked = Json.number(in, "maxResults", 100);
        if (asked < 1 || asked > 100) {
            throw Refusal.parameter("maxResults must be between 1 and 100.");
        }
        return EcsServices.paged(
                "taskDefinitionArns", Page.of(arns, asked, world.faults().page(), Json.text(in, "nextToken")));
    }
}
