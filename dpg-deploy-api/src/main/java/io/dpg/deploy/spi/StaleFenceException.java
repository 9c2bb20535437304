package io.dpg.deploy.spi;

import io.dpg.deploy.DeployException;

/** A change was refused because somebody else has taken over the target since. Repeating cannot help. */
public final class StaleFenceException extends DeployException {

    private static final long serialVersionUID = 1L;

    /** Reports that {@code target} or its journal refused {@code fence} in favour of {@code newer}. */
    public StaleFenceException(String target, long fence, long newer) {
        super(
                "Tried to act on " + target + " with fence " + fence + ", but fence " + newer
                        + " has taken over, so this process lost the right to act",
                new Details(null, target, null, false, "look at the rollout of the other process; stop this one"));
    }
}
