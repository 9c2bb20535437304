package io.dpg.deploy;

/** What to do when another rollout of the same target is running. */
public enum IfRunning {
    /** Refuse the newer one; the default. */
    REFUSE,
    /** Abort the running one, wait until traffic is back on stable, and then begin. Inherits nothing from it. */
    SUPERSEDE
}
