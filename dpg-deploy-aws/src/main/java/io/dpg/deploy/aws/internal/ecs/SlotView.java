package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/**
 * One slot as it was read: its service, the tasks of it, and the health of its targets. Immutable.
 *
 * @param slot the slot
 * @param service the service, or null where there is none
 * @param definition what the service asks for now, or null without a service
 * @param tasks its tasks that run or are to run
 * @param stopped its tasks that are ending or have stopped, as far as ECS still knows them (one hour)
 * @param targets the health of the targets in its target group; empty without one
 */
record SlotView(
        Slot slot,
        @Nullable Service service,
        @Nullable Definition definition,
        List<Task> tasks,
        List<Task> stopped,
        List<TargetHealthDescription> targets) {

    SlotView {
        tasks = List.copyOf(tasks);
        stopped = List.copyOf(stopped);
        targets = List.copyOf(targets);
    }

    static SlotView none(Slot slot) {
        return new SlotView(slot, null, null, List.of(), List.of(), List.of());
    }

    Service require() {
        return Optional.ofNullable(service).orElseThrow();
    }

    Definition wanted() {
        return Optional.ofNullable(definition).orElseThrow();
    }

    int desired() {
        return service == null || service.desiredCount() == null ? 0 : service.desiredCount();
    }

    /** Returns whether there is a group to speak of. */
    boolean exists() {
        return service != null && (desired() > 0 || !tasks.isEmpty());
    }

    /** Returns the ARN of the service's target group, where it has one. */
    Optional<String> group() {
        return balancer().map(LoadBalancer::targetGroupArn);
    }

    Optional<LoadBalancer> balancer() {
        return Optional.ofNullable(service).flatMap(Attached::balancer);
    }

    /** Returns the deployment of what the service asks for now. */
    Optional<Deployment> primary() {
        return service == null
                ? Optional.empty()
                : service.deployments().stream()
                        .filter(d -> "PRIMARY".equals(d.status()))
                        .findFirst();
    }

    /** Returns a number that rises with each deployment: when the newest began, in milliseconds. */
    long generation() {
        return primary()
                .map(Deployment::createdAt)
                .or(() -> Optional.ofNullable(service).map(Service::createdAt))
                .map(Instant::toEpochMilli)
                .orElse(0L);
    }

    /** Returns whether {@code task} runs what the service asks for now. */
    boolean current(Task task) {
        return definition != null
                && Definition.revision(task.taskDefinitionArn()).equals(definition.revision());
    }

    /** Returns whether no task is left of anything but what the service asks for now. */
    boolean settled() {
        return tasks.stream().allMatch(this::current);
    }

    /** Returns the value of the service's tag {@code key}, or null. */
    @Nullable
    String tag(String key) {
        return service == null ? null : Attached.tag(service, key);
    }

    long fence() {
        return service == null ? 0 : Attached.fence(service);
    }
}
