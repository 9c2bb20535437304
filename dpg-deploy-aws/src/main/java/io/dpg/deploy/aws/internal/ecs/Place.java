package io.dpg.deploy.aws.internal.ecs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/**
 * A place that forwards requests: a rule of a listener, its default one included. Immutable and pure: what weights it shows,
 * and its actions with others. All other actions, their order, stickiness and the target groups of others stay.
 *
 * @param listener the listener
 * @param rule ARN of the rule; the listener's own ARN for its default
 * @param byDefault whether it is the listener's default
 * @param actions its actions
 */
record Place(Listener listener, String rule, boolean byDefault, List<Action> actions) {

    Place {
        actions = List.copyOf(actions);
    }

    /** Returns what it forwards to; nothing where it forwards nowhere. */
    List<TargetGroupTuple> forwards() {
        return forward().map(Place::tuples).orElse(List.of());
    }

    private Optional<Action> forward() {
        return actions.stream().filter(a -> a.type() == ActionTypeEnum.FORWARD).findFirst();
    }

    private static List<TargetGroupTuple> tuples(Action forward) {
        ForwardActionConfig config = forward.forwardConfig();
        if (config != null && !config.targetGroups().isEmpty()) {
            return config.targetGroups();
        }
        return forward.targetGroupArn() == null
                ? List.of()
                : List.of(TargetGroupTuple.builder()
                        .targetGroupArn(forward.targetGroupArn())
                        .weight(1)
                        .build());
    }

    boolean leadsTo(String group) {
        return forwards().stream().anyMatch(t -> t.targetGroupArn().equals(group));
    }

    /** Returns the weight of {@code group}; zero where it is not forwarded to. A weight that is not stated is 1. */
    int weight(String group) {
        return forwards().stream()
                .filter(t -> t.targetGroupArn().equals(group))
                .mapToInt(t -> t.weight() == null ? 1 : t.weight())
                .sum();
    }

    /**
     * Returns the percentage of {@code group} of what goes to it and {@code other}; nothing where neither has any. Nothing and
     * everything are never rounded to.
     */
    OptionalInt share(String group, String other) {
        int own = weight(group);
        int sum = own + weight(other);
        if (sum == 0) {
            return OptionalInt.empty();
        }
        int share = Math.round(100f * own / sum);
        return OptionalInt.of(own == 0 ? 0 : own == sum ? 100 : Math.max(1, Math.min(99, share)));
    }

    /** Returns the target groups of others that have a weight here. */
    List<String> others(String group, String other) {
        return forwards().stream()
                .filter(t -> t.weight() == null || t.weight() > 0)
                .map(TargetGroupTuple::targetGroupArn)
                .filter(a -> !a.equals(group) && !a.equals(other))
                .toList();
    }

    /** Returns the actions with these weights, by target group; the same where they are there already. */
    List<Action> weighted(Map<String, Integer> weights) {
        if (shows(weights)) {
            return actions;
        }
        List<TargetGroupTuple> groups = new ArrayList<>();
        weights.forEach((group, weight) -> groups.add(tuple(group, weight)));
        for (TargetGroupTuple tuple : forwards()) {
            if (!weights.containsKey(tuple.targetGroupArn())) {
                groups.add(tuple);
            }
        }
        return with(groups);
    }

    /** Returns whether these are the weights of these target groups. */
    boolean shows(Map<String, Integer> weights) {
        return weights.entrySet().stream().allMatch(w -> leadsTo(w.getKey()) && weight(w.getKey()) == w.getValue());
    }

    /** Returns the actions with {@code group} among the target groups, without traffic; the same where it is there. */
    List<Action> attached(String group) {
        if (leadsTo(group)) {
            return actions;
        }
        List<TargetGroupTuple> groups = new ArrayList<>(forwards());
        groups.add(tuple(group, 0));
        return with(groups);
    }

    private List<Action> with(List<TargetGroupTuple> groups) {
        return actions.stream()
                .map(a -> a.type() == ActionTypeEnum.FORWARD ? with(a, groups) : a)
                .toList();
    }

    private static Action with(Action forward, List<TargetGroupTuple> groups) {
        ForwardActionConfig.Builder config =
                forward.forwardConfig() == null ? ForwardActionConfig.builder() : forward.forwardConfig().toBuilder();
        return forward.toBuilder()
                .targetGroupArn(null)
                .forwardConfig(config.targetGroups(groups).build())
                .build();
    }

    private static TargetGroupTuple tuple(String group, int weight) {
        return TargetGroupTuple.builder().targetGroupArn(group).weight(weight).build();
    }
}
