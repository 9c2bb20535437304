package io.dpg.deploy;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rollout in numbers.
 *
 * @param duration from start to end, waits for approval included
 * @param detect from the moment the candidate was asked for (or first received traffic, where it did) until its failure
 *     was noticed; null where nothing failed
 * @param recover from that notice until all traffic was read back on the group that the rollout ended on; null where
 *     nothing failed
 * @param steps steps done, those of the way back included
 * @param rolledBack whether the rollout went back
 */
public record RolloutMetrics(
        Duration duration,
        @Nullable Duration detect,
        @Nullable Duration recover,
        int steps,
        boolean rolledBack) {

    /** Returns the time to detect, where something failed. */
    public Optional<Duration> timeToDetect() {
        return Optional.ofNullable(detect);
    }

    /** Returns the time to recover, where something failed. */
    public Optional<Duration> timeToRecover() {
        return Optional.ofNullable(recover);
    }
}
