package io.dpg.deploy.aws.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tags of ECS's resources; the limit by https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html. */
final class EcsTags {

    private final World world;

    EcsTags(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of("TagResource", this::tag, "UntagResource", this::untag, "ListTagsForResource", this::list);
    }

    static void put(Map<String, String> tags, List<JsonNode> added) {
        added.forEach(t -> tags.put(Json.text(t, "key"), Json.text(t, "value")));
        if (tags.size() > 50) {
            throw Refusal.parameter("Too many tags: a resource can have 50.");
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > 128 || value.length() > 256 || key.startsWith("aws:")) {
                throw Refusal.parameter("Invalid tag " + key + ".");
            }
        });
    }

    private String known(ObjectNode in) {
        String arn = Json.need(in, "resourceArn");
        boolean gone = arn.contains(":service/") && !world.services().containsKey(arn)
                || arn.contains(":task-definition/")
                        && !world.definitions().all().containsKey(arn);
        if (gone) {
            throw Refusal.of("ResourceNotFoundException", "The specified resource was not found.");
        }
        return arn;
    }

    private ObjectNode tag(ObjectNode in) {
        Map<String, String> tags = world.tags(known(in));
        Map<String, String> changed = new LinkedHashMap<>(tags);
        put(changed, Json.list(in, "tags"));
        tags.putAll(changed);
        return Json.object();
    }

    private ObjectNode untag(ObjectNode in) {
        Map<String, String> tags = world.tags(known(in));
        Json.texts(in, "tagKeys").forEach(tags::remove);
        return Json.object();
    }

    private ObjectNode list(ObjectNode in) {
        ObjectNode out = Json.object();
        out.set("tags", Json.tags(world.seen().tags().getOrDefault(known(in), Map.of()), "key", "value"));
        return out;
    }
}
