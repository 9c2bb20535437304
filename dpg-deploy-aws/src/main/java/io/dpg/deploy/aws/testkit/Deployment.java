package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A deployment of a service: PRIMARY, or ACTIVE while tasks of it are left; see
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html.
 */
final class Deployment {

    /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html; the steps up to it are ours. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(27);

    private final Service service;
    private final String id;
    private final ObjectNode definition;
    private final Instant created;
    private final boolean checked;
    private Instant updated;
    private Instant resume;
    private int failed;
    private int inRow;
    private boolean reachedRunning;
    private String rollout = "IN_PROGRESS";
    private String reason;
    private boolean completedOnce;
    private boolean alternate;

    Deployment(Service service, String id, ObjectNode definition, Instant now) {
        this.service = service;
        this.id = id;
        this.definition = definition;
        this.created = now;
        this.updated = now;
        this.resume = now;
        this.checked = !service.loadBalancers().isEmpty();
        this.reason = "ECS deployment " + id + " in progress.";
    }

    String id() {
        return id;
    }

    ObjectNode definition() {
        return definition;
    }

    String taskDefinition() {
        return Json.text(definition, "taskDefinitionArn");
    }

    String image() {
        return Json.text(Json.list(definition, "containerDefinitions").get(0), "image");
    }

    /** Returns whether its tasks are in the alternate target groups, which two deployments in a row use in turn. */
    boolean alternate() {
        return alternate;
    }

    void alternate(boolean now) {
        alternate = now;
    }

    /** Returns the target group in which its tasks register. */
    String group(JsonNode balancer) {
        String other = Json.text(balancer.path("advancedConfiguration"), "alternateTargetGroupArn");
        return alternate && !other.isEmpty() ? other : Json.text(balancer, "targetGroupArn");
    }

    Instant created() {
        return created;
    }

    String rollout() {
        return rollout;
    }

    int failedTasks() {
        return failed;
    }

    boolean completedOnce() {
        return completedOnce;
    }

    List<Task> tasks() {
        return service.tasks().stream().filter(t -> t.deployment() == this).toList();
    }

    /** Returns whether a new task may start now: after failures ECS waits longer and longer. */
    boolean mayStart(Instant now) {
        return !rollout.equals("FAILED") && !now.isBefore(resume);
    }

    Instant resume() {
        return resume;
    }

    /** Notes that a task runs: failures before it count no more. */
    void ran() {
        if (!reachedRunning) {
            // "Stage 1": https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
            failed = 0;
            inRow = 0;
            reachedRunning = true;
        }
    }

    /**
     * Counts a task that ended by itself. One that had passed its health checks, or has none to pass and ran, is no failure of
     * the deployment: https://repost.aws/knowledge-center/ecs-deployment-roll-back-failure.
     */
    void failed(Task task) {
        if (!task.everRan()) {
            inRow++;
            long seconds = Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(inRow - 1, 20));
            resume = service.now().plusSeconds(seconds);
            failed++;
        } else if (checked && !task.wasReady()) {
            failed++;
        }
    }

    /** Counts a task that could not be placed, or was stopped for failing its health checks. */
    void failed() {
        failed++;
    }

    void pause(Duration pause) {
        resume = service.now().plus(pause);
    }

    void completed() {
        rollout = "COMPLETED";
        reason = "ECS deployment " + id + " completed.";
        completedOnce = true;
        updated = service.now();
    }

    void gaveUp(String why) {
        rollout = "FAILED";
        reason = why;
        updated = service.now();
    }

    void inProgress(String why) {
        rollout = "IN_PROGRESS";
        reason = why;
    }

    /** Returns the deployment as DescribeServices shows it. */
    ObjectNode view(boolean primary, int desired) {
        List<Task> tasks = tasks();
        ObjectNode view = Json.object()
                .put("id", id)
                .put("status", primary ? "PRIMARY" : "ACTIVE")
                .put("taskDefinition", taskDefinition())
                .put("desiredCount", desired)
                .put("pendingCount", tasks.stream().filter(Task::starting).count())
                .put("runningCount", tasks.stream().filter(Task::running).count())
                .put("failedTasks", failed)
                .put("createdAt", Json.epoch(created))
                .put("updatedAt", Json.epoch(updated));
        service.launch().properties().forEach(e -> view.set(e.getKey(), e.getValue()));
        if (service.settings().has("networkConfiguration")) {
            view.set(
                    "networkConfiguration",
                    service.settings().get("networkConfiguration").deepCopy());
        }
        return view.put("rolloutState", rollout).put("rolloutStateReason", reason);
    }
}
