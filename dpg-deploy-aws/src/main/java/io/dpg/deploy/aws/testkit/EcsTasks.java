package io.dpg.deploy.aws.testkit;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tasks of ECS. */
final class EcsTasks {

    private final World world;

    EcsTasks(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of("ListTasks", this::list, "DescribeTasks", this::describe, "StopTask", this::stop);
    }

    private ObjectNode list(ObjectNode in) {
        String cluster = EcsServices.cluster(world, in);
        String desired = Json.has(in, "desiredStatus") ? Json.text(in, "desiredStatus") : "RUNNING";
        if (!List.of("RUNNING", "PENDING", "STOPPED").contains(desired)) {
            throw Refusal.parameter("desiredStatus is invalid.");
        }
        String service = Arns.last(Json.text(in, "serviceName"));
        if (!service.isEmpty() && !world.services().containsKey(Arns.service(cluster, service))) {
            throw Refusal.of("ServiceNotFoundException", "Service not found.");
        }
        int asked = Json.number(in, "maxResults", 100);
        if (asked < 1 || asked > 100) {
            throw Refusal.parameter("maxResults must be between 1 and 100.");
        }
        List<String> arns = world.seen().tasks().values().stream()
                .filter(t -> Json.text(t, "clusterArn").equals(Arns.cluster(cluster)))
                .filter(t -> Json.text(t, "desiredStatus").equals(desired))
                .filter(t -> service.isEmpty() || Json.text(t, "group").equals("service:" + service))
                .filter(t ->
                        !Json.has(in, "startedBy") || Json.text(t, "startedBy").equals(Json.text(in, "startedBy")))
                .filter(t -> !Json.has(in, "family")
                        || Arns.last(Json.text(t, "taskDefinitionArn")).startsWith(Json.text(in, "family") + ":"))
                .map(t -> Json.text(t, "taskArn"))
                .toList();
        return EcsServices.paged("taskArns", Page.of(arns, asked, world.faults().page(), Json.text(in, "nextToken")));
    }

    private ObjectNode describe(ObjectNode in) {
        String cluster = EcsServices.cluster(world, in);
        List<String> asked = Json.texts(in, "tasks");
        if (asked.isEmpty()) {
            throw Refusal.parameter("Tasks cannot be empty.");
        }
        if (asked.size() > 100) {
            throw Refusal.parameter("Tasks cannot exceed 100.");
        }
        ArrayNode found = Json.array();
        ArrayNode failures = Json.array();
        for (String reference : asked) {
            String arn = Arns.task(cluster, Arns.last(reference));
            ObjectNode view = world.seen().tasks().get(arn);
            if (view == null) {
                failures.add(EcsServices.missing(arn));
            } else {
                found.add(view.deepCopy());
            }
        }
        return EcsServices.answer("tasks", found, failures);
    }

    private ObjectNode stop(ObjectNode in) {
        String arn = Arns.task(EcsServices.cluster(world, in), Arns.last(Json.need(in, "task")));
        Task task = world.services().values().stream()
                .flatMap(s -> s.tasks().stream())
                .filter(t -> t.arn().equals(arn))
                .findFirst()
                .orElseThrow(() -> Refusal.parameter("The referenced task was not found."));
        task.stop("UserInitiated", Json.has(in, "reason") ? Json.text(in, "reason") : "Task stopped by user");
        world.settle();
        ObjectNode out = Json.object();
        out.set("task", task.view());
        return out;
    }
}
