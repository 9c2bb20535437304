package io.dpg.deploy.aws.testkit;

import java.time.Instant;

/**
 * One request that arrived.
 *
 * @param service {@code ecs}, {@code elasticloadbalancing}, {@code application-autoscaling} or {@code logs}: the prefix that
 *     IAM actions have
 * @param operation such as {@code UpdateService}
 * @param at when, by the fake's time
 * @param outcome {@code ok}, an error's code, {@code cut} (before the effect) or {@code lost} (after it)
 */
public record FakeCall(String service, String operation, Instant at, String outcome) {

    /** Returns whether the call may change something. */
    public boolean changes() {
        return !operation.startsWith("Describe") && !operation.startsWith("List") && !operation.startsWith("Get");
    }

    /** Returns the call as an IAM action, such as {@code ecs:UpdateService}. */
    public String action() {
        return service + ":" + operation;
    }
}
