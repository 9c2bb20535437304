package io.dpg.deploy.verify.load;

import io.dpg.deploy.DeployException;

/** Something that performance can be read from, such as {@link LocustCsv}. Implementations are thread-safe. */
@FunctionalInterface
public interface PerformanceReport {

    /**
     * Reads the figures; each time anew, when a gate asks.
     *
     * @throws DeployException if there is no report, or it cannot be understood
     */
    Performance measured();
}
