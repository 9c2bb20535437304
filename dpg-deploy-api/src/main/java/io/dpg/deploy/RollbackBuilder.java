package io.dpg.deploy;

import io.dpg.deploy.check.Check;
import io.dpg.deploy.engine.Engine;
import io.dpg.deploy.engine.Rollbacks;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a rollback is to do: itself a rollout, with a plan and checks, to a revision that ran before. Instant
 * where the old group still runs. Not thread-safe.
 */
public final class RollbackBuilder {

    private final Engine engine;
    private final Target target;
    private @Nullable String version;
    private Environment environment = Environment.of("default");
    private @Nullable Strategy strategy;
    private final List<Check> checks = new ArrayList<>();
    private Limits limits = Limits.DEFAULT;
    private IfRunning ifRunning = IfRunning.REFUSE;
    private @Nullable String requestedBy;
    private boolean evenIfSchemaMoved;

    RollbackBuilder(Engine engine, Target target) {
        this.engine = engine;
        this.target = target;
    }

    /** Sets the version to return to. Default: what was promoted before what serves now. */
    public RollbackBuilder to(String version) {
        this.version = version;
        return this;
    }

    /**
     * Sets the environment, whose variables and secrets the old release needs if it must be launched again. Its approval
     * is not asked for: going back is what one does in a hurry.
     */
    public RollbackBuilder environment(Environment environment) {
        this.environment = environment.withoutApproval();
        return this;
    }

    /** Sets how to return. Default: all traffic at once, without a watch; in place where two groups cannot run. */
    public RollbackBuilder strategy(Strategy strategy) {
        this.strategy = strategy;
        return this;
    }

    /** Adds checks of the old release, made before it gets traffic and after. Default: none. */
    public RollbackBuilder verify(Check... checks) {
        this.checks.addAll(List.of(checks));
        return this;
    }

    /** Sets how long steps may take. Default: {@link Limits#DEFAULT}. */
    public RollbackBuilder limits(Limits limits) {
        this.limits = limits;
        return this;
    }

    /** Sets what to do when a rollout of the target is running. Default: {@link IfRunning#REFUSE}. */
    public RollbackBuilder ifRunning(IfRunning policy) {
        this.ifRunning = policy;
        return this;
    }

    /**
     * Goes back even past a migration that the old release does not work with. Default: refused. Undo the migration
     * first.
     */
    public RollbackBuilder evenIfSchemaMoved() {
        this.evenIfSchemaMoved = true;
        return this;
    }

    /** Sets who asks for it. Default: the user of this process. */
    public RollbackBuilder requestedBy(String requester) {
        this.requestedBy = requester;
        return this;
    }

    /**
     * Returns what would be done. Touches nothing.
     *
     * @throws PlanInvalidException if there is nothing to return to; says which versions there are
     */
    public Plan plan() {
        return rollout().plan();
    }

    /** Starts, and returns the running rollback. */
    public Rollout start() {
        return rollout().start();
    }

    /** Starts, and waits for the end. */
    public RolloutResult execute() {
        return rollout().execute();
    }

    private RolloutBuilder rollout() {
        Known known = Rollbacks.find(engine, target, version);
        if (!evenIfSchemaMoved) {
            Rollbacks.requireSchema(engine, target, known);
        }
        Strategy how = strategy != null
                ? strategy
                : target.capabilities().contains(Capability.TWO_GROUPS)
                        ? BlueGreen.standard().bakeTime(Duration.ZERO)
                        : Rolling.standard();
        String name = Rollbacks.application(engine, target);
        RolloutBuilder builder = new RolloutBuilder(
                        engine, target, Release.of(name, known.version()), how, known.revision(), true)
                .environment(environment)
                .verify(checks.toArray(Check[]::new))
                .limits(limits)
                .ifRunning(ifRunning);
        return requestedBy == null ? builder : builder.requestedBy(requestedBy);
    }
}
