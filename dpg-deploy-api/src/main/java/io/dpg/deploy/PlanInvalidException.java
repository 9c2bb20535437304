package io.dpg.deploy;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration or plan is wrong; lists every fault at once. Nothing was touched. */
public final class PlanInvalidException extends DeployException {

    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /** Reports {@code faults} found while trying to do {@code what}, such as "plan the rollout of dpg-api 1.4.0". */
    public PlanInvalidException(String what, List<Fault> faults) {
        super(
                "Tried to " + what + ", but found " + faults.size() + (faults.size() == 1 ? " fault:" : " faults:")
                        + faults.stream().map(f -> "\n  - " + f).collect(Collectors.joining()),
                Details.NONE.remedy("Correct what is listed; nothing was changed."));
        this.faults = List.copyOf(faults);
    }

    /** Returns every fault, in the order found. */
    public List<Fault> faults() {
        return faults;
    }
}
