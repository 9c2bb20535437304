package io.dpg.deploy;

import io.dpg.deploy.engine.DeployerParts;
import io.dpg.deploy.engine.Engine;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where everything begins: plans, starts, resumes and rolls back rollouts. Thread-safe; one for a whole application is
 * enough. Close it at the end; rollouts under way then stop where they are and can be resumed.
 */
public final class Deployer implements AutoCloseable {

    private final Engine engine;
    private final DeployerParts parts;

    private Deployer(DeployerParts parts) {
        this.parts = parts;
        this.engine = parts.engine();
    }

    /** Returns a builder with defaults for everything. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a deployer with defaults for everything. */
    public static Deployer create() {
        return builder().build();
    }

    /** Begins to say what to roll out on {@code target}. */
    public RolloutBuilder.NeedsRelease rollout(Target target) {
        return new RolloutBuilder.NeedsRelease(engine, target);
    }

    /** Begins to say what to roll back on {@code target}; by default, to what was promoted before. */
    public RollbackBuilder rollback(Target target) {
        return new RollbackBuilder(engine, Objects.requireNonNull(target, "target"));
    }

    /** Begins to take up the rollout of {@code target} that another process left unfinished. */
    public ResumeBuilder resume(Target target) {
        return new ResumeBuilder(engine, Objects.requireNonNull(target, "target"));
    }

    /** Returns the rollouts that run in this deployer. */
    public Collection<Rollout> running() {
        return engine.running();
    }

    /** Aborts the rollout of {@code target}, whichever process runs it. Returns whether there was one; else nothing happens. */
    public boolean abort(Target target) {
        return say(target, Message.Kind.ABORT, engine.user(), "");
    }

    /** Consents to the approval that the rollout of {@code target} waits for. Returns whether there was a rollout. */
    public boolean approve(Target target, String by, String comment) {
        return say(target, Message.Kind.APPROVE, by, comment);
    }

    /** Refuses the approval that the rollout of {@code target} waits for. Returns whether there was a rollout. */
    public boolean reject(Target target, String by, String comment) {
        return say(target, Message.Kind.REJECT, by, comment);
    }

    /** Takes back a consent given earlier. Returns whether there was a rollout. */
    public boolean revoke(Target target, String by, String comment) {
        return say(target, Message.Kind.REVOKE, by, comment);
    }

    /** Pauses the rollout of {@code target}, whichever process runs it. Returns whether there was one. */
    public boolean pause(Target target) {
        return say(target, Message.Kind.PAUSE, engine.user(), "");
    }

    /** Lets the paused rollout of {@code target} go on, whichever process runs it. Returns whether there was one. */
    public boolean unpause(Target target) {
        return say(target, Message.Kind.RESUME, engine.user(), "");
    }

    private boolean say(Target target, Message.Kind kind, String by, String comment) {
        return engine.say(target, new Message(kind, by, comment, engine.time().now()));
    }

    /**
     * Stops every rollout under way where it is, resumable, and ends all threads; waits at most 10 seconds for
     * that, and as long for listeners to hear of it.
     */
    @Override
    public void close() {
        engine.close();
        parts.close();
    }

    /** Collects settings of a deployer. Not thread-safe. */
    public static final class Builder {
        private final List<Listener> listeners = new ArrayList<>();
        private @Nullable Journal journal;
        private Time time = Time.system();
        private @Nullable Executor executor;
        private @Nullable String owner;
        private @Nullable Secrets secrets;
        private String user = System.getProperty("user.name", "unknown");
        private Duration leaseTtl = Duration.ofSeconds(30);

        private Builder() {}

        /** Adds a listener. Default: none. */
        public Builder listener(Listener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Sets where to record. Default: the target's own journal; in memory where it has none. */
        public Builder journal(Journal journal) {
            this.journal = Objects.requireNonNull(journal, "journal");
            return this;
        }

        /** Sets who resolves secrets. Default: {@link Secrets#standard()}. */
        public Builder secrets(Secrets secrets) {
            this.secrets = Objects.requireNonNull(secrets, "secrets");
            return this;
        }

        /** Sets the time to go by. Default: this machine's. */
        public Builder time(Time time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Sets what gives each rollout its thread, which it keeps until its end. Default: virtual threads where the JVM
         * has them, else daemon threads. {@code Runnable::run} makes {@code start()} return at the end of the rollout.
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /** Sets the name under which leases are held. Default: host, process and a number. */
        public Builder owner(String owner) {
            this.owner = Objects.requireNonNull(owner, "owner");
            return this;
        }

        /** Sets who asks for rollouts and speaks to them, unless named. Default: the user of this process. */
        public Builder user(String user) {
            this.user = Objects.requireNonNull(user, "user");
            return this;
        }

        /**
         * Sets how long a lease lasts unless renewed, which happens three times as often: the longest that a rollout
         * stays without an owner when its process dies on another host. Default: 30 seconds.
         *
         * @throws IllegalArgumentException if it is less than a second
         */
        public Builder leaseTtl(Duration ttl) {
            if (ttl.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("leaseTtl must be at least 1 second, but is " + ttl);
            }
            this.leaseTtl = ttl;
            return this;
        }

        /** Returns the deployer. */
        public Deployer build() {
            return new Deployer(new DeployerParts(
                    List.copyOf(listeners),
                    journal,
                    time,
                    executor,
                    owner,
                    user,
                    leaseTtl,
                    secrets == null ? Secrets.builder().time(time).build() : secrets));
        }
    }
}
