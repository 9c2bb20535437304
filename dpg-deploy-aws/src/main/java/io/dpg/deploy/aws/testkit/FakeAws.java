package io.dpg.deploy.aws.testkit;

import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.spi.Time;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scripted endpoint of AWS on 127.0.0.1, which the real SDK talks to: Amazon ECS, Elastic Load Balancing, Application Auto
 * Scaling and CloudWatch Logs as a rollout meets them, behaving over time. Time is a given one, so that tests may use
 * {@link io.dpg.deploy.testkit.VirtualTime}; the model catches up with it at each request.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * try (FakeAws fake = FakeAws.start(time)) {
 *     fake.service("cluster", "svc").image("app:1").instances(3).behindListener();
 *     fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofSeconds(5), 1));
 *     AwsClients aws = fake.clients();
 *     ...
 * }
 * }</pre>
 *
 * <p>Thread-safe, except that the given time must stand requests of other threads: virtual time does while its own thread waits
 * for the answer.
 */
public final class FakeAws implements AutoCloseable {

    private final Object lock = new Object();
    private final World world;
    private final Map<String, FakeService> services = new LinkedHashMap<>();
    private final Endpoint endpoint;
    private final AwsClients clients;

    private FakeAws(Time time) {
        world = new World(time, lock);
        endpoint = new Endpoint(world, lock, this::create);
        clients = clients(endpoint.uri());
    }

    /** Starts a fake AWS without anything in it, on a free port of 127.0.0.1. */
    public static FakeAws start(Time time) {
        return new FakeAws(Objects.requireNonNull(time, "time"));
    }

    private static AwsClients clients(URI endpoint) {
        return AwsClients.builder()
                .region(Arns.REGION)
                .endpoint(endpoint)
                .credentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    /** Returns where it listens. */
    public URI endpoint() {
        return endpoint.uri();
    }

    /** Returns clients that talk to it; they end with it. */
    public AwsClients clients() {
        return clients;
    }

    /**
     * Describes a service, which exists, runs and is healthy from the first request on. The same names give the same service.
     */
    public FakeService service(String cluster, String name) {
        synchronized (lock) {
            world.clusters().add(cluster);
            return services.computeIfAbsent(Arns.service(cluster, name), arn -> new FakeService(this, cluster, name));
        }
    }

    /** Adds a cluster without services. */
    public FakeAws cluster(String name) {
        synchronized (lock) {
            world.clusters().add(name);
            return this;
        }
    }

    /** Says how tasks behave from now on that have a container of {@code image}; others are good. */
    public FakeAws behaves(String image, FakeBehaviour behaviour) {
        synchronized (lock) {
            world.behaviours().set(image, behaviour);
            return this;
        }
    }

    /** Sets how long things take from now on. */
    public FakeAws timing(FakeTiming timing) {
        synchronized (lock) {
            world.timing(timing);
            return this;
        }
    }

    /** Says how many tasks the load on a service needs; what scales it sets that each minute, within its limits. */
    public FakeAws demand(String cluster, String service, int tasks) {
        return look(() -> {
            world.scaling().demand("service/" + cluster + "/" + service, tasks);
            return this;
        });
    }

    /** Returns the script of what goes wrong. */
    public FakeFaults faults() {
        return world.faults();
    }

    /** Returns where requests of users go. */
    public FakeTraffic traffic() {
        return world.traffic();
    }

    /** Returns the calls so far, in order. */
    public List<FakeCall> calls() {
        synchronized (lock) {
            return List.copyOf(endpoint.calls());
        }
    }

    /** Forgets the calls so far. */
    public void forgetCalls() {
        synchronized (lock) {
            endpoint.calls().clear();
        }
    }

    /** Has somebody else make a call at a time from now, which {@link #calls} does not show. */
    public FakeForeign somebodyElse(Duration after) {
        return new FakeForeign(this, after);
    }

    World world() {
        return world;
    }

    /** Looks at the present, all services created and all that is due played. */
    <T> T look(Supplier<T> look) {
        synchronized (lock) {
            create();
            world.catchUp();
            return look.get();
        }
    }

    private void create() {
        services.values().forEach(FakeService::create);
    }

    /** Returns a task definition's JSON for an image, as a small web service has. */
    static ObjectNode definition(String family, String container, String image) {
        ObjectNode in = Json.object()
                .put("family", family)
                .put("networkMode", "awsvpc")
                .put("cpu", "256")
                .put("memory", "512")
                .put("executionRoleArn", "arn:aws:iam::" + Arns.ACCOUNT + ":role/execution");
        in.set("requiresCompatibilities", Json.array().add("FARGATE"));
        ObjectNode main = Json.object()
                .put("name", container)
                .put("image", image)
                .put("essential", true)
                .put("cpu", 0);
        main.set(
                "portMappings",
                Json.array()
                        .add(Json.object()
                                .put("containerPort", 8080)
                                .put("hostPort", 8080)
                                .put("protocol", "tcp")));
        ObjectNode log = Json.object().put("logDriver", "awslogs");
        log.set(
                "options",
                Json.object()
                        .put("awslogs-group", "/ecs/" + family)
                        .put("awslogs-region", Arns.REGION)
                        .put("awslogs-stream-prefix", "ecs"));
        main.set("logConfiguration", log);
        in.set("containerDefinitions", Json.array().add(main));
        return in;
    }

    @Override
    public void close() {
        clients.close();
        endpoint.close();
    }
}
