package io.dpg.deploy.check;

import io.dpg.deploy.spi.Message;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Evidence or consent needed before anything is changed: reports, an approval. Implementations are immutable; what they
 * need to remember across a restart is in {@link GateContext#messages()}.
 */
public interface Gate {

    /** Returns the name, unique within a rollout. */
    String name();

    /**
     * Decides from what is known now. Asked again every {@link #interval()} while {@link GateDecision.State#WAITING},
     * and at once when a message arrives.
     *
     * @throws Exception if the gate could not decide; it then stays closed and the rollout is rejected
     */
    GateDecision evaluate(GateContext context) throws Exception;

    /**
     * Called once when waiting starts, and again when another process resumes the wait; {@code answer} may be called
     * from any thread, now or later. An exception is warned of and changes nothing.
     */
    default void waitingStarts(GateContext context, Consumer<Message> answer) {}

    /** Returns how often to look again; default 10 seconds. */
    default Duration interval() {
        return Duration.ofSeconds(10);
    }

    /** Returns how long to wait at most, or null for the rollout's limit for gates. */
    default @org.jspecify.annotations.Nullable Duration limit() {
        return null;
    }
}
