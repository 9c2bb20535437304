package io.dpg.deploy;

/**
 * The user's own step. Must be idempotent: it may be called again after a crash.
 */
@FunctionalInterface
public interface Hook {

    /**
     * Does the user's own work.
     *
     * @param observed the target now
     * @throws Exception to fail the rollout
     */
    void run(Observation observed) throws Exception;
}
