package io.dpg.deploy.check;

/** A health or smoke verification of an endpoint. Implementations are immutable and thread-safe. */
public interface Check {

    /** Returns the name, unique within a rollout. */
    String name();

    /**
     * Looks once, retries of its own included, and says what it found. Must respect
     * {@link CheckContext#remaining()}; the engine interrupts it when that has passed.
     *
     * @throws Exception if the check could not be made; counts as {@link CheckResult.Status#ERROR}
     */
    CheckResult run(CheckContext context) throws Exception;

    /** Returns whether a failure fails the rollout ({@code true}, the default) or is only reported. */
    default boolean critical() {
        return true;
    }
}
