package io.dpg.deploy;

import java.time.Duration;
import java.util.Optional;

/**
 * One run of a plan. Thread-safe. What is asked of it takes effect between two looks at the target, usually within
 * milliseconds; abort wins over everything else that was asked.
 */
public interface Rollout {

    /** Returns the rollout's id: sortable by start time, unique. */
    String id();

    /** Returns the plan it runs; the way back where it goes back. */
    Plan plan();

    /** Returns what it is doing. */
    RolloutStatus status();

    /** Returns the result, once there is one. */
    Optional<RolloutResult> result();

    /**
     * Waits for the end.
     *
     * @throws DeployException if this process lost the rollout: to another process, or because it was closed or
     *     interrupted; the rollout itself is resumable
     * @throws InterruptedException if the waiting thread is interrupted; the rollout goes on
     */
    RolloutResult await() throws InterruptedException;

    /** Waits for the end for at most {@code atMost}; empty where that did not suffice. */
    Optional<RolloutResult> await(Duration atMost) throws InterruptedException;

    /** Stays at the present step until {@link #resume}, {@link #promote} or {@link #abort}, at most the pause limit. */
    void pause();

    /** Goes on after a pause. After a drift, the target is brought back to what the plan says. */
    void resume();

    /** Goes on to the end without waiting out bake times; readiness and checks still count. */
    void promote();

    /** Stops, and returns traffic to stable. Nothing where the rollout has ended or already goes back. */
    void abort();

    /** Consents to the approval that is waited for. */
    void approve(String by, String comment);

    /** Refuses the approval that is waited for. */
    void reject(String by, String comment);
}
