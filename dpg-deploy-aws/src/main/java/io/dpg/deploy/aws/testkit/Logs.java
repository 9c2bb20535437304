package io.dpg.deploy.aws.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * CloudWatch Logs as containers with the {@code awslogs} driver write them: stream {@code prefix/container/task}, by
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html.
 */
final class Logs {

    private final World world;
    private final Map<String, Map<String, List<ObjectNode>>> groups = new LinkedHashMap<>();

    Logs(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of("GetLogEvents", this::get);
    }

    /** Writes lines of the task's first container. */
    void write(Task task, List<String> lines) {
        JsonNode container = Json.list(task.deployment().definition(), "containerDefinitions")
                .get(0);
        JsonNode log = container.path("logConfiguration");
        if (!Json.text(log, "logDriver").equals("awslogs")) {
            return;
        }
        String stream = Json.text(log.path("options"), "awslogs-stream-prefix") + "/" + Json.text(container, "name")
                + "/" + task.id();
        List<ObjectNode> events = groups.computeIfAbsent(
                        Json.text(log.path("options"), "awslogs-group"), key -> new LinkedHashMap<>())
                .computeIfAbsent(stream, key -> new ArrayList<>());
        long now = world.now().toEpochMilli();
        lines.forEach(line -> events.add(
                Json.object().put("timestamp", now).put("ingestionTime", now).put("message", line)));
    }

    /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
    private ObjectNode get(ObjectNode in) {
        String name =
                Json.has(in, "logGroupName") ? Json.text(in, "logGroupName") : Json.text(in, "logGroupIdentifier");
        Map<String, List<ObjectNode>> group = groups.get(name);
        if (group == null) {
            throw Refusal.of("ResourceNotFoundException", "The specified log group does not exist.");
        }
        List<ObjectNode> all = group.get(Json.text(in, "logStreamName"));
        if (all == null) {
            throw Refusal.of("ResourceNotFoundException", "The specified log stream does not exist.");
        }
        int limit = Math.min(Json.number(in, "limit", 10_000), 10_000);
        boolean head = Json.is(in, "startFromHead");
        int from = head ? 0 : Math.max(0, all.size() - limit);
        int to = head ? Math.min(all.size(), limit) : all.size();
        String token = Json.text(in, "nextToken");
        if (token.startsWith("f/")) {
            from = Math.min(all.size(), at(token));
            to = Math.min(all.size(), from + limit);
        } else if (token.startsWith("b/")) {
            to = Math.min(all.size(), at(token));
            from = Math.max(0, to - limit);
        }
        ArrayNode events = Json.array();
        all.subList(from, to).forEach(e -> events.add(e.deepCopy()));
        ObjectNode out = Json.object();
        out.set("events", events);
        // at the end the token that was given comes back: so callers know
        return out.put("nextForwardToken", "f/" + to).put("nextBackwardToken", "b/" + from);
    }

    private static int at(String token) {
        try {
            return Math.max(0, Integer.parseInt(token.substring(2)));
        } catch (NumberFormatException e) {
            throw Refusal.parameter("The specified nextToken is invalid.");
        }
    }
}
