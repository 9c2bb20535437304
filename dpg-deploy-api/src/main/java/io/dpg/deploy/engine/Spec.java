package io.dpg.deploy.engine;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Hook;
import io.dpg.deploy.IfRunning;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.strategy.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the user asked for: everything about a rollout that is code or configuration, as opposed to its plan. */
public record Spec(
        Target target,
        Release release,
        @Nullable Revision revision,
        Strategy strategy,
        Environment environment,
        List<Check> checks,
        List<Analysis> analyses,
        List<Analysis> watches,
        List<Gate> gates,
        List<NamedHook> hooks,
        @Nullable Migration migration,
        Limits limits,
        String requestedBy,
        IfRunning ifRunning,
        boolean evenIfUnhealthy,
        boolean rollback) {

    /** Copies the lists. */
    public Spec {
        checks = List.copyOf(checks);
        analyses = List.copyOf(analyses);
        watches = List.copyOf(watches);
        gates = List.copyOf(gates);
        hooks = List.copyOf(hooks);
    }

    /** Returns the same for a platform that shifts traffic itself, where the target's does. */
    Spec asThePlatformDoesIt() {
        return !target.capabilities().contains(Capability.PLATFORM_SHIFTED)
                ? this
                : new Spec(
                        target,
                        release,
                        revision,
                        strategy.byPlatform(),
                        environment,
                        checks,
                        analyses,
                        watches,
                        gates,
                        hooks,
                        migration,
                        limits,
                        requestedBy,
                        ifRunning,
                        evenIfUnhealthy,
                        rollback);
    }

    /** Returns all analyses, those of bakes and those over several steps. */
    List<Analysis> allAnalyses() {
        return Stream.concat(analyses.stream(), watches.stream()).toList();
    }

    Optional<Analysis> analysis(String name) {
        return allAnalyses().stream().filter(a -> a.name().equals(name)).findFirst();
    }

    /** When a hook is called. */
    public enum When {
        /** Before anything is launched. */
        BEFORE_LAUNCH,
        /** Before the candidate first receives traffic. */
        BEFORE_TRAFFIC,
        /** When the candidate has all traffic and was watched, before the old group goes. */
        AFTER_PROMOTION
    }

    /** A user's step. */
    public record NamedHook(String name, When when, Hook hook) {}
}
