package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Group;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a group, from the pods and the ReplicaSet of what it is asked to run now, never of what it ran
 * before. Pure.
 */
final class Conditions {

    /** How many failing pods are told of; the others fail alike. */
    private static final int TOLD = 3;
    /** Between the end of a container and the pod's telling that it is not ready. */
    private static final Duration LAG = Duration.ofSeconds(30);

    private static final Set<String> HOPELESS = Set.of(
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "PreCreateHookError",
            "PostStartHookError");
    /** What registries say when asking again will not help. */
    private static final List<String> FINAL = List.of(
            "not found", "manifest unknown", "does not exist", "denied", "unauthorized", "forbidden", "no match");
    /** What stops the creation of pods for a moment only. */
    private static final List<String> PASSING =
            List.of("failed calling webhook", "timeout", "timed out", "connection refused", "etcdserver", "try again");

    private final App app;
    private final Instant time;
    private final long generation;
    private final List<Group.Condition> mild = new ArrayList<>();
    private final List<Group.Condition> fatal = new ArrayList<>();

    private Conditions(App app, Instant time, long generation) {
        this.app = app;
        this.time = time;
        this.generation = generation;
    }

    static List<Group.Condition> of(SlotView view, App app, Instant time) {
        Conditions found = new Conditions(app, time, view.generation());
        ReplicaSet current = view.current().orElse(null);
        if (current == null || view.desired() == 0) {
            return List.of();
        }
        found.replicaSet(current);
        found.deadline(view.require(), current);
        view.currentPods().forEach(found::pod);
        List<Group.Condition> all = new ArrayList<>(few(found.mild));
        all.addAll(few(found.fatal));
        return all;
    }

    private static List<Group.Condition> few(List<Group.Condition> list) {
        return list.subList(Math.max(0, list.size() - TOLD), list.size());
    }

    private void add(String reason, String message, boolean hopeless) {
        (hopeless ? fatal : mild).add(new Group.Condition(reason, message, generation, hopeless));
    }

    /** Quotas, admission and service accounts refuse pods before there are any; only the ReplicaSet tells. */
    private void replicaSet(ReplicaSet set) {
        Long seen = set.getStatus() == null ? null : set.getStatus().getObservedGeneration();
        Long now = set.getMetadata().getGeneration();
        if (seen == null || (now != null && seen < now)) {
            return;
        }
        set.getStatus().getConditions().stream()
                .filter(c -> "ReplicaFailure".equals(c.getType()) && "True".equals(c.getStatus()))
                .forEach(c -> add(
                        String.valueOf(c.getReason()),
                        "pods cannot be created: " + c.getMessage(),
                        !mentions(c.getMessage(), PASSING)));
    }

    /** Only a deadline that names the present ReplicaSet counts: the condition outlives the rollout that it speaks of. */
    private void deadline(Deployment deployment, ReplicaSet current) {
        if (deployment.getStatus() == null) {
            return;
        }
        Long seen = deployment.getStatus().getObservedGeneration();
        if (seen == null || seen < generation) {
            return;
        }
        deployment.getStatus().getConditions().stream()
                .filter(c -> "Progressing".equals(c.getType()) && "ProgressDeadlineExceeded".equals(c.getReason()))
                .filter(c -> String.valueOf(c.getMessage())
                        .contains("\"" + current.getMetadata().getName() + "\""))
                .forEach(c -> add("ProgressDeadlineExceeded", String.valueOf(c.getMessage()), true));
    }

    private void pod(Pod pod) {
        if (pod.getStatus() == null) {
            return;
        }
        PodCondition scheduled = Pods.condition(pod, "PodScheduled").orElse(null);
        if (scheduled != null && "False".equals(scheduled.getStatus())) {
            boolean waited =
                    !time.isBefore(since(scheduled.getLastTransitionTime()).plus(app.nodeWait()));
            add(String.valueOf(scheduled.getReason()), name(pod) + " finds no node: " + scheduled.getMessage(), waited);
        }
        pod.getStatus().getInitContainerStatuses().forEach(c -> container(pod, c, true));
        pod.getStatus().getContainerStatuses().forEach(c -> container(pod, c, false));
    }

