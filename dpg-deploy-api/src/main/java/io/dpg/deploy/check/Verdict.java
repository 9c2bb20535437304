package io.dpg.deploy.check;

/** What an analysis says. Only {@link #PASS} lets a rollout go on. */
public enum Verdict {
    /** Enough evidence, and nothing against the candidate. */
    PASS,
    /** The candidate is bad. */
    FAIL,
    /** Not enough evidence either way; hold. */
    INCONCLUSIVE,
    /** The analysis itself could not be made. */
    ERROR
}
