package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One task of a service and its life: PROVISIONING, PENDING, RUNNING, DEACTIVATING (its targets drain), STOPPING, STOPPED; see
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html. The texts of stop codes are from
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html.
 */
final class Task {

    /** Stopped tasks are shown for an hour: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html. */
    private static final Duration SHOWN = Duration.ofHours(1);

    private final World world;
    private final Service service;
    private final Deployment deployment;
    private final String id;
    private final String address;
    private final FakeBehaviour behaviour;
    private final Instant created;
    private final List<TargetGroup> groups = new ArrayList<>();
    private String last = "PROVISIONING";
    private String desired = "RUNNING";
    private @Nullable Instant started;
    private @Nullable Instant stopping;
    private @Nullable Instant stopped;
    private @Nullable Integer exitCode;
    private String stopCode = "";
    private String stoppedReason = "";
    private String containerReason = "";
    private boolean alive;
    private boolean registered;
    private boolean wasReady;

    Task(World world, Service service, Deployment deployment) {
        this.world = world;
        this.service = service;
        this.deployment = deployment;
        this.id = world.ids().task();
        this.address = world.ids().address();
        this.behaviour = world.behaviours().next(deployment.definition());
        this.created = world.now();
    }

    String id() {
        return id;
    }

    String arn() {
        return Arns.task(service.cluster(), id);
    }

    String address() {
        return address;
    }

    Deployment deployment() {
        return deployment;
    }

    FakeBehaviour behaviour() {
        return behaviour;
    }

    @Nullable
    Instant started() {
        return started;
    }

    List<TargetGroup> groups() {
        return groups;
    }

    /** Returns whether the container's process runs and answers. */
    boolean alive() {
        return alive;
    }

    boolean wanted() {
        return desired.equals("RUNNING");
    }

    boolean running() {
        return last.equals("RUNNING") && wanted();
    }

    boolean starting() {
        return wanted() && !last.equals("RUNNING");
    }

    boolean gone() {
        return last.equals("STOPPED");
    }

    boolean everRan() {
        return started != null;
    }

    boolean passesChecks() {
        Duration after = behaviour.healthyAfter();
        Duration until = behaviour.unhealthyAfter();
        return alive
                && after != null
                && started != null
                && !world.now().isBefore(started.plus(after))
                && (until == null || world.now().isBefore(started.plus(until)));
    }

    /** Returns whether ECS counts the task as healthy: it runs, and no target group in use says otherwise. */
    boolean ready() {
        boolean ready = running()
                && groups.stream()
                        .flatMap(g -> g.targets().stream())
                        .filter(t -> t.task() == this)
                        .allMatch(t -> t.healthy() || t.state().equals("unused"));
        wasReady |= ready;
        return ready;
    }

    boolean wasReady() {
        return wasReady;
    }

    void start() {
        world.agenda().after(world.timing().provisioning(), () -> {
            if (wanted()) {
                last = "PENDING";
                world.agenda().after(world.timing().pending(), this::pulled);
            }
        });
    }

    private void pulled() {
        if (!wanted()) {
            return;
        }
        if (behaviour.pullable()) {
            run();
            return;
        }
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
        String image = deployment.image();
        containerReason =
                "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref "
                        + image + ": " + image + ": not found";
        end("TaskFailedToStart", containerReason);
    }

    /** Makes the task run at once, as those of a service do that existed before the test. */
    void run() {
        last = "RUNNING";
        started = world.now();
        alive = true;
        registered = true;
        service.register(this, groups);
        world.logs().write(this, behaviour.log());
        Duration after = behaviour.crashAfter();
        if (after != null) {
            world.agenda().after(after, () -> crash(behaviour.exitCode()));
        }
    }

    /** Ends the container now, as a crash does. */
    void crash(int exitCode) {
        if (!alive || !wanted()) {
            return;
        }
        alive = false;
        this.exitCode = exitCode;
        world.agenda().after(world.timing().noticing(), () -> {
            if (wanted()) {
                end("EssentialContainerExited", "Essential container in task exited");
            }
        });
    }

