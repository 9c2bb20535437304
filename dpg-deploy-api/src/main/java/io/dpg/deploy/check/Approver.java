package io.dpg.deploy.check;

import io.dpg.deploy.spi.Message;
import java.util.function.Consumer;

/** Somebody, or some place, to ask for consent to a rollout. Implementations are thread-safe. */
@FunctionalInterface
public interface Approver {

    /**
     * Asks, and returns without waiting for the answer. Called again when another process resumes the wait, so the same
     * person may be asked twice; a second consent of the same person changes nothing.
     *
     * @param request what is asked
     * @param answer to be given {@link ApprovalRequest#approve approve}, {@link ApprovalRequest#reject reject} or
     *     {@link ApprovalRequest#revoke revoke}; from any thread, now or later, any number of times
     */
    void ask(ApprovalRequest request, Consumer<Message> answer);
}
