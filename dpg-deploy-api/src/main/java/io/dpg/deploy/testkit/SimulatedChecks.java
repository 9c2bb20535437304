package io.dpg.deploy.testkit;

import io.dpg.deploy.Group;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import java.time.Duration;

/** Checks and metrics of a {@link SimulatedTarget}: they say what the {@link Behaviour} of each version says. */
public final class SimulatedChecks {

    private SimulatedChecks() {}

    /** Returns a check named {@code health} that passes where the version at its endpoint is healthy. */
    public static Check health(SimulatedTarget target) {
        return new Check() {
            @Override
            public String name() {
                return "health";
            }

            @Override
            public CheckResult run(CheckContext context) {
                boolean healthy = context.endpoint()
                        .flatMap(target::versionAt)
                        .map(v -> target.behaviour(v).healthy())
                        .orElse(false);
                return healthy
                        ? CheckResult.passed("health", "healthy", Duration.ZERO)
                        : CheckResult.failed("health", "expected status 200, got 500", Duration.ZERO);
            }
        };
    }

    /**
     * Returns a source whose every metric is the error ratio of the version asked for, or being moved to. As in life there
     * is no ratio of no requests: a group that had no traffic in the time asked for has no data.
     */
    public static MetricSource errorRatio(SimulatedTarget target) {
        return query -> {
            Group.InPlace moving = query.group().inPlace();
            String version = moving == null ? query.group().version() : moving.version();
            Behaviour behaviour = target.behaviour(version);
            return behaviour.metrics() && target.served(query.group().slot(), query.from(), query.to())
                    ? Reading.of(behaviour.errorRatio())
                    : new Reading.NoData("no samples of " + version);
        };
    }
}
