package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A service of the fake AWS: settings, which count until the first request, and looks at what became of it. Its task definition
 * has one container {@code app} with port 8080 that logs to {@code /ecs/<service>}, on Fargate.
 */
public final class FakeService {

    private final FakeAws fake;
    private final String cluster;
    private final String name;
    private final Map<String, String> tags = new LinkedHashMap<>();
    private String image = "app:1";
    private int instances = 2;
    private boolean balanced;
    private boolean byRule;
    private boolean testListener;
    private Duration delay = Duration.ofSeconds(10);
    private Duration interval = Duration.ofSeconds(5);
    private Duration grace = Duration.ZERO;
    private int minimum = 100;
    private int maximum = 200;
    private int least;
    private int most;
    private @Nullable Service model;
    private String listener = "";
    private String rule = "";
    private String test = "";
    private String group = "";

    FakeService(FakeAws fake, String cluster, String name) {
        this.fake = fake;
        this.cluster = cluster;
        this.name = name;
    }

    /** Sets the image that runs; default {@code app:1}. */
    public FakeService image(String image) {
        this.image = image;
        return this;
    }

    /** Sets how many tasks run; default 2. */
    public FakeService instances(int instances) {
        this.instances = instances;
        return this;
    }

    /** Puts it behind the default action of a listener of an Application Load Balancer. */
    public FakeService behindListener() {
        balanced = true;
        byRule = false;
        return this;
    }

    /** Puts it behind a rule of a listener, whose default action answers 404. */
    public FakeService behindRule() {
        balanced = true;
        byRule = true;
        return this;
    }

    /** Adds a test listener, which forwards to the service's target group. */
    public FakeService withTestListener() {
        testListener = true;
        return this;
    }

    /** Sets how long deregistered targets drain; default 10 s. */
    public FakeService deregistrationDelay(Duration delay) {
        this.delay = delay;
        return this;
    }

    /** Sets how often health is checked, twice for each change; default 5 s. */
    public FakeService healthCheckEvery(Duration interval) {
        this.interval = interval;
        return this;
    }

    /** Sets the health check grace period of the service; default none. */
    public FakeService grace(Duration grace) {
        this.grace = grace;
        return this;
    }

    /** Sets minimum healthy percent and maximum percent; default 100 and 200. */
    public FakeService percents(int minimum, int maximum) {
        this.minimum = minimum;
        this.maximum = maximum;
        return this;
    }

    /** Lets Application Auto Scaling scale it between these numbers by a target tracking policy named {@code cpu}. */
    public FakeService scaled(int least, int most) {
        this.least = least;
        this.most = most;
        return this;
    }

    /** Tags the service. */
    public FakeService tag(String key, String value) {
        tags.put(key, value);
        return this;
    }

    void create() {
        if (model != null) {
            return;
        }
        World world = fake.world();
        ObjectNode settings = Json.object()
                .put("launchType", "FARGATE")
                .put("platformVersion", "LATEST")
                .put("schedulingStrategy", "REPLICA")
                .put("healthCheckGracePeriodSeconds", grace.toSeconds());
        settings.set(
                "deploymentConfiguration",
                Json.object().put("minimumHealthyPercent", minimum).put("maximumPercent", maximum));
        ObjectNode network = Json.object().put("assignPublicIp", "DISABLED");
        network.set("subnets", Json.array().add("subnet-1").add("subnet-2"));
        network.set("securityGroups", Json.array().add("sg-1"));
        settings.set("networkConfiguration", Json.object().set("awsvpcConfiguration", network));
        if (balanced) {
            balance(world);
            settings.set(
                    "loadBalancers",
                    Json.array()
                            .add(Json.object()
                                    .put("targetGroupArn", group)
                                    .put("containerName", "app")
                                    .put("containerPort", 8080)));
        }
        Service made = new Service(world, cluster, name, settings, register(image), instances);
        model = made;
        world.services().put(made.arn(), made);
        world.tags(made.arn()).putAll(tags);
        for (int i = 0; i < instances; i++) {
            made.seed();
        }
        if (most > 0) {
            scale(world);
        }
        world.settle();
    }

