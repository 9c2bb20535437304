package io.dpg.deploy.check;

/**
 * What a gate decided.
 *
 * @param state whether it opened
 * @param reason why, in a sentence
 */
public record GateDecision(State state, String reason) {

    /** Whether a gate opened. */
    public enum State {
        /** Go on. */
        OPEN,
        /** Never: the rollout is rejected. */
        CLOSED,
        /** Not yet. */
        WAITING
    }

    /** Returns the decision to go on. */
    public static GateDecision open(String reason) {
        return new GateDecision(State.OPEN, reason);
    }

    /** Returns the decision to reject the rollout. */
    public static GateDecision closed(String reason) {
        return new GateDecision(State.CLOSED, reason);
    }

    /** Returns the decision to wait. */
    public static GateDecision waiting(String reason) {
        return new GateDecision(State.WAITING, reason);
    }
}