    /** Stops the task in order: its targets drain first, then the container gets its signal. */
    void stop(String code, String reason) {
        if (!wanted()) {
            return;
        }
        desired = "STOPPED";
        stopCode = code;
        stoppedReason = reason;
        stopping = world.now();
        if (!registered) {
            last = "STOPPING";
            world.agenda().after(world.timing().stopping(), this::stopped);
            return;
        }
        last = "DEACTIVATING";
        world.agenda().after(deregister(), () -> {
            last = "STOPPING";
            exitCode = exitCode == null ? 143 : exitCode; // SIGTERM
            alive = false;
            world.agenda().after(world.timing().stopping(), this::stopped);
        });
    }

    private Duration deregister() {
        Duration longest = Duration.ZERO;
        for (TargetGroup group : groups) {
            Duration delay = group.deregister(this);
            longest = delay.compareTo(longest) > 0 ? delay : longest;
        }
        if (!groups.isEmpty()) {
            service.event("has begun draining connections on 1 tasks.");
        }
        return longest;
    }

    private void end(String code, String reason) {
        desired = "STOPPED";
        stopCode = code;
        stoppedReason = reason;
        stopping = world.now();
        last = "STOPPING";
        deregister();
        deployment.failed(this);
        world.agenda().after(world.timing().stopping(), this::stopped);
    }

    private void stopped() {
        last = "STOPPED";
        stopped = world.now();
        world.agenda().after(SHOWN, () -> service.forget(this));
    }

    /** Returns the task as DescribeTasks shows it. */
    ObjectNode view() {
        JsonNode definition = deployment.definition();
        ObjectNode view = Json.object()
                .put("taskArn", arn())
                .put("clusterArn", Arns.cluster(service.cluster()))
                .put("taskDefinitionArn", deployment.taskDefinition())
                .put("group", "service:" + service.name())
                .put("startedBy", deployment.id())
                .put("lastStatus", last)
                .put("desiredStatus", desired)
                .put("healthStatus", "UNKNOWN")
                .put("connectivity", "CONNECTED")
                .put("availabilityZone", Arns.REGION + "a")
                .put("createdAt", Json.epoch(created))
                .put("version", 1);
        service.launch().properties().forEach(e -> view.set(e.getKey(), e.getValue()));
        for (String size : List.of("cpu", "memory")) {
            if (Json.has(definition, size)) {
                view.put(size, Json.text(definition, size));
            }
        }
        if (started != null) {
            view.put("startedAt", Json.epoch(started)).put("pullStoppedAt", Json.epoch(started));
        }
        if (stopping != null) {
            view.put("stoppingAt", Json.epoch(stopping))
                    .put("stopCode", stopCode)
                    .put("stoppedReason", stoppedReason);
        }
        if (stopped != null) {
            view.put("stoppedAt", Json.epoch(stopped));
        }
        view.set(
                "containers",
                Json.array(Json.list(definition, "containerDefinitions").stream()
                        .map(this::container)
                        .toList()));
        view.set("attachments", Json.array().add(attachment()));
        return view;
    }

    private ObjectNode container(JsonNode definition) {
        ObjectNode view = Json.object()
                .put("containerArn", arn().replace(":task/", ":container/") + "/" + Json.text(definition, "name"))
                .put("taskArn", arn())
                .put("name", Json.text(definition, "name"))
                .put("image", Json.text(definition, "image"))
                .put("runtimeId", id + "-" + Json.text(definition, "name"))
                .put("lastStatus", started == null && !gone() ? "PENDING" : gone() || !alive ? "STOPPED" : "RUNNING")
                .put("healthStatus", "UNKNOWN");
        if (exitCode != null) {
            view.put("exitCode", exitCode);
        }
        if (!containerReason.isEmpty()) {
            view.put("reason", containerReason);
        }
        view.set("networkInterfaces", Json.array().add(Json.object().put("privateIpv4Address", address)));
        return view;
    }

    private ObjectNode attachment() {
        ObjectNode view = Json.object()
                .put("id", "eni-" + id.substring(0, 8))
                .put("type", "ElasticNetworkInterface")
                .put("status", gone() ? "DELETED" : "ATTACHED");
        view.set(
                "details",
                Json.array().add(Json.object().put("name", "privateIPv4Address").put("value", address)));
        return view;
    }
}
