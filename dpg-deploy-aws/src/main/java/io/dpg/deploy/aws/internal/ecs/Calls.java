package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.aws.ApiCall;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the steps of a plan may call, so that it can be read before anything runs. Pure; a test holds it against real calls. */
public final class Calls {

    private static final List<String> LOOK = List.of(
            "ecs:DescribeServices",
            "ecs:ListTasks",
            "ecs:DescribeTasks",
            "ecs:DescribeTaskDefinition",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetHealth",
            "application-autoscaling:DescribeScalableTargets");
    private static final List<String> DEFINE = List.of("ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition");
    private static final List<String> TAG = List.of("ecs:TagResource", "ecs:UntagResource");
    private static final List<String> WEIGH =
            List.of("elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule");
    private static final List<String> HOLD = List.of("application-autoscaling:RegisterScalableTarget");
    private static final List<String> FOLLOW = List.of(
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:PutScalingPolicy",
            "application-autoscaling:DescribeScheduledActions",
            "application-autoscaling:PutScheduledAction");
    private static final List<String> SECOND = List.of(
            "elasticloadbalancing:CreateTargetGroup",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            "elasticloadbalancing:ModifyTargetGroupAttributes",
            "ecs:CreateService");

    private Calls() {}

    /** Returns the calls of {@code plan}, those before its first step included. */
    public static List<ApiCall> of(Plan plan) {
        Set<ApiCall> all = new LinkedHashSet<>();
        add(all, 0, LOOK);
        add(all, 0, List.of("ecs:ListTaskDefinitions", "ecs:TagResource"));
        for (int i = 0; i < plan.steps().size(); i++) {
            int number = i + 1;
            add(all, number, LOOK);
            of(plan.steps().get(i)).forEach(part -> add(all, number, part));
        }
        return List.copyOf(all);
    }

    private static List<List<String>> of(Step step) {
        List<List<String>> parts = new ArrayList<>();
        if (step instanceof Step.Launch launch) {
            parts.addAll(List.of(DEFINE, WEIGH, HOLD, TAG, List.of("ecs:UpdateService")));
            if (launch.slot() == Slot.GREEN) {
                parts.add(SECOND);
            }
        } else if (step instanceof Step.Update) {
            parts.addAll(List.of(DEFINE, TAG, List.of("ecs:UpdateService")));
        } else if (step instanceof Step.Scale) {
            parts.add(List.of("ecs:UpdateService"));
        } else if (step instanceof Step.Shift) {
            parts.addAll(List.of(WEIGH, FOLLOW, TAG));
        } else if (step instanceof Step.Retire) {
            parts.addAll(List.of(FOLLOW, TAG, List.of("ecs:UpdateService")));
        } else if (step instanceof Step.Verify) {
            parts.add(List.of("elasticloadbalancing:DescribeLoadBalancers"));
        }
        return parts;
    }

    private static void add(Set<ApiCall> all, int step, List<String> actions) {
        for (String action : actions) {
            String operation = action.substring(action.indexOf(':') + 1);
            boolean reads = operation.startsWith("Describe") || operation.startsWith("List");
            all.add(new ApiCall(step, action, !reads));
        }
    }
}
