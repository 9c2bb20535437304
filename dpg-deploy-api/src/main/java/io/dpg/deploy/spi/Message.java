package io.dpg.deploy.spi;

import java.time.Instant;

/**
 * What a person or another process says to a rollout. Kept with the journal, so that it survives a restart.
 *
 * @param kind what is asked or decided
 * @param by who says it
 * @param comment why; may be empty
 * @param at when it was said
 */
public record Message(Kind kind, String by, String comment, Instant at) {

    /** What is said. */
    public enum Kind {
        /** Stop, and return traffic to stable. */
        ABORT,
        /** Stay where you are. */
        PAUSE,
        /** Go on. */
        RESUME,
        /** Do not wait out bake times. */
        PROMOTE,
        /** Consent to the approval that is waited for. */
        APPROVE,
        /** Refuse it. */
        REJECT,
        /** Take back an earlier consent. */
        REVOKE
    }
}
