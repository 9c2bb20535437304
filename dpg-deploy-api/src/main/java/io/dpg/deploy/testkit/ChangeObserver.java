package io.dpg.deploy.testkit;

import io.dpg.deploy.Observation;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Fence;
import org.jspecify.annotations.Nullable;

/** Sees every call of a {@link SimulatedTarget} that changes something, when it is accepted and before it takes effect. */
@FunctionalInterface
public interface ChangeObserver {

    /**
     * Takes note of a change that was accepted.
     *
     * @param call the method's name
     * @param slot whose group, or null for {@code route}
     * @param routed the traffic asked for, or null for other calls
     * @param seen the target as the deployer last saw it
     * @param with the fence that came with the call
     */
    void accepted(String call, @Nullable Slot slot, @Nullable Traffic routed, Observation seen, Fence with);
}