    private void scale(World world) {
        ObjectNode target = Json.object()
                .put("ServiceNamespace", "ecs")
                .put("ResourceId", "service/" + cluster + "/" + name)
                .put("ScalableDimension", "ecs:service:DesiredCount");
        world.scaling().register(target.deepCopy().put("MinCapacity", least).put("MaxCapacity", most));
        ObjectNode metric = Json.object().put("PredefinedMetricType", "ECSServiceAverageCPUUtilization");
        ObjectNode tracking = Json.object().put("TargetValue", 60.0);
        tracking.set("PredefinedMetricSpecification", metric);
        target.put("PolicyName", "cpu").put("PolicyType", "TargetTrackingScaling");
        target.set("TargetTrackingScalingPolicyConfiguration", tracking);
        world.scaling().putPolicy(target);
    }

    private void balance(World world) {
        Balancer balancer = world.balancer();
        ObjectNode asked = Json.object()
                .put("Name", name.length() > 32 ? name.substring(0, 32).replaceAll("-$", "") : name)
                .put("Port", "8080")
                .put("VpcId", "vpc-1")
                .put("TargetType", "ip")
                .put("HealthCheckPath", "/health")
                .put("HealthCheckIntervalSeconds", String.valueOf(Math.max(1, interval.toSeconds())))
                .put("HealthCheckTimeoutSeconds", "2")
                .put("HealthyThresholdCount", "2")
                .put("UnhealthyThresholdCount", "2");
        TargetGroup made = balancer.group(ElbGroups.settings(asked));
        made.attributes().put("deregistration_delay.timeout_seconds", String.valueOf(delay.toSeconds()));
        group = made.arn();
        String arn = Json.text(balancer.balancer(name + "-alb"), "LoadBalancerArn");
        var forward = Route.forward(Map.of(group, 1));
        if (byRule) {
            ObjectNode fixed = Json.object().put("Type", "fixed-response").put("Order", 1);
            fixed.set("FixedResponseConfig", Json.object().put("StatusCode", "404"));
            listener = balancer.listener(arn, 80, Json.array().add(fixed)).arn();
            ObjectNode path = Json.object().put("Field", "path-pattern");
            path.set("Values", Json.array().add("/*"));
            path.set(
                    "PathPatternConfig",
                    Json.object().set("Values", Json.array().add("/*")));
            Route made2 = balancer.rule(listener, 10, Json.array().add(path), forward);
            made2.production(true);
            rule = made2.arn();
        } else {
            Route made2 = balancer.listener(arn, 80, forward);
            made2.production(true);
            listener = made2.arn();
        }
        if (testListener) {
            test = balancer.listener(arn, 8081, Route.forward(Map.of(group, 1))).arn();
        }
    }

    ObjectNode register(String image) {
        World world = fake.world();
        return world.definitions().register(FakeAws.definition(name, "app", image), world.now());
    }

    private Service model() {
        return fake.look(this::known);
    }

    /** Returns the service as it is, without letting time catch up. */
    Service known() {
        return Objects.requireNonNull(model, "the service exists from the first request on");
    }

    /** Returns the ARN of the service. */
    public String arn() {
        return Arns.service(cluster, name);
    }

    /** Returns the ARN of its listener, empty if it is behind none. */
    public String listenerArn() {
        model();
        return listener;
    }

    /** Returns the ARN of its rule, empty if it is behind none. */
    public String ruleArn() {
        model();
        return rule;
    }

    /** Returns the ARN of its test listener, empty if it has none. */
    public String testListenerArn() {
        model();
        return test;
    }

    /** Returns the ARN of its target group, empty if it has none. */
    public String targetGroupArn() {
        model();
        return group;
    }

    /** Returns the task definition of its PRIMARY deployment, as {@code family:revision}. */
    public String taskDefinition() {
        return Arns.last(model().primary().taskDefinition());
    }

    /** Returns how many tasks it shall have. */
    public int desired() {
        return model().desired();
    }

    /** Returns how many of its tasks run. */
    public int running() {
        return (int) model().tasks().stream().filter(Task::running).count();
    }

    /** Returns its events, newest first. */
    public List<String> events() {
        return Json.list(model().view(), "events").stream()
                .map(e -> Json.text(e, "message"))
                .toList();
    }

    /** Has the container of {@code tasks} running tasks end now, as a crash does. */
    public void crash(int tasks) {
        Service service = model();
        fake.look(() -> {
            service.tasks().stream().filter(Task::running).limit(tasks).forEach(Task::crash);
            return true;
        });
    }
}
