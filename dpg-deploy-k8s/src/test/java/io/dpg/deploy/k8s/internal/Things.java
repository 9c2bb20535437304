package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects as an API server would show them, for tests without one. */
final class Things {

    static final App APP =
            new App("shop", "app", null, null, null, Duration.ofSeconds(5), 0, Duration.ZERO, Duration.ZERO);
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private Things() {}

    /** A template of the application with {@code labels} besides its own. */
    static PodTemplateSpec template(String image, Map<String, String> labels) {
        Map<String, String> all = new HashMap<>(labels);
        all.put("app", "app");
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(all)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage(image)
                .endContainer()
                .endSpec()
                .build();
    }

    static PodTemplateSpec labelled(String image, Slot slot) {
        return template(image, Map.of(Names.SLOT, App.label(slot), Names.LIVE, "true"));
    }

    static Deployment deployment(Slot slot, PodTemplateSpec template, int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(APP.deployment(slot))
                .withNamespace("shop")
                .withUid("uid-" + slot)
                .withGeneration(7L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withTemplate(template)
                .endSpec()
                .build();
    }

    static ReplicaSet set(Deployment owner, String hash, PodTemplateSpec template, int replicas) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(owner.getMetadata().getName() + "-" + hash)
                .withUid("uid-" + hash)
                .withGeneration(1L)
                .withCreationTimestamp("2026-01-01T11:00:00Z")
                .addToLabels(Names.HASH, hash)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withKind("Deployment")
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .build())
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withTemplate(new PodTemplateSpecBuilder(template)
                        .editMetadata()
                        .addToLabels(Names.HASH, hash)
                        .endMetadata()
                        .build())
                .endSpec()
                .build();
    }

    static Pod pod(ReplicaSet owner, String name, boolean ready, ContainerStatus... statuses) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .withCreationTimestamp("2026-01-01T11:59:00Z")
                .withLabels(owner.getSpec().getTemplate().getMetadata().getLabels())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withKind("ReplicaSet")
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .build())
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime("2026-01-01T11:59:10Z")
                .endCondition()
                .withContainerStatuses(statuses)
                .endStatus()
                .build();
    }

    static Pod ending(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T12:00:00Z")
                .endMetadata()
                .build();
    }

    static Service service(Map<String, String> selector) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("app")
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .withSelector(selector)
                .endSpec()
                .build();
    }

    static SlotView view(Slot slot, @Nullable Deployment deployment, List<ReplicaSet> sets, Pod... pods) {
        return new SlotView(slot, deployment, sets, List.of(pods));
    }

    static Snapshot snapshot(Map<String, String> selector, SlotView blue, SlotView green, String... endpoints) {
        return new Snapshot(service(selector), blue, green, Set.copyOf(List.of(endpoints)), null, null);
    }

    /** A group of ready pods named {@code <hash>-1}, {@code <hash>-2}, … */
    static SlotView group(Slot slot, PodTemplateSpec template, String hash, int instances) {
        Deployment deployment = deployment(slot, template, instances);
        ReplicaSet set = set(deployment, hash, template, instances);
        Pod[] pods = Stream.iterate(1, i -> i + 1)
                .limit(instances)
                .map(i -> pod(set, hash + "-" + i, true))
                .toArray(Pod[]::new);
        return view(slot, deployment, List.of(set), pods);
    }
}