    private void container(Pod pod, ContainerStatus status, boolean init) {
        String what = (init ? "init container " : "container ") + status.getName() + " of " + name(pod);
        int ended = status.getRestartCount() == null ? 0 : status.getRestartCount();
        ContainerStateTerminated last =
                status.getLastState() == null ? null : status.getLastState().getTerminated();
        ContainerStateWaiting waiting =
                status.getState() == null ? null : status.getState().getWaiting();
        ContainerStateTerminated over =
                status.getState() == null ? null : status.getState().getTerminated();
        if (waiting != null) {
            waiting(what, waiting, last, init, ended);
        } else if (over != null) {
            if (!init || !Integer.valueOf(0).equals(over.getExitCode())) {
                boolean hopeless = ended >= app.toleratedRestarts();
                add(init ? "InitFailed" : "Crash", what + " ended" + how(over) + times(ended + 1), hopeless);
            }
        } else if (last != null && ended > 0) {
            restarted(pod, status, what, last, init, ended);
        }
    }

    private void waiting(
            String what,
            ContainerStateWaiting waiting,
            @Nullable ContainerStateTerminated last,
            boolean init,
            int ended) {
        String reason = String.valueOf(waiting.getReason());
        if (reason.equals("CrashLoopBackOff")) {
            boolean hopeless = ended > app.toleratedRestarts() || ended >= 1 && app.toleratedRestarts() == 0;
            String why = last == null ? "" : how(last);
            add(init ? "InitFailed" : "CrashLoop", what + " ends again and again" + why + times(ended), hopeless);
        } else if (HOPELESS.contains(reason)) {
            add(reason, what + " cannot start: " + waiting.getMessage(), true);
        } else if (reason.equals("ErrImagePull") || reason.equals("RegistryUnavailable")) {
            add(
                    reason,
                    what + " cannot get its image: " + waiting.getMessage(),
                    reason.equals("ErrImagePull") && mentions(waiting.getMessage(), FINAL));
        }
    }

    /** A container that runs again counts as failed until it is ready again; one that fell long ago is forgiven. */
    private void restarted(
            Pod pod, ContainerStatus status, String what, ContainerStateTerminated last, boolean init, int ended) {
        if (init && Integer.valueOf(0).equals(last.getExitCode())) {
            return;
        }
        boolean up = Boolean.TRUE.equals(status.getReady());
        PodCondition ready = Pods.condition(pod, "Ready").orElse(null);
        boolean sinceThen = ready == null
                || !since(ready.getLastTransitionTime())
                        .isAfter(since(last.getFinishedAt()).plus(LAG));
        if (!up && sinceThen) {
            add(
                    init ? "InitFailed" : "Crash",
                    what + " ended" + how(last) + times(ended),
                    ended > app.toleratedRestarts());
        }
    }

    private static String how(ContainerStateTerminated end) {
        StringBuilder how = new StringBuilder(" with exit code ").append(end.getExitCode());
        if (end.getReason() != null && !end.getReason().equals("Error")) {
            how.append(" (").append(end.getReason()).append(')');
        }
        if (end.getMessage() != null && !end.getMessage().isBlank()) {
            how.append(": ").append(end.getMessage().strip());
        }
        return how.toString();
    }

    private static String times(int count) {
        return count > 1 ? ", " + count + " times by now" : "";
    }

    private static String name(Pod pod) {
        return "pod " + pod.getMetadata().getName();
    }

    private static boolean mentions(@Nullable String message, List<String> words) {
        String low = String.valueOf(message).toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(low::contains);
    }

    private static Instant since(@Nullable String timestamp) {
        try {
            return timestamp == null ? Instant.EPOCH : Instant.parse(timestamp);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
