package io.dpg.deploy.check;

import java.time.Duration;

/**
 * Who must consent, and until when. Approvers are told apart by name; the requester's own consent does not count; one
 * rejection ends it.
 *
 * @param minimum how many different people must consent; default 1
 * @param expires how long to wait; default 24 hours
 * @param approveOnExpiry whether silence is consent; default no
 */
public record ApprovalPolicy(int minimum, Duration expires, boolean approveOnExpiry) {

    /** One approver within 24 hours; silence rejects. */
    public static final ApprovalPolicy DEFAULT = new ApprovalPolicy(1, Duration.ofHours(24), false);

    /** Checks that at least one approver and a positive time are asked for. */
    public ApprovalPolicy {
        if (minimum < 1) {
            throw new IllegalArgumentException("An approval needs at least 1 approver, but minimum is " + minimum);
        }
        if (expires.isNegative() || expires.isZero()) {
            throw new IllegalArgumentException("An approval must be given a positive time, but expires is " + expires);
        }
    }
}
