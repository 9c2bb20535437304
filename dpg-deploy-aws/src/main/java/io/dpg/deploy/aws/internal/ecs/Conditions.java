package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

/**
 * What AWS says is wrong with a group. Only what speaks of the deployment of what is asked for now counts: stopped tasks and
 * events of earlier ones are kept for hours. Pure.
 */
final class Conditions {

    private Conditions() {}

    static List<Group.Condition> of(SlotView view, EcsApp app, Instant now) {
        Deployment primary = view.primary().orElse(null);
        if (primary == null) {
            return List.of();
        }
        long generation = view.generation();
        List<Group.Condition> found = new ArrayList<>();
        stopped(found, view, primary, app, generation);
        if (primary.rolloutState() == DeploymentRolloutState.FAILED) {
            found.add(new Group.Condition(
                    "DeploymentFailed", "ECS gave up: " + primary.rolloutStateReason(), generation, true));
        }
        unplaced(found, view, primary, app, now, generation);
        unhealthy(found, view, generation);
        return found;
    }

    private static void stopped(
            List<Group.Condition> found, SlotView view, Deployment primary, EcsApp app, long generation) {
        List<Task> failed = view.stopped().stream()
                .filter(view::current)
                .filter(t -> ofDeployment(t, primary))
                .filter(Conditions::failed)
                .sorted(Comparator.comparing(Conditions::stoppedAt))
                .toList();
        for (int i = 0; i < failed.size(); i++) {
            Task task = failed.get(i);
            found.add(new Group.Condition(
                    reason(task),
                    "task " + id(task) + " stopped: " + why(task),
                    generation,
                    i >= app.toleratedFailures()));
        }
    }

    /** Tasks tell the deployment that started them; where an emulator does not, the time does. */
    private static boolean ofDeployment(Task task, Deployment primary) {
        return Objects.equals(task.startedBy(), primary.id())
                || (task.startedBy() == null
                        && task.createdAt() != null
                        && primary.createdAt() != null
                        && !task.createdAt().isBefore(primary.createdAt()));
    }

    /** Not those that a smaller size, a newer deployment or a person ended. */
    private static boolean failed(Task task) {
        String why = String.valueOf(task.stoppedReason());
        return task.stopCode() == TaskStopCode.ESSENTIAL_CONTAINER_EXITED
                || task.stopCode() == TaskStopCode.TASK_FAILED_TO_START
                || why.contains("failed ELB health checks")
                || why.contains("failed container health checks")
                || why.startsWith("Essential container in task exited");
    }

    private static String reason(Task task) {
        String why = why(task);
        if (why.contains("CannotPull") || why.contains("ImageNotFound")) {
            return "ImagePull";
        }
        if (why.contains("ResourceInitializationError")) {
            return "ResourceInitialization";
        }
        if (why.contains("health checks")) {
            return "Unhealthy";
        }
        return why.contains("OutOfMemory") ? "OutOfMemory" : "Crash";
    }

    /** Returns why {@code task} stopped: what ECS says, and what it says of its containers. */
    static String why(Task task) {
        String containers = task.containers().stream()
                .filter(c -> c.exitCode() != null && c.exitCode() != 0 || c.reason() != null)
                .map(Conditions::why)
                .collect(Collectors.joining(", "));
        return task.stoppedReason() + (containers.isEmpty() ? "" : " (" + containers + ")");
    }

    private static String why(Container container) {
        return container.name()
                + (container.exitCode() == null ? "" : " ended with exit code " + container.exitCode())
                + (container.reason() == null ? "" : ": " + container.reason());
    }

    static String id(Task task) {
        return task.taskArn().substring(task.taskArn().lastIndexOf('/') + 1);
    }

    private static Instant stoppedAt(Task task) {
        return task.stoppedAt() == null ? Instant.EPOCH : task.stoppedAt();
    }

    /** ECS tells of missing capacity only in events, again and again while it lasts. */
    private static void unplaced(
            List<Group.Condition> found, SlotView view, Deployment primary, EcsApp app, Instant now, long generation) {
        if (view.tasks().stream().filter(view::current).count() >= view.desired()) {
            return;
        }
        Instant begun = primary.createdAt() == null ? Instant.EPOCH : primary.createdAt();
        view.require().events().stream()
                .filter(e -> e.createdAt() != null && !e.createdAt().isBefore(begun))
                .filter(e -> String.valueOf(e.message()).contains("unable to place a task")
                        || String.valueOf(e.message()).contains("was unable to start a task"))
                .max(Comparator.comparing(ServiceEvent::createdAt))
                .ifPresent(e -> found.add(new Group.Condition(
                        "Unplaceable",
                        e.message(),
                        generation,
                        Duration.between(begun, now).compareTo(app.capacityWait()) >= 0)));
    }

    /** Shown to people; it ends a rollout only once ECS ends the task for it, after the grace that the service gives. */
    private static void unhealthy(List<Group.Condition> found, SlotView view, long generation) {
        for (TargetHealthDescription target : view.targets()) {
            if (target.targetHealth().state() == TargetHealthStateEnum.UNHEALTHY) {
                found.add(new Group.Condition(
                        "TargetUnhealthy",
                        "target " + target.target().id() + " is unhealthy: "
                                + target.targetHealth().reasonAsString() + ", "
                                + target.targetHealth().description(),
                        generation,
                        false));
            }
        }
    }
}
