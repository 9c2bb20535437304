package io.dpg.deploy;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Approval;
import io.dpg.deploy.check.Approver;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.engine.Engine;
import io.dpg.deploy.engine.Spec;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a rollout is to do. Target, release and strategy are required and come first; everything else has a
 * default. Not thread-safe; can be used for one rollout after the other.
 */
public final class RolloutBuilder {

    private final Engine engine;
    private final Target target;
    private final Release release;
    private final Strategy strategy;
    private final @Nullable Revision revision;
    private final boolean rollback;
    private Environment environment = Environment.of("default");
    private final List<Check> checks = new ArrayList<>();
    private final List<Analysis> analyses = new ArrayList<>();
    private final List<Analysis> watches = new ArrayList<>();
    private final List<Gate> gates = new ArrayList<>();
    private final List<Approver> approvers = new ArrayList<>();
    private final List<Spec.NamedHook> hooks = new ArrayList<>();
    private @Nullable Migration migration;
    private Limits limits = Limits.DEFAULT;
    private @Nullable String requestedBy;
    private IfRunning ifRunning = IfRunning.REFUSE;
    private boolean evenIfUnhealthy;

    RolloutBuilder(
            Engine engine,
            Target target,
            Release release,
            Strategy strategy,
            @Nullable Revision revision,
            boolean rollback) {
        this.engine = engine;
        this.target = target;
        this.release = Objects.requireNonNull(release, "release");
        this.strategy = Objects.requireNonNull(strategy, "strategy");
        this.revision = revision;
        this.rollback = rollback;
        this.evenIfUnhealthy = rollback;
    }

    /** The first stage: knows the target, and needs the release. */
    public static final class NeedsRelease {
        private final Engine engine;
        private final Target target;

        NeedsRelease(Engine engine, Target target) {
            this.engine = engine;
            this.target = Objects.requireNonNull(target, "target");
        }

        /** Sets what to run. */
        public NeedsStrategy release(Release release) {
            return new NeedsStrategy(engine, target, release);
        }
    }

    /** The second stage: knows target and release, and needs the strategy. */
    public static final class NeedsStrategy {
        private final Engine engine;
        private final Target target;
        private final Release release;

        NeedsStrategy(Engine engine, Target target, Release release) {
            this.engine = engine;
            this.target = target;
            this.release = release;
        }

        /** Sets how to put it in front of traffic. */
        public RolloutBuilder strategy(Strategy strategy) {
            return new RolloutBuilder(engine, target, release, strategy, null, false);
        }
    }

    /** Sets where and under which policy it runs; its approval, if any, becomes a gate. Default: no policy. */
    public RolloutBuilder environment(Environment environment) {
        this.environment = Objects.requireNonNull(environment, "environment");
        return this;
    }

    /** Adds checks, made before the candidate has traffic and again where users reach it. Default: none. */
    public RolloutBuilder verify(Check... checks) {
        this.checks.addAll(List.of(checks));
        return this;
    }

    /** Adds analyses, which watch the candidate during every bake. Default: none. */
    public RolloutBuilder analyze(Analysis... analyses) {
        this.analyses.addAll(List.of(analyses));
        return this;
    }

    /**
     * Adds analyses that look from the candidate's first traffic to the end, whatever step is under way: one run each over
     * all shares, so that evidence adds up. A failure ends the rollout at once, in the middle of a bake, a check or a
     * pause; the old group stays until all of them pass. Only while a change that somebody else made waits for a person,
     * nothing is judged, as nothing may be touched. Default: none.
     */
    public RolloutBuilder watch(Analysis... analyses) {
        this.watches.addAll(List.of(analyses));
        return this;
    }

    /** Adds gates, which must open before anything is changed. Default: none. */
    public RolloutBuilder gate(Gate... gates) {
        this.gates.addAll(List.of(gates));
        return this;
    }

    /** Adds whom to ask where the environment demands approval. Default: nobody is asked, {@code approve} is waited for. */
    public RolloutBuilder approvers(Approver... approvers) {
        this.approvers.addAll(List.of(approvers));
        return this;
    }

    /** Sets the change of schema that belongs to the release. Default: none. */
    public RolloutBuilder migrate(Migration migration) {
        this.migration = migration;
        return this;
    }

    /** Adds a step of the user's own before anything is launched. */
    public RolloutBuilder beforeLaunch(String name, Hook hook) {
        return hook(name, Spec.When.BEFORE_LAUNCH, hook);
    }

    /** Adds a step of the user's own before the candidate first receives traffic. */
    public RolloutBuilder beforeTraffic(String name, Hook hook) {
        return hook(name, Spec.When.BEFORE_TRAFFIC, hook);
    }

    /** Adds a step of the user's own for when the candidate has all traffic and was watched; a failure goes back. */
    public RolloutBuilder afterPromotion(String name, Hook hook) {
        return hook(name, Spec.When.AFTER_PROMOTION, hook);
    }

    private RolloutBuilder hook(String name, Spec.When when, Hook hook) {
        hooks.add(new Spec.NamedHook(name, when, Objects.requireNonNull(hook, "hook")));
        return this;
    }

    /** Sets how long steps may take. Default: {@link Limits#DEFAULT}. */
    public RolloutBuilder limits(Limits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /** Sets who asks for the rollout, and so cannot approve it. Default: the user of this process. */
    public RolloutBuilder requestedBy(String requester) {
        this.requestedBy = requester;
        return this;
    }

    /** Sets what to do when another rollout of the target is running. Default: {@link IfRunning#REFUSE}. */
    public RolloutBuilder ifRunning(IfRunning policy) {
        this.ifRunning = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** Starts even if what serves now is unhealthy, to release its repair. Default: refused; allowed for a rollback. */
    public RolloutBuilder evenIfUnhealthy() {
        this.evenIfUnhealthy = true;
        return this;
    }

    /**
     * Returns what would be done. Touches nothing.
     *
     * @throws PlanInvalidException with every fault of the configuration at once
     */
    public Plan plan() {
        return engine.plan(spec());
    }

    /**
     * Starts, and returns the running rollout.
     *
     * @throws PlanInvalidException with every fault of the configuration at once
     */
    public Rollout start() {
        return engine.start(spec());
    }

    /**
     * Starts, and waits for the end, and then for at most a second until listeners have heard of it, so that what is
     * printed next comes after what they print.
     *
     * @throws PlanInvalidException with every fault of the configuration at once
     * @throws DeployException if this thread is interrupted while it waits, or this process lost the rollout
     */
    public RolloutResult execute() {
        return await(engine, start());
    }

    static RolloutResult await(Engine engine, Rollout rollout) {
        try {
            RolloutResult result = rollout.await();
            engine.flush();
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeployException(
                    "Tried to wait for rollout " + rollout.id() + ", but this thread was interrupted",
                    DeployException.Details.NONE.remedy("the rollout goes on; take it up with deployer.running()"),
                    e);
        }
    }

    private Spec spec() {
        List<Gate> all = new ArrayList<>(gates);
        environment.approval().ifPresent(p -> all.add(Approval.of(p).askingOn(approvers.toArray(Approver[]::new))));
        return new Spec(
                target,
                release,
                revision,
                strategy,
                environment,
                checks,
                analyses,
                watches,
                all,
                hooks,
                migration,
                limits,
                requestedBy == null ? engine.user() : requestedBy,
                ifRunning,
                evenIfUnhealthy,
                rollback);
    }
}
