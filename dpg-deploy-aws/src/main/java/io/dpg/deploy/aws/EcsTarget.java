package io.dpg.deploy.aws;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.aws.internal.ecs.Calls;
import io.dpg.deploy.aws.internal.ecs.EcsApi;
import io.dpg.deploy.aws.internal.ecs.EcsApp;
import io.dpg.deploy.aws.internal.ecs.Facts;
import io.dpg.deploy.aws.internal.ecs.Work;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An application on Amazon ECS: a service and the load balancer that sends requests to its tasks, as they are. Adopting
 * replaces no task.
 *
 * <p>The service is slot {@code BLUE}. Slot {@code GREEN} is a second service, {@code <name>-green}, made as a copy of it with
 * a target group of its own when first needed, and kept without tasks afterwards. Traffic is split by the weights of the
 * {@code forward} actions that lead to the application. A release is a revision of the task definition that serves, with
 * image, variables, secrets and sizes replaced and every other field carried over; variables come from its settings and the
 * environment. Secrets of the environment are given to ECS by reference ({@code aws-sm:}, {@code aws-ssm:}) and never copied.
 *
 * <p>What AWS says in summaries (rollout states, waiters) decides nothing but failures: a group is ready when its tasks run
 * and the load balancer finds them healthy. Deployments have ECS's circuit breaker, without its own way back.
 *
 * <p>AWS has no conditional writes for services and listeners: the fence is a tag that is read before each change, so a
 * process that slept in the middle of a call may act once more after it was taken over. With {@code DynamoJournal} its records
 * are refused in any case.
 *
 * <p>Thread-safe. Close it to end the clients that it opened; using it after that is an error.
 */
