package io.dpg.deploy.aws;

/**
 * A kind of call that a step of a plan may make, once or more often.
 *
 * @param step the step's number in the plan, from 1; 0 for what comes before the first
 * @param action the call as an IAM action, such as {@code ecs:UpdateService}
 * @param changes whether it changes anything
 */
public record ApiCall(int step, String action, boolean changes) {}
