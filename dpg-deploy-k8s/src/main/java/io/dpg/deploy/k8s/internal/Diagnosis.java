package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Why a group is not healthy, as text for people: pods, events, last log lines, Service. Bounded in size. */
final class Diagnosis {

    private static final int PODS = 3;
    private static final int EVENTS = 15;
    private static final int LOG_LINES = 30;
    private static final int LOG_CHARS = 4000;

    private final Api api;
    private final Reader reader;
    private final StringBuilder text = new StringBuilder();

    private Diagnosis(Api api, Reader reader) {
        this.api = api;
        this.reader = reader;
    }

    static String of(Api api, Reader reader, Slot slot) {
        Diagnosis diagnosis = new Diagnosis(api, reader);
        diagnosis.write(slot);
        return diagnosis.text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void write(Slot slot) {
        Snapshot now = reader.read();
        SlotView view = now.slot(slot);
        if (view.deployment().isEmpty()) {
            line(slot + " has no Deployment");
            return;
        }
        Deployment deployment = view.require();
        line(Api.name(deployment) + " runs " + view.revision() + ", wants " + view.desired() + ", "
                + view.alive().stream().filter(Pods::ready).count() + " ready");
        if (deployment.getStatus() != null) {
            deployment.getStatus().getConditions().stream()
                    .filter(c -> !"True".equals(c.getStatus()) || "ReplicaFailure".equals(c.getType()))
                    .forEach(c -> line(
                            "  " + c.getType() + " " + c.getStatus() + " " + c.getReason() + ": " + c.getMessage()));
        }
        Set<String> concerned = new HashSet<>();
        concerned.add(deployment.getMetadata().getUid());
        view.current().ifPresent(s -> concerned.add(s.getMetadata().getUid()));
        List<Pod> pods = view.currentPods().stream()
                .sorted(Comparator.comparing(Pods::ready))
                .limit(PODS)
                .toList();
        for (Pod pod : pods) {
            concerned.add(pod.getMetadata().getUid());
            pod(pod);
        }
        events(concerned);
        line("Service " + now.service().getMetadata().getName() + " selects " + now.selector() + "; ready endpoints: "
                + (now.endpoints().isEmpty() ? "none" : String.join(", ", now.endpoints())));
    }

    private void pod(Pod pod) {
        String phase = pod.getStatus() == null ? "unknown" : pod.getStatus().getPhase();
        line("pod " + pod.getMetadata().getName() + ": " + phase + (Pods.ready(pod) ? ", ready" : ", not ready"));
        if (pod.getStatus() == null) {
            return;
        }
        pod.getStatus().getConditions().stream()
                .filter(c -> "False".equals(c.getStatus()) && c.getMessage() != null)
                .forEach(c -> line("  " + c.getType() + ": " + c.getReason() + ", " + c.getMessage()));
        pod.getStatus().getInitContainerStatuses().forEach(c -> container(pod, c));
        pod.getStatus().getContainerStatuses().forEach(c -> container(pod, c));
    }

    private void container(Pod pod, ContainerStatus status) {
        line("  container " + status.getName() + " (" + status.getImage() + "): " + state(status.getState())
                + (status.getRestartCount() > 0
                        ? ", ended " + status.getRestartCount() + " times, last: " + state(status.getLastState())
                        : ""));
        boolean failing = !Boolean.TRUE.equals(status.getReady());
        boolean ranBefore = status.getRestartCount() > 0;
        boolean running = status.getState() != null
                && (status.getState().getRunning() != null || status.getState().getTerminated() != null);
        if (failing && (ranBefore || running)) {
            boolean previous = ranBefore
                    && !(status.getState() != null && status.getState().getTerminated() != null);
            log(pod, status.getName(), previous);
        }
    }

    static String state(ContainerState state) {
        if (state == null) {
            return "unknown";
        }
        if (state.getWaiting() != null) {
            return "waiting, " + state.getWaiting().getReason()
                    + (state.getWaiting().getMessage() == null
                            ? ""
                            : ": " + state.getWaiting().getMessage());
        }
        if (state.getTerminated() != null) {
            return "ended with exit code " + state.getTerminated().getExitCode() + " ("
                    + state.getTerminated().getReason() + ")"
                    + (state.getTerminated().getMessage() == null
                            ? ""
                            : ": " + state.getTerminated().getMessage());
        }
        return state.getRunning() != null
                ? "running since " + state.getRunning().getStartedAt()
                : "unknown";
    }

    private void log(Pod pod, String container, boolean previous) {
        String log = quietly("log", () -> {
            var in = api.client()
                    .pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .inContainer(container);
            return previous
                    ? in.terminated().tailingLines(LOG_LINES).getLog()
                    : in.tailingLines(LOG_LINES).getLog();
        });
        String tail = log.length() > LOG_CHARS ? "…" + log.substring(log.length() - LOG_CHARS) : log;
        if (!tail.isBlank()) {
            line("  last lines of " + container + (previous ? " before it ended:" : ":"));
            tail.strip().lines().forEach(l -> line("    " + l));
        }
    }

    private void events(Set<String> concerned) {
        List<Event> events;
        try {
            events = api.call("list events in " + api.app().namespace(), c -> c.v1().events()
                    .inNamespace(api.app().namespace())
                    .list()
                    .getItems());
        } catch (DeployException e) {
            line("no events: " + e.getMessage());
            return;
        }
        List<Event> ours = events.stream()
                .filter(e -> e.getInvolvedObject() != null
                        && concerned.contains(e.getInvolvedObject().getUid()))
                .sorted(Comparator.comparing(Diagnosis::when))
                .toList();
        ours.stream()
                .skip(Math.max(0, ours.size() - EVENTS))
                .forEach(e -> line("event " + when(e) + " " + e.getType() + " " + e.getReason() + " "
                        + e.getInvolvedObject().getName()
                        + (e.getCount() != null && e.getCount() > 1 ? " (" + e.getCount() + " times)" : "") + ": "
                        + String.valueOf(e.getMessage()).strip()));
    }

    private static String when(Event event) {
        if (event.getLastTimestamp() != null) {
            return event.getLastTimestamp();
        }
        String created = event.getMetadata().getCreationTimestamp();
        return created == null ? "" : created;
    }

    private String quietly(String what, Supplier<String> read) {
        try {
            String text = read.get();
            return text == null ? "" : text;
        } catch (RuntimeException e) {
            return "(no " + what + ": " + e.getMessage() + ")";
        }
    }
}
