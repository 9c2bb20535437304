package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A service: its settings as CreateService and UpdateService gave them, its deployments, tasks and events. */
final class Service {

    /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html */
    private static final int EVENTS = 100;

    private final World world;
    private final String cluster;
    private final String name;
    private final ObjectNode settings;
    private final Instant created;
    private final List<Deployment> deployments = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private final Deque<ObjectNode> events = new ArrayDeque<>();
    private final ServiceDeployments history;
    private @Nullable Deployment lastCompleted;
    private String status = "ACTIVE";
    private String token = "";
    private int desired;
    private boolean steady;

    Service(World world, String cluster, String name, ObjectNode settings, ObjectNode definition, int desired) {
        this.world = world;
        this.cluster = cluster;
        this.name = name;
        this.settings = settings;
        this.created = world.now();
        this.desired = desired;
        this.history = new ServiceDeployments(world, this);
        Deployment first = new Deployment(this, world.ids().deployment(), definition, created);
        deployments.add(first);
        history.begin(null, first);
    }

    String cluster() {
        return cluster;
    }

    String name() {
        return name;
    }

    String arn() {
        return Arns.service(cluster, name);
    }

    ObjectNode settings() {
        return settings;
    }

    Instant now() {
        return world.now();
    }

    String status() {
        return status;
    }

    void status(String now) {
        status = now;
    }

    /** Returns the client token of the request that created it, empty if it had none. */
    String token() {
        return token;
    }

    void token(String token) {
        this.token = token;
    }

    boolean active() {
        return status.equals("ACTIVE");
    }

    int desired() {
        return desired;
    }

    void desired(int count) {
        desired = count;
    }

    List<Deployment> deployments() {
        return deployments;
    }

    Deployment primary() {
        return deployments.get(0);
    }

    @Nullable
    Deployment lastCompleted() {
        return lastCompleted;
    }

    List<Task> tasks() {
        return tasks;
    }

    void forget(Task task) {
        tasks.remove(task);
    }

    List<JsonNode> loadBalancers() {
        return Json.list(settings, "loadBalancers");
    }

    /** Returns a percentage of the deployment configuration; defaults by API_DeploymentConfiguration. */
    int percent(String key, int otherwise) {
        return Json.number(settings.path("deploymentConfiguration"), key, otherwise);
    }

    boolean breaker(String key) {
        return Json.is(settings.path("deploymentConfiguration").path("deploymentCircuitBreaker"), key);
    }

    Duration grace() {
        return Duration.ofSeconds(Json.number(settings, "healthCheckGracePeriodSeconds", 0));
    }

    /** Returns what tasks and deployments inherit of the way to launch. */
    ObjectNode launch() {
        return Json.only(settings, "launchType", "capacityProviderStrategy", "platformVersion", "platformFamily");
    }

    /** Begins a deployment of the definition, which is PRIMARY from now on. */
    Deployment deploy(ObjectNode definition) {
        Deployment before = primary();
        Deployment next = new Deployment(this, world.ids().deployment(), definition, world.now());
        deployments.add(0, next);
        history.begin(before, next);
        steady = false;
        return next;
    }

    /** Makes an earlier deployment PRIMARY again, as the circuit breaker's rollback does. */
    void primary(Deployment earlier) {
        deployments.remove(earlier);
        deployments.add(0, earlier);
        steady = false;
    }

    Task start(Deployment deployment) {
        Task task = new Task(world, this, deployment);
        tasks.add(task);
        task.start();
        return task;
    }

    /** Starts a task that runs and is healthy at once. */
    void seed() {
        Task task = new Task(world, this, primary());
        tasks.add(task);
        task.run();
        task.groups().forEach(g -> g.targets().forEach(Target::settled));
    }

    /** Registers a task that runs with the target groups of the service. */
    void register(Task task, List<TargetGroup> groups) {
        task.deployment().ran();
        for (JsonNode balancer : loadBalancers()) {
            String arn = task.deployment().group(balancer);
            TargetGroup group = world.balancer().groups().get(arn);
            if (group != null) {
                group.register(task, Json.number(balancer, "containerPort", 80));
                groups.add(group);
                event("registered 1 targets in (target-group " + arn + ")");
            }
        }
    }

    ServiceDeployments history() {
        return history;
    }

    void completed(Deployment deployment) {
        deployment.completed();
        lastCompleted = deployment;
        event("(deployment " + deployment.id() + ") deployment completed.");
    }

    boolean steady() {
        return steady;
    }

    void steady(boolean now) {
        if (now && !steady) {
            event("has reached a steady state.");
        }
        steady = now;
    }

    void event(String text) {
        events.addFirst(Json.object()
                .put("id", world.ids().task())
                .put("createdAt", Json.epoch(world.now()))
                .put("message", "(service " + name + ") " + text));
        while (events.size() > EVENTS) {
            events.removeLast();
        }
    }

    /** Returns the service as DescribeServices shows it, without its tags. */
    ObjectNode view() {
        ObjectNode view = settings.deepCopy()
                .put("serviceArn", arn())
                .put("serviceName", name)
                .put("clusterArn", Arns.cluster(cluster))
                .put("status", status)
                .put("desiredCount", desired)
                .put("runningCount", tasks.stream().filter(Task::running).count())
                .put("pendingCount", tasks.stream().filter(Task::starting).count())
                .put("taskDefinition", primary().taskDefinition())
                .put("createdAt", Json.epoch(created));
        Map<String, String> defaults = Map.of("schedulingStrategy", "REPLICA", "propagateTags", "NONE");
        defaults.forEach((key, value) -> {
            if (!Json.has(view, key)) {
                view.put(key, value);
            }
        });
        view.set(
                "deployments",
                Json.array(deployments.stream()
                        .map(d -> d.view(d == primary(), d == primary() ? desired : wanted(d)))
                        .toList()));
        view.set("events", Json.array(events));
        view.setAll(history.view());
        return view;
    }

    private static int wanted(Deployment deployment) {
        return (int) deployment.tasks().stream().filter(Task::wanted).count();
    }
}
