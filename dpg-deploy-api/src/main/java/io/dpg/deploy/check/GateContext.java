package io.dpg.deploy.check;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.spi.Message;
import java.time.Instant;
import java.util.List;

/**
 * What a gate may know.
 *
 * @param rollout the rollout's id
 * @param release what is to be rolled out
 * @param plan what will be done once the gate opens
 * @param requestedBy who asked for the rollout
 * @param waitingSince when this gate was first reached, restarts included
 * @param now the time now
 * @param messages what people said to this rollout, in order
 */
public record GateContext(
        String rollout,
        Release release,
        Plan plan,
        String requestedBy,
        Instant waitingSince,
        Instant now,
        List<Message> messages) {

    /** Copies the list. */
    public GateContext {
        messages = List.copyOf(messages);
    }
}
