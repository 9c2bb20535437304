package io.dpg.deploy.k8s;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.k8s.internal.Api;
import io.dpg.deploy.k8s.internal.App;
import io.dpg.deploy.k8s.internal.Clients;
import io.dpg.deploy.k8s.internal.Permissions.Feature;
import io.dpg.deploy.k8s.internal.Work;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An application on Kubernetes: a Deployment and the Service that sends requests to its pods, as they are. Nothing has to
 * be installed in the cluster, and adopting restarts no pod.
 *
 * <p>The Deployment is slot {@code BLUE}. Slot {@code GREEN} is a second Deployment, {@code <name>-green}, made as a copy of
 * it when first needed. Traffic is switched by the Service's selector; shares between the two are given by a
 * {@link TrafficRouter}, or without one approximately, by the number of endpoints. A release's settings and the
 * environment's variables become variables of the container.
 *
 * <p>Thread-safe. Close it to end its watches and the client that it opened; using it after that is an error.
 */
public final class KubernetesTarget implements Target, AutoCloseable {

    /** How long a pod that is to end still answers, unless {@link Builder#preStopDelay} says otherwise. */
    public static final Duration DEFAULT_PRE_STOP = Duration.ofSeconds(5);

    /**
     * How long after an outage of the API server nodes may still send requests where they went before. kube-proxy takes its
     * watches up again after pauses that double up to 30 s and are stretched by up to as much again (client-go's
     * {@code NewReflector}); the rest is for reading and writing the rules.
     */
    public static final Duration DEFAULT_SETTLE = Duration.ofSeconds(65);

    private static final Duration GIVE_BACK_TTL = Duration.ofMinutes(30);
    private static final Duration GIVE_BACK_DRAIN = Duration.ofSeconds(5);

    private final App app;
    private final Time time;
    private final KubernetesClient client;
    private final Work work;
    private final @Nullable TrafficRouter router;
    private final @Nullable URI liveAt;
    private final @Nullable URI previewAt;
    private final @Nullable KubernetesClient owned;
    private final Journal journal;
    private final boolean journalElsewhere;

    private KubernetesTarget(Builder builder) {
        this.app = new App(
                builder.namespace,
                builder.deployment,
                builder.service,
                builder.container,
                builder.port,
                builder.preStop,
                builder.toleratedRestarts,
                builder.nodeWait,
                builder.settle);
        KubernetesClient given = builder.client;
        this.owned = given == null ? Clients.open(builder.kubeconfig, builder.context) : null;
        this.router = builder.router;
        this.time = builder.time;
        this.liveAt = builder.liveAt;
        this.previewAt = builder.previewAt;
        this.client = given == null ? Objects.requireNonNull(owned) : given;
        this.journal = KubernetesJournal.in(client, app.namespace());
        this.journalElsewhere = builder.journalElsewhere;
        Set<Feature> features =
                journalElsewhere ? EnumSet.of(Feature.TARGET) : EnumSet.of(Feature.TARGET, Feature.JOURNAL);
        this.work = new Work(new Api(client, app, builder.time, features), router, builder.nodeHost);
    }

    /** Begins to describe the target that adopts the Deployment {@code name}; its namespace is {@code default}. */
    public static Builder deployment(String name) {
        return new Builder(name);
    }

    @Override
    public String key() {
        return app.key();
    }

    @Override
    public Set<Capability> capabilities() {
        EnumSet<Capability> can =
                EnumSet.of(Capability.TWO_GROUPS, Capability.PREVIEW_ENDPOINT, Capability.IN_PLACE_UPDATE);
        can.add(router == null ? Capability.APPROXIMATE_TRAFFIC : router.capability());
        if (work.autoscaled()) {
            can.add(Capability.AUTOSCALED);
        }
        return can;
    }

    @Override
    public Observation observe() {
        return work.observe();
    }

