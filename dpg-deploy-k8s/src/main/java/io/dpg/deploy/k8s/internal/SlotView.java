package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One slot as it was read: its Deployment, the ReplicaSets that this owns and the pods that those own. Ownership decides,
 * not labels, because the selector of an adopted Deployment matches the pods of the other slot as well. Immutable.
 */
final class SlotView {

    private final Slot slot;
    private final @Nullable Deployment deployment;
    private final List<ReplicaSet> sets;
    private final List<Pod> pods;

    SlotView(Slot slot, @Nullable Deployment deployment, List<ReplicaSet> sets, List<Pod> pods) {
        this.slot = slot;
        this.deployment = deployment;
        String owner = deployment == null ? "" : deployment.getMetadata().getUid();
        this.sets = sets.stream()
                .filter(s -> ownedBy(s.getMetadata().getOwnerReferences(), owner))
                .toList();
        List<String> ids = this.sets.stream().map(s -> s.getMetadata().getUid()).toList();
        this.pods = pods.stream()
                .filter(p -> p.getMetadata().getOwnerReferences().stream().anyMatch(o -> ids.contains(o.getUid())))
                .filter(p -> !ended(p))
                .toList();
    }

    private static boolean ownedBy(List<io.fabric8.kubernetes.api.model.OwnerReference> owners, String uid) {
        return owners.stream().anyMatch(o -> o.getUid().equals(uid));
    }

    /** Pods that ended for good, such as evicted ones, linger on and say nothing. */
    private static boolean ended(Pod pod) {
        String phase =
                pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    Slot slot() {
        return slot;
    }

    Optional<Deployment> deployment() {
        return Optional.ofNullable(deployment);
    }

    Deployment require() {
        return Optional.ofNullable(deployment).orElseThrow();
    }

    List<ReplicaSet> sets() {
        return sets;
    }

    /** Returns all pods, those that are ending included. */
    List<Pod> pods() {
        return pods;
    }

    /** Returns the pods that are not ending. */
    List<Pod> alive() {
        return pods.stream().filter(p -> !Pods.ending(p)).toList();
    }

    int desired() {
        Integer replicas = deployment == null ? null : deployment.getSpec().getReplicas();
        return deployment == null ? 0 : replicas == null ? 1 : replicas;
    }

    /** Returns whether there is a group to speak of. */
    boolean exists() {
        return deployment != null && (desired() > 0 || !pods.isEmpty());
    }

    boolean paused() {
        return deployment != null && Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    long generation() {
        Long generation = deployment == null ? null : deployment.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }

    /** Returns the revision that instances ran before an update in place, where one was begun. */
    @Nullable
    String updatingFrom() {
        return deployment == null ? null : annotation(deployment.getMetadata().getAnnotations(), Names.UPDATING_FROM);
    }

    /** Returns the ReplicaSet of what the Deployment asks for now, found as its controller finds it: by template. */
    Optional<ReplicaSet> current() {
        if (deployment == null) {
            return Optional.empty();
        }
        PodTemplateSpec wanted = deployment.getSpec().getTemplate();
        return sets.stream()
                .filter(s -> Templates.plain(s).equals(wanted))
                .min(Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp())
                        .thenComparing(s -> s.getMetadata().getName()));
    }

    /** Returns the living pods of what the Deployment asks for now. */
    List<Pod> currentPods() {
        return current().map(this::podsOf).orElse(List.of());
    }

    List<Pod> podsOf(ReplicaSet set) {
        String uid = set.getMetadata().getUid();
        return alive().stream()
                .filter(p -> ownedBy(p.getMetadata().getOwnerReferences(), uid))
                .toList();
    }

    /** Returns the revision that the Deployment asks for now. */
    Revision revision() {
        Deployment d = require();
        String own = annotation(
                d.getSpec().getTemplate().getMetadata() == null
                        ? null
                        : d.getSpec().getTemplate().getMetadata().getAnnotations(),
                Names.REVISION);
        if (own != null) {
            return new Revision(own);
        }
        return new Revision(current()
                .map(s -> s.getMetadata().getName())
                .orElse(d.getMetadata().getName() + "@" + generation()));
    }

    /** Returns the ReplicaSet that runs {@code revision}, where it is kept. */
    Optional<ReplicaSet> set(String revision) {
        return sets.stream()
                .filter(s -> Templates.revision(s).id().equals(revision))
                .max(Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp()));
    }

    /** Returns whether no instance is left, or wanted, of anything but what the Deployment asks for. */
    boolean settled() {
        ReplicaSet current = current().orElse(null);
        return !paused()
                && current != null
                && alive().size() == currentPods().size()
                && sets.stream()
                        .filter(s -> s != current)
                        .allMatch(s ->
                                s.getSpec().getReplicas() == null || s.getSpec().getReplicas() == 0);
    }

    /** Returns whether it is settled, and all instances are there and ready. */
    boolean complete() {
        List<Pod> now = currentPods();
        return settled() && now.size() == desired() && now.stream().allMatch(Pods::ready);
    }

    /** Returns the living pods of anything but what the Deployment asks for. */
    List<Pod> oldPods() {
        List<Pod> current = currentPods();
        return alive().stream().filter(p -> !current.contains(p)).toList();
    }

    /** Returns whether the pods that the Deployment asks for carry our label of this slot. */
    boolean labelled() {
        return App.label(slot).equals(labels().get(Names.SLOT));
    }

    /** Returns the labels of the pods that the Deployment asks for, the one of their ReplicaSet included if it exists. */
    Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>();
        if (deployment != null && deployment.getSpec().getTemplate().getMetadata() != null) {
            labels.putAll(deployment.getSpec().getTemplate().getMetadata().getLabels());
        }
        current().map(s -> s.getMetadata().getLabels().get(Names.HASH)).ifPresent(hash -> labels.put(Names.HASH, hash));
        return labels;
    }

    static @Nullable String annotation(@Nullable Map<String, String> annotations, String name) {
        return annotations == null ? null : annotations.get(name);
    }
}
