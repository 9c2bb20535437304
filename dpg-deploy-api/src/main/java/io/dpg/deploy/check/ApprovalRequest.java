package io.dpg.deploy.check;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.spi.Message;
import java.time.Instant;

/**
 * What consent is asked for. Immutable.
 *
 * @param rollout the rollout's id
 * @param release what is to be rolled out
 * @param plan what will be done on consent
 * @param requestedBy who asked for the rollout, and cannot consent to it
 * @param policy how many must consent, and what silence means
 * @param waitingSince when the wait began, restarts included
 */
public record ApprovalRequest(
        String rollout, Release release, Plan plan, String requestedBy, ApprovalPolicy policy, Instant waitingSince) {

    /** Returns when silence is taken for an answer. */
    public Instant expiresAt() {
        return waitingSince.plus(policy.expires());
    }

    /** Returns whether {@code name} is the requester; names are compared trimmed and without regard to case. */
    public boolean isRequester(String name) {
        return Approval.key(name).equals(Approval.key(requestedBy));
    }

    /** Returns the consent of {@code by}. */
    public Message approve(String by, String comment, Instant at) {
        return new Message(Message.Kind.APPROVE, by, comment, at);
    }

    /** Returns the refusal of {@code by}. */
    public Message reject(String by, String comment, Instant at) {
        return new Message(Message.Kind.REJECT, by, comment, at);
    }

    /** Returns that {@code by} takes back an earlier consent. */
    public Message revoke(String by, String comment, Instant at) {
        return new Message(Message.Kind.REVOKE, by, comment, at);
    }
}
