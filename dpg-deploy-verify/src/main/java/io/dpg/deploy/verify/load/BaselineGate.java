package io.dpg.deploy.verify.load;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;

/**
 * Opens where a report is as good as the baseline, within what is tolerated; made by {@link PerformanceBaseline#gate}.
 * Never waits: a report that is missing or cannot be understood closes it. Immutable and thread-safe.
 */
public final class BaselineGate implements Gate {

    private final String name;
    private final PerformanceBaseline baseline;
    private final PerformanceReport report;

    BaselineGate(String name, PerformanceBaseline baseline, PerformanceReport report) {
        this.name = name;
        this.baseline = baseline;
        this.report = report;
    }

    /**
     * Returns a copy with another name, which is also the name of its profile unless the baseline says one; default
     * {@code performance}.
     */
    public BaselineGate named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a gate must not be blank");
        }
        return new BaselineGate(name, baseline, report);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GateDecision evaluate(GateContext context) {
        try {
            Performance measured = report.measured();
            Comparison comparison = baseline.compare(name, measured);
            if (!comparison.good()) {
                return GateDecision.closed(comparison.text());
            }
            baseline.measured(
                    context.rollout(), name, measured, context.release().version(), context.now());
            return GateDecision.open(comparison.text());
        } catch (DeployException e) {
            return GateDecision.closed(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
