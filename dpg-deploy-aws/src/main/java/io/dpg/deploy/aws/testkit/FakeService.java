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
    private String strategy = "";
    private Duration bakeTime = Duration.ZERO;
    private String alternate = "";
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

    /**
     * Has ECS shift its traffic: {@code BLUE_GREEN}, {@code LINEAR} or {@code CANARY}, with the bake time given here and else
     * AWS's defaults; a second target group is the alternate one, and the listener's default rule or the rule the production
     * rule.
     */
    public FakeService shiftedByEcs(String strategy, Duration bakeTime) {
        this.strategy = strategy;
        this.bakeTime = bakeTime;
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
        ObjectNode deployment =
                Json.object().put("minimumHealthyPercent", minimum).put("maximumPercent", maximum);
        if (!strategy.isEmpty()) {
            deployment.put("strategy", strategy).put("bakeTimeInMinutes", bakeTime.toMinutes());
        }
        settings.set("deploymentConfiguration", deployment);
        ObjectNode network = Json.object().put("assignPublicIp", "DISABLED");
        network.set("subnets", Json.array().add("subnet-1").add("subnet-2"));
        network.set("securityGroups", Json.array().add("sg-1"));
        settings.set("networkConfiguration", Json.object().set("awsvpcConfiguration", network));
        if (balanced) {
            balance(world);
            ObjectNode balancer = Json.object()
                    .put("targetGroupArn", group)
                    .put("containerName", "app")
                    .put("containerPort", 8080);
            if (!strategy.isEmpty()) {
                balancer.set("advancedConfiguration", advanced());
            }
            settings.set("loadBalancers", Json.array().add(balancer));
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

    private TargetGroup group(World world, String suffix) {
        int room = 32 - suffix.length();
        String start = name.length() > room ? name.substring(0, room).replaceAll("-$", "") : name;
        ObjectNode asked = Json.object()
                .put("Name", start + suffix)
                .put("Port", "8080")
                .put("VpcId", "vpc-1")
                .put("TargetType", "ip")
                .put("HealthCheckPath", "/health")
                .put("HealthCheckIntervalSeconds", String.valueOf(Math.max(1, interval.toSeconds())))
                .put("HealthCheckTimeoutSeconds", "2")
                .put("HealthyThresholdCount", "2")
                .put("UnhealthyThresholdCount", "2");
        TargetGroup made = world.balancer().group(ElbGroups.settings(asked));
        made.attributes().put("deregistration_delay.timeout_seconds", String.valueOf(delay.toSeconds()));
        return made;
    }

    private ObjectNode advanced() {
        ObjectNode advanced = Json.object()
                .put("alternateTargetGroupArn", alternate)
                .put("productionListenerRule", byRule ? rule : Arns.rule(listener, "default"))
                .put("roleArn", "arn:aws:iam::" + Arns.ACCOUNT + ":role/ecsInfrastructureRoleForLoadBalancers");
        if (testListener) {
            advanced.put("testListenerRule", Arns.rule(test, "default"));
        }
        return advanced;
    }

    private void balance(World world) {
        Balancer balancer = world.balancer();
        group = group(world, "").arn();
        if (!strategy.isEmpty()) {
            alternate = group(world, "-2").arn();
        }
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
            Route route = balancer.rule(listener, 10, Json.array().add(path), forward);
            route.production(true);
            rule = route.arn();
        } else {
            Route route = balancer.listener(arn, 80, forward);
            route.production(true);
            listener = route.arn();
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

    /** Returns the ARN of its alternate target group, empty if ECS does not shift its traffic. */
    public String alternateTargetGroupArn() {
        model();
        return alternate;
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

    /** Has the container of {@code tasks} running tasks end now with exit code 137, as one that was killed. */
    public void crash(int tasks) {
        Service service = model();
        fake.look(() -> {
            service.tasks().stream().filter(Task::running).limit(tasks).forEach(t -> t.crash(137));
            return true;
        });
    }
}
