package io.dpg.deploy.spi;

import java.time.Instant;
import java.util.Map;

/**
 * One line of a rollout's write-ahead record. Holds no secret value.
 *
 * @param rollout the rollout's id
 * @param target the target's key
 * @param sequence 0, 1, 2, … without gaps
 * @param fence the writer's fence
 * @param at when it was written
 * @param kind what happened; known to the engine
 * @param data details, known to the engine
 */
public record JournalRecord(
        String rollout, String target, long sequence, long fence, Instant at, Kind kind, Map<String, String> data) {

    /** Copies the map. */
    public JournalRecord {
        data = Map.copyOf(data);
    }

    /** What a record says. */
    public enum Kind {
        /** The rollout began: plan, requester, policy. */
        STARTED,
        /** Another process took the rollout over. */
        TAKEN_OVER,
        /** A step is about to act. */
        INTENT,
        /** A step's effect was read back, or its wait is over. */
        DONE,
        /** The plan was replaced by one that returns to stable. */
        GOING_BACK,
        /** The rollout ended; nothing follows. */
        FINISHED
    }
}