public final class EcsTarget implements Target, AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

    private final EcsApp app;
    private final AwsClients clients;
    private final boolean owned;
    private final Work work;
    private final @Nullable URI liveAt;
    private final @Nullable URI previewAt;

    private EcsTarget(Builder builder) {
        this.app = new EcsApp(
                builder.cluster,
                builder.service,
                builder.container,
                builder.listener,
                builder.rule,
                builder.testListener,
                builder.toleratedFailures,
                builder.capacityWait);
        AwsClients given = builder.clients;
        this.owned = given == null;
        this.clients = given == null ? AwsClients.standard() : given;
        this.liveAt = builder.liveAt;
        this.previewAt = builder.previewAt;
        this.work = new Work(new EcsApi(clients, app, builder.time));
    }

    /**
     * Begins to describe the target that adopts {@code service}.
     *
     * @param cluster name or ARN of its cluster
     * @param service its name
     */
    public static Builder service(String cluster, String service) {
        return new Builder(cluster, service);
    }

    @Override
    public String key() {
        return app.key();
    }

    @Override
    public Set<Capability> capabilities() {
        Facts facts = work.facts();
        EnumSet<Capability> can = EnumSet.of(Capability.IN_PLACE_UPDATE);
        if (facts.twoGroups()) {
            can.add(Capability.TWO_GROUPS);
            can.add(Capability.WEIGHTED_TRAFFIC);
            if (app.testListener() != null || previewAt != null) {
                can.add(Capability.PREVIEW_ENDPOINT);
            }
        }
        if (facts.scaled()) {
            can.add(Capability.AUTOSCALED);
        }
        return can;
    }

    @Override
    public Observation observe() {
        return work.observe();
    }

    /** AWS does not push, and limits calls: 3 seconds. A look is 5 to 8 calls. */
    @Override
    public Duration lookEvery() {
        return LOOK_EVERY;
    }

    @Override
    public void claim(Fence fence) {
        work.claim(fence);
    }

    @Override
    public Change launch(Fence fence, GroupRequest request) {
        return work.launch(fence, request);
    }

    @Override
    public Change scale(Fence fence, Slot slot, int instances) {
        return work.scale(fence, slot, instances);
    }

    @Override
    public void route(Fence fence, Traffic traffic) {
        work.route(fence, traffic);
    }

    @Override
    public Change update(Fence fence, GroupRequest request) {
        return work.update(fence, request);
    }

    @Override
    public void retire(Fence fence, Slot slot) {
        work.retire(fence, slot);
    }

    @Override
    public Optional<URI> endpoint(Slot slot) {
        return previewAt == null ? work.preview(slot) : Optional.of(previewAt);
    }

    @Override
    public Optional<URI> liveEndpoint() {
        return liveAt == null ? work.live() : Optional.of(liveAt);
    }

    @Override
    public String diagnose(Slot slot) {
        return work.diagnose(slot);
    }

    @Override
    public List<Known> history() {
        return work.history();
    }

    @Override
    public List<Fault> validate(Release release, Environment environment) {
        return work.validate(release, environment);
    }

    /**
     * Returns each kind of call that the steps of {@code plan} may make, as IAM actions, before it runs; calls nothing. A way
     * back makes calls of the same kinds, and {@code logs:GetLogEvents} to say why.
     */
    public List<ApiCall> calls(Plan plan) {
        return Calls.of(plan);
    }

    @Override
    public void close() {
        if (owned) {
            clients.close();
        }
    }

    @Override
    public String toString() {
        return app.key();
    }

    /** Collects the settings of a target. Not thread-safe. */
    public static final class Builder {
        private final String cluster;
        private final String service;
        private @Nullable AwsClients clients;
        private @Nullable String container;
        private @Nullable String listener;
        private @Nullable String rule;
        private @Nullable String testListener;
        private @Nullable URI liveAt;
        private @Nullable URI previewAt;
        private int toleratedFailures;
        private Duration capacityWait = Duration.ZERO;
        private Time time = Time.system();

        private Builder(String cluster, String service) {
            this.cluster = Objects.requireNonNull(cluster, "cluster");
            this.service = Objects.requireNonNull(service, "service");
            if (!service.matches("[a-zA-Z0-9_-]{1,249}")) {
                throw new IllegalArgumentException(
                        "The service must be a name of up to 249 letters, digits, '-' and '_'"
                                + " (the second one's ends with -green), but is '" + service + "'");
            }
        }

        /** Sets the clients to use, which stay open; default: {@link AwsClients#standard()}, closed with the target. */
        public Builder clients(AwsClients clients) {
            this.clients = Objects.requireNonNull(clients, "clients");
            return this;
        }

        /** Sets the container that runs the release; default: the one that the load balancer reaches, or the only one. */
        public Builder container(String container) {
            this.container = Objects.requireNonNull(container, "container");
            return this;
        }

        /** Sets the ARN of the listener that is weighted; default: all that lead to the service. */
        public Builder listener(String arn) {
            this.listener = Objects.requireNonNull(arn, "arn");
            return this;
        }

        /** Sets the ARN of the one rule that is weighted; default: all that lead to the service. */
        public Builder rule(String arn) {
            this.rule = Objects.requireNonNull(arn, "arn");
            return this;
        }

        /** Sets the ARN of a listener whose default action leads to the candidate; default: none, and no preview. */
        public Builder testListener(String arn) {
            this.testListener = Objects.requireNonNull(arn, "arn");
            return this;
        }

        /** Sets where users reach the application, such as its public address; default: the load balancer's. */
        public Builder liveAt(URI liveAt) {
            this.liveAt = Objects.requireNonNull(liveAt, "liveAt");
            return this;
        }

        /** Sets where a group is reached before it has traffic; default: the test listener. */
        public Builder previewAt(URI previewAt) {
            this.previewAt = Objects.requireNonNull(previewAt, "previewAt");
            return this;
        }

        /** Sets how many tasks of a release may fail before it counts as failed; default 0: the first one counts. */
        public Builder toleratedFailures(int tasks) {
            if (tasks < 0) {
                throw new IllegalArgumentException("toleratedFailures must not be negative, but is " + tasks);
            }
            this.toleratedFailures = tasks;
            return this;
        }

        /** Sets how long tasks may wait for capacity, for clusters that add some on demand; default zero. */
        public Builder waitForCapacity(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("waitForCapacity must not be negative, but is " + time);
            }
            this.capacityWait = time;
            return this;
        }

        /** Sets the time that the target goes by; default this machine's. */
        public Builder time(Time time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Returns the target. Calls nothing yet. */
        public EcsTarget build() {
            return new EcsTarget(this);
        }
    }
}
