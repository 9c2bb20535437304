package io.dpg.deploy.engine;

import io.dpg.deploy.Migration;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.spi.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a rollout that are code and that a resuming process must bring again. */
public record Parts(
        Target target,
        List<Check> checks,
        List<Analysis> analyses,
        List<Gate> gates,
        List<Spec.NamedHook> hooks,
        @Nullable Migration migration,
        boolean rollBack) {

    /** Copies the lists. */
    public Parts {
        checks = List.copyOf(checks);
        analyses = List.copyOf(analyses);
        gates = List.copyOf(gates);
        hooks = List.copyOf(hooks);
    }

    static Parts of(Spec spec) {
        return new Parts(
                spec.target(), spec.checks(), spec.allAnalyses(), spec.gates(), spec.hooks(), spec.migration(), true);
    }
}
