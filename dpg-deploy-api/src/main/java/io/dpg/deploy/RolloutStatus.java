package io.dpg.deploy;

/**
 * A running rollout at one moment.
 *
 * @param rollout the rollout's id
 * @param state what it is doing
 * @param step number of the present step, from 1; 0 before the first
 * @param steps number of steps of the present plan
 * @param what the present step, or why it waits
 * @param observed the target as last observed
 */
public record RolloutStatus(String rollout, State state, int step, int steps, String what, Observation observed) {

    /** What a rollout is doing. */
    public enum State {
        /** Going forward. */
        RUNNING,
        /** Staying where it is until somebody resumes, promotes or aborts. */
        PAUSED,
        /** Returning to stable. */
        GOING_BACK,
        /** Ended. */
        FINISHED
    }
}
