package io.dpg.deploy;

import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.engine.Engine;
import io.dpg.deploy.engine.Parts;
import io.dpg.deploy.engine.Spec;
import io.dpg.deploy.spi.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes up the unfinished rollout of a target. The journal holds everything but code: checks, analyses, gates, hooks and
 * the migration must be brought again. Where the remaining steps name one that was not brought, the rollout goes back to
 * stable. Not thread-safe.
 */
public final class ResumeBuilder {

    private final Engine engine;
    private final Target target;
    private final List<Check> checks = new ArrayList<>();
    private final List<Analysis> analyses = new ArrayList<>();
    private final List<Gate> gates = new ArrayList<>();
    private final List<Spec.NamedHook> hooks = new ArrayList<>();
    private @Nullable Migration migration;
    private boolean rollBack;

    ResumeBuilder(Engine engine, Target target) {
        this.engine = engine;
        this.target = target;
    }

    /** Brings checks again. */
    public ResumeBuilder verify(Check... checks) {
        this.checks.addAll(List.of(checks));
        return this;
    }

    /** Brings analyses again; each begins anew, as progress that was only in memory never decides. */
    public ResumeBuilder analyze(Analysis... analyses) {
        this.analyses.addAll(List.of(analyses));
        return this;
    }

    /** Brings analyses again that look over several steps; the same as {@link #analyze}, for symmetry. */
    public ResumeBuilder watch(Analysis... analyses) {
        return analyze(analyses);
    }

    /** Brings gates again; an approval among them keeps what was decided and when waiting began. */
    public ResumeBuilder gate(Gate... gates) {
        this.gates.addAll(List.of(gates));
        return this;
    }

    /** Brings a hook again. */
    public ResumeBuilder hook(String name, Hook hook) {
        hooks.add(new Spec.NamedHook(name, Spec.When.BEFORE_LAUNCH, hook));
        return this;
    }

    /** Brings the migration again. */
    public ResumeBuilder migrate(Migration migration) {
        this.migration = migration;
        return this;
    }

    /** Goes back to stable instead of on. */
    public ResumeBuilder rollBack() {
        this.rollBack = true;
        return this;
    }

    /** Takes the rollout up once its last owner is dead or its lease has passed; empty where none is unfinished. */
    public Optional<Rollout> start() {
        return engine.resume(new Parts(target, checks, analyses, gates, hooks, migration, rollBack));
    }

    /** Takes the rollout up and waits for its end; empty where none is unfinished. */
    public Optional<RolloutResult> execute() {
        return start().map(rollout -> RolloutBuilder.await(engine, rollout));
    }
}