    @Override
    public AutoCloseable watch(Runnable onChange) {
        return work.watch(onChange);
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
     * Returns the journal in the application's namespace, so that any machine with access resumes; none where it is kept
     * {@linkplain Builder#journalElsewhere() elsewhere}.
     */
    @Override
    public Optional<Journal> journal() {
        return journalElsewhere ? Optional.empty() : Optional.of(journal);
    }

    /**
     * Gives the application back as a plain Deployment and Service that run what serves now, with no label, annotation or
     * object of ours left (but Secrets that its variables name), and without losing a request. Where its pods carry labels
     * of ours they are replaced, one after the other or by a group beside them. A later rollout adopts it anew.
     *
     * @param limit how long each wait may take, for example until the replaced pods are ready
     * @throws DeployException if a rollout is running or has not ended, or a wait takes too long; calling again goes on
     */
    public void giveBack(Duration limit) {
        Lease lease = journal.acquire(key(), "giveBack-" + UUID.randomUUID(), GIVE_BACK_TTL, time.now())
                .orElseThrow(() -> new DeployException(
                        "Tried to give " + key() + " back, but a rollout is running",
                        DeployException.Details.NONE.at("kubernetes", key()).remedy("wait for its end, or abort it")));
        try {
            Fence fence = new Fence(Math.max(lease.fence().number(), work.seen()));
            work.giveBack(fence, limit, GIVE_BACK_DRAIN);
        } finally {
            journal.release(lease);
        }
    }

    @Override
    public void close() {
        work.close();
        if (owned != null) {
            owned.close();
        }
    }

    @Override
    public String toString() {
        return app.key();
    }

    /** Collects the settings of a target. Not thread-safe. */
    public static final class Builder {
        private final String deployment;
        private String namespace = "default";
        private @Nullable String service;
        private @Nullable String container;
        private @Nullable String port;
        private @Nullable KubernetesClient client;
        private @Nullable Path kubeconfig;
        private @Nullable String context;
        private @Nullable TrafficRouter router;
        private boolean journalElsewhere;
        private @Nullable URI liveAt;
        private @Nullable URI previewAt;
        private @Nullable String nodeHost;
        private Duration preStop = DEFAULT_PRE_STOP;
        private Duration nodeWait = Duration.ZERO;
        private Duration settle = DEFAULT_SETTLE;
        private int toleratedRestarts;
        private Time time = Time.system();

        private Builder(String deployment) {
            this.deployment = name("deployment", deployment);
        }

        /** Sets the namespace; default {@code default}. */
        public Builder namespace(String namespace) {
            this.namespace = name("namespace", namespace);
            return this;
        }

        /** Sets the Service that users reach; default: the only one that selects the Deployment's pods. */
        public Builder service(String service) {
            this.service = name("service", service);
            return this;
        }

        /** Sets the container that runs the release; default: the only one, or the one named like the Deployment. */
        public Builder container(String container) {
            this.container = name("container", container);
            return this;
        }

        /** Sets the name or number of the Service port that checks go to; default: the first. */
        public Builder port(String port) {
            this.port = port;
            return this;
        }

        /** Sets the client to use, which stays open; default: one of the target's own, by kubeconfig or in-cluster. */
        public Builder client(KubernetesClient client) {
            this.client = Objects.requireNonNull(client, "client");
            return this;
        }

        /** Sets the kubeconfig; default: {@code KUBECONFIG}, {@code ~/.kube/config}, or the pod's ServiceAccount. */
        public Builder kubeconfig(Path kubeconfig) {
            this.kubeconfig = Objects.requireNonNull(kubeconfig, "kubeconfig");
            return this;
        }

        /** Sets the context of the kubeconfig; default: its current one. */
        public Builder context(String context) {
            this.context = Objects.requireNonNull(context, "context");
            return this;
        }

        /** Sets what splits traffic; default: the Service alone, approximately, by the number of endpoints. */
        public Builder router(TrafficRouter router) {
            this.router = Objects.requireNonNull(router, "router");
            return this;
        }

        /** Sets where users reach the application, such as its public address; default: the Service. */
        public Builder liveAt(URI liveAt) {
            this.liveAt = Objects.requireNonNull(liveAt, "liveAt");
            return this;
        }

        /** Sets where a group is reached before it has traffic; default: a Service made for that. */
        public Builder previewAt(URI previewAt) {
            this.previewAt = Objects.requireNonNull(previewAt, "previewAt");
            return this;
        }

        /** Sets where node ports are reached from here; default: the host of the API server. */
        public Builder nodeHost(String host) {
            this.nodeHost = Objects.requireNonNull(host, "host");
            return this;
        }

        /**
         * Says that the deployer keeps the journal elsewhere, so that none in the cluster is offered and no permission for
         * one is asked for.
         */
        public Builder journalElsewhere() {
            this.journalElsewhere = true;
            return this;
        }

        /**
         * Sets how long pods that we launched still answer when they are to end, so that applications that exit at once
         * lose no request; zero to leave their templates alone. Whole seconds; default {@link #DEFAULT_PRE_STOP}.
         */
        public Builder preStopDelay(Duration delay) {
            if (delay.isNegative() || delay.toMillis() % 1000 != 0) {
                throw new IllegalArgumentException("preStopDelay must be whole seconds from 0, but is " + delay);
            }
            this.preStop = delay;
            return this;
        }

        /** Sets how long a pod may wait for a node, for clusters that add nodes on demand; default zero. */
        public Builder waitForNodes(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("waitForNodes must not be negative, but is " + time);
            }
            this.nodeWait = time;
            return this;
        }

        /**
         * Sets how long after an outage of the API server no pod is ended that had traffic, because nodes may not know yet
         * that it has none any more; default {@link #DEFAULT_SETTLE}. Keep it below {@code Limits.change}.
         */
        public Builder settleAfterOutage(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("settleAfterOutage must not be negative, but is " + time);
            }
            this.settle = time;
            return this;
        }

        /** Sets how often a container may end before its group counts as failed; default 0: the first end counts. */
        public Builder toleratedRestarts(int restarts) {
            if (restarts < 0) {
                throw new IllegalArgumentException("toleratedRestarts must not be negative, but is " + restarts);
            }
            this.toleratedRestarts = restarts;
            return this;
        }

        /** Sets the time that the target goes by; default this machine's. */
        public Builder time(Time time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Returns the target. Calls nothing yet.
         *
         * @throws IllegalArgumentException if settings contradict each other
         */
        public KubernetesTarget build() {
            if (client != null && (kubeconfig != null || context != null)) {
                throw new IllegalArgumentException("Give client, or kubeconfig and context, but not both: a client "
                        + "brings its own cluster along");
            }
            return new KubernetesTarget(this);
        }

        private static String name(String what, String value) {
            if (!Objects.requireNonNull(value, what).matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
                throw new IllegalArgumentException("The " + what + " must be a Kubernetes name (lower case letters, "
                        + "digits, '-' and '.'), but is '" + value + "'");
            }
            return value;
        }
    }
}
