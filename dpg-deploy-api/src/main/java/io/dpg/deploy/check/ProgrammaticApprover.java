package io.dpg.deploy.check;

import io.dpg.deploy.engine.SystemTime;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Time;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Hands what waits for consent to your own code: a chat bot, a web page, a test. Immutable and thread-safe.
 *
 * <pre>{@code
 * Approval.of(policy).askingOn(ProgrammaticApprover.calling(pending -> queue.add(pending)));
 * }</pre>
 */
public final class ProgrammaticApprover implements Approver {

    private final Consumer<Pending> handler;
    private final Time time;

    private ProgrammaticApprover(Consumer<Pending> handler, Time time) {
        this.handler = handler;
        this.time = time;
    }

    /** Returns an approver that calls {@code handler}, which must not wait for people; it may answer at once or later. */
    public static ProgrammaticApprover calling(Consumer<Pending> handler) {
        return new ProgrammaticApprover(Objects.requireNonNull(handler, "handler"), SystemTime.INSTANCE);
    }

    /** Returns a copy that dates answers by {@code time}; default this machine's. */
    public ProgrammaticApprover at(Time time) {
        return new ProgrammaticApprover(handler, Objects.requireNonNull(time, "time"));
    }

    @Override
    public void ask(ApprovalRequest request, Consumer<Message> answer) {
        handler.accept(new Pending(request, answer, time));
    }

    /** A request that waits for consent. Thread-safe. Answers after the end of the wait are ignored. */
    public static final class Pending {
        private final ApprovalRequest request;
        private final Consumer<Message> answer;
        private final Time time;

        private Pending(ApprovalRequest request, Consumer<Message> answer, Time time) {
            this.request = request;
            this.answer = answer;
            this.time = time;
        }

        /** Returns what is asked. */
        public ApprovalRequest request() {
            return request;
        }

        /** Consents in the name of {@code by}. */
        public void approve(String by, String comment) {
            answer.accept(request.approve(by, comment, time.now()));
        }

        /** Refuses in the name of {@code by}. */
        public void reject(String by, String comment) {
            answer.accept(request.reject(by, comment, time.now()));
        }

        /** Takes back an earlier consent of {@code by}. */
        public void revoke(String by, String comment) {
            answer.accept(request.revoke(by, comment, time.now()));
        }
    }
}
