package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Slot;
import io.dpg.deploy.engine.Outcomes.StepFailed;

/** Whether a candidate under observation keeps the instances that its traffic needs. */
final class Health {

    /** A candidate that lacks instances on this many looks in a row has failed; one look may be a passing restart. */
    private static final int UNHEALTHY_LOOKS = 3;

    private final Run run;
    private final Slot candidate;
    private int unhealthy;

    Health(Run run, Slot candidate) {
        this.run = run;
        this.candidate = candidate;
    }

    /**
     * Takes in a look.
     *
     * @throws StepFailed if the candidate failed for good, lost all instances, or lacked some too often
     */
    void check(Observation now) {
        run.failOnFatal(now, candidate);
        int share = now.weight(candidate);
        boolean enough = now.ready(candidate) >= Group.needed(share, run.plan.full());
        unhealthy = enough ? 0 : unhealthy + 1;
        if (unhealthy >= UNHEALTHY_LOOKS || (share > 0 && now.ready(candidate) == 0)) {
            throw new StepFailed("the candidate lost instances while it was watched: " + now, true);
        }
    }
}
