package io.dpg.deploy.aws.internal.ecs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

/**
 * Which tasks can take requests: those that run what is asked for, whose containers' own checks say so, and whose targets
 * the load balancer found healthy. Tasks and targets are trusted, and no summary of theirs. Pure.
 */
final class Readiness {

    private Readiness() {}

    /** Returns how many tasks of what the service of {@code view} asks for are ready. */
    static int current(SlotView view) {
        return count(view, true);
    }

    /** Returns how many tasks of whatever revision are ready. */
    static int all(SlotView view) {
        return count(view, false);
    }

    private static int count(SlotView view, boolean currentOnly) {
        List<Task> running = view.tasks().stream().filter(t -> runs(t, view)).toList();
        List<Task> counted =
                running.stream().filter(t -> !currentOnly || view.current(t)).toList();
        if (view.group().isEmpty()) {
            return counted.size();
        }
        Map<String, Boolean> targets = new HashMap<>();
        for (TargetHealthDescription target : view.targets()) {
            boolean healthy = target.targetHealth().state() == TargetHealthStateEnum.HEALTHY;
            targets.merge(target.target().id(), healthy, Boolean::logicalOr);
        }
        int ready = 0;
        int unknown = 0;
        int others = 0;
        for (Task task : running) {
            Boolean healthy = address(task).map(targets::remove).orElse(null);
            boolean counts = counted.contains(task);
            if (healthy != null) {
                ready += counts && healthy ? 1 : 0;
            } else if (counts) {
                unknown++;
            } else {
                others++;
            }
        }
        // Where tasks do not tell their targets (bridge and host networks), the healthy targets that are nobody's are
        // counted instead, those of tasks of other revisions first.
        int left = (int) targets.values().stream().filter(h -> h).count();
        return ready + Math.max(0, Math.min(unknown, left - others));
    }

    private static boolean runs(Task task, SlotView view) {
        boolean running = "RUNNING".equals(task.lastStatus()) && !"STOPPED".equals(task.desiredStatus());
        boolean checked = view.definition() != null && view.definition().checksHealth() && view.current(task);
        return running
                && task.healthStatus() != HealthStatus.UNHEALTHY
                && (!checked || task.healthStatus() == HealthStatus.HEALTHY);
    }

    /** Returns the address under which a task with a network interface of its own is a target. */
    static Optional<String> address(Task task) {
        return task.attachments().stream()
                .filter(a -> "ElasticNetworkInterface".equals(a.type()))
                .flatMap(a -> a.details().stream())
                .filter(d -> "privateIPv4Address".equals(d.name()) || "privateIPv6Address".equals(d.name()))
                .map(KeyValuePair::value)
                .findFirst();
    }
}
