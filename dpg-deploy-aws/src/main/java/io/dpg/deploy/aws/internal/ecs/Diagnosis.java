package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.LogConfiguration;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceEvent;
import software.amazon.awssdk.services.ecs.model.Task;

/** Says why a group is not healthy: deployments, tasks, events, targets, last log lines. Bounded in size. */
final class Diagnosis {

    private static final int TASKS = 5;
    private static final int EVENTS = 10;
    private static final int LINES = 20;
    private static final int LENGTH = 300;

    private final EcsApi api;
    private final Reader reader;
    private final List<String> lines = new ArrayList<>();

    Diagnosis(EcsApi api, Reader reader) {
        this.api = api;
        this.reader = reader;
    }

    String of(Snapshot now, Slot slot) {
        SlotView view = now.slot(slot);
        if (view.service() == null) {
            return "there is no service " + api.app().service(slot);
        }
        Service service = view.require();
        lines.add("service " + service.serviceName() + " wants " + view.desired() + " of "
                + view.wanted().revision() + "; " + view.tasks().size() + " tasks are there; traffic: "
                + now.traffic());
        service.deployments().forEach(this::deployment);
        List<Task> stopped = reader.tasks(service, DesiredStatus.STOPPED).stream()
                .filter(view::current)
                .sorted(Comparator.comparing(Task::stoppedAt, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
        last(stopped, TASKS).forEach(t -> lines.add("task " + Conditions.id(t) + " stopped: " + Conditions.why(t)));
        view.tasks().stream().limit(TASKS).forEach(this::running);
        view.targets().stream()
                .limit(TASKS)
                .forEach(t -> lines.add("target " + t.target().id() + ": "
                        + t.targetHealth().stateAsString()
                        + (t.targetHealth().reason() == null
                                ? ""
                                : ", " + t.targetHealth().reasonAsString() + ": "
                                        + t.targetHealth().description())));
        last(
                        service.events().stream()
                                .sorted(Comparator.comparing(
                                        ServiceEvent::createdAt, Comparator.nullsFirst(Comparator.naturalOrder())))
                                .toList(),
                        EVENTS)
                .forEach(e -> lines.add(e.createdAt() + " " + e.message()));
        Task told = stopped.isEmpty()
                ? view.tasks().stream().filter(view::current).findFirst().orElse(null)
                : stopped.get(stopped.size() - 1);
        if (told != null) {
            logs(view.wanted(), told);
        }
        return String.join("\n", lines);
    }

    private void deployment(Deployment deployment) {
        lines.add("deployment " + deployment.id() + " (" + deployment.status() + ") of "
                + Definition.revision(deployment.taskDefinition()) + ": " + deployment.runningCount() + " of "
                + deployment.desiredCount() + " run, " + deployment.pendingCount() + " pending, "
                + deployment.failedTasks() + " failed, " + deployment.rolloutStateAsString()
                + (deployment.rolloutStateReason() == null ? "" : ": " + deployment.rolloutStateReason()));
    }

    private void running(Task task) {
        lines.add("task " + Conditions.id(task) + " of " + Definition.revision(task.taskDefinitionArn()) + ": "
                + task.lastStatus() + ", health " + task.healthStatusAsString());
    }

    /** The stream of the awslogs driver is {@code prefix/container/task} ("Using the awslogs log driver", ECS guide). */
    private void logs(Definition definition, Task task) {
        for (ContainerDefinition container : definition.task().containerDefinitions()) {
            LogConfiguration log = container.logConfiguration();
            Map<String, String> options = log == null ? Map.of() : log.options();
            String group = options.get("awslogs-group");
            String prefix = options.get("awslogs-stream-prefix");
            boolean told = log != null && log.logDriver() == LogDriver.AWSLOGS && group != null && prefix != null;
            if (told && failed(task, container.name())) {
                lines(group, prefix + "/" + container.name() + "/" + Conditions.id(task));
            }
        }
    }

    private static boolean failed(Task task, String container) {
        List<Container> all = task.containers();
        return all.stream().noneMatch(c -> c.exitCode() != null && c.exitCode() != 0)
                || all.stream()
                        .anyMatch(
                                c -> Objects.equals(c.name(), container) && c.exitCode() != null && c.exitCode() != 0);
    }

    private void lines(String group, String stream) {
        try {
            List<OutputLogEvent> events = api.find("read log " + group + " " + stream, () -> api.clients()
                            .logs()
                            .getLogEvents(b -> b.logGroupName(group)
                                    .logStreamName(stream)
                                    .limit(LINES)
                                    .startFromHead(false))
                            .events())
                    .orElse(List.of());
            lines.add("log " + group + " " + stream + (events.isEmpty() ? " has no lines" : ":"));
            events.forEach(e -> lines.add("  " + cut(e.message())));
        } catch (DeployException e) {
            lines.add("log " + group + " could not be read: " + e.getMessage());
        }
    }

    private static String cut(@Nullable String line) {
        String text = String.valueOf(line).stripTrailing();
        return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "…";
    }

    private static <T> List<T> last(List<T> all, int count) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }
}
