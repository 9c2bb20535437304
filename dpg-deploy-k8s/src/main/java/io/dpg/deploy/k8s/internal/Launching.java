package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Makes a slot hold instances of a release, beside what serves and unseen by its users. */
final class Launching {

    private static final Duration CONTROLLER = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(25);

    private final Api api;
    private final App app;
    private final Reader reader;
    private final Edits edits;
    private final Previews previews;
    private final Blueprints blueprints;

    Launching(Api api, Reader reader, Edits edits, Previews previews, Blueprints blueprints) {
        this.api = api;
        this.app = api.app();
        this.reader = reader;
        this.edits = edits;
        this.previews = previews;
        this.blueprints = blueprints;
    }

    Change launch(Fence fence, GroupRequest request) {
        Slot slot = request.slot();
        Snapshot now = reader.read();
        edits.check(fence, now.service());
        Blueprint wanted = blueprints.make(now, request, false);
        SlotView view = now.slot(slot);
        boolean same = view.deployment().isPresent()
                && view.exists()
                && view.revision().equals(wanted.revision());
        boolean serves = Weights.of(now).share(slot) > 0;
        if (serves && !same) {
            throw api.fault("Tried to launch " + request.release() + " in " + slot + ", but the group there ("
                    + view.revision() + ") has traffic; shift it first");
        }
        if (view.desired() > request.instances() && !view.alive().isEmpty()) {
            api.settled("launch fewer instances in " + slot);
        }
        PodTemplateSpec template = serves ? view.require().getSpec().getTemplate() : wanted.template();
        if (!serves) {
            prepare(fence, now, slot, template);
        }
        Deployment changed = edits.edit(
                fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(Holding.release(d))
                        .editMetadata()
                        .addToAnnotations(Names.CHANGE_CAUSE, cause(request))
                        .removeFromAnnotations(Names.UPDATING_FROM)
                        .endMetadata()
                        .editSpec()
                        .withReplicas(request.instances())
                        .withTemplate(template)
                        .endSpec()
                        .build());
        SlotView launched = settled(slot, changed);
        previews.point(reader.service(), reader.blue(), launched);
        return new Change(launched.revision(), launched.generation());
    }

    /** Makes {@code slot}, which has no traffic, run {@code template} as it is. */
    void put(Fence fence, Snapshot now, Slot slot, PodTemplateSpec template, int instances) {
        prepare(fence, now, slot, template);
        edits.edit(fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(Holding.release(d))
                .editSpec()
                .withReplicas(instances)
                .withTemplate(template)
                .endSpec()
                .build());
    }

    private void prepare(Fence fence, Snapshot now, Slot slot, PodTemplateSpec template) {
        hide(fence, now, slot, template);
        SlotView view = now.slot(slot);
        if (view.deployment().isEmpty()) {
            create(fence, now.blue().require(), template);
        } else if (!view.alive().isEmpty()
                && !view.require().getSpec().getTemplate().equals(template)) {
            clear(fence, slot);
        }
    }

    /** Waits until the controller has made the ReplicaSet: without, a group that has no label of ours has no name. */
    private SlotView settled(Slot slot, Deployment changed) {
        return api.poll(CONTROLLER, GLANCE, () -> {
                    SlotView view = new SlotView(
                            slot, changed, reader.sets(changed.getSpec().getSelector()), java.util.List.of());
                    return Optional.of(view)
                            .filter(v -> v.labelled() || v.current().isPresent());
                })
                .orElseThrow(() -> api.retryable("Tried to launch in " + slot + ", but the Deployment controller made "
                        + "no ReplicaSet; check that kube-controller-manager runs"));
    }

    static String cause(GroupRequest request) {
        String release = request.release().version();
        return "dpg-deploy: " + release
                + request.release().image().map(i -> " (" + i + ")").orElse("");
    }

    /** Narrows the Service to what it selects now, before pods that it would select as well come to be. */
    private void hide(Fence fence, Snapshot now, Slot slot, PodTemplateSpec template) {
        Map<String, String> labels = Templates.labels(template);
        edits.service(fence, service -> {
            Map<String, String> selector = Selectors.of(service);
            if (!Selectors.matches(selector, labels)) {
                return service;
            }
            SlotView other = now.slot(slot.other());
            Map<String, String> narrowed = other.exists() && Selectors.selects(selector, other)
                    ? Selectors.pinned(selector, other)
                    : Selectors.with(selector, Names.SLOT, Selectors.NONE);
            if (narrowed == null) {
                throw api.retryable("Tried to narrow Service "
                        + service.getMetadata().getName() + " to " + slot.other()
                        + ", but its ReplicaSet does not show yet");
            }
            return Routing.narrowed(service, narrowed);
        });
    }

    /** Creates the Deployment with no instances, which harms nobody should our fence be stale by now. */
    private void create(Fence fence, Deployment blue, PodTemplateSpec template) {
        Deployment made = Edits.fenced(green(api, blue, template), fence);
        try {
            api.call("create Deployment " + app.deployment(Slot.GREEN), c -> c.resource(made)
                    .create());
        } catch (ConflictException e) {
            api.app(); // it is there by now, which is what we want
        }
    }

    /** Returns the Deployment of {@code GREEN}, without instances. */
    static Deployment green(Api api, Deployment blue, PodTemplateSpec template) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName(api.app().deployment(Slot.GREEN))
                .withNamespace(api.app().namespace())
                .withLabels(blue.getMetadata().getLabels())
                .addToLabels(Names.APPLICATION, api.app().name())
                .endMetadata()
                .withSpec(api.client().getKubernetesSerialization().clone(blue.getSpec()))
                .editSpec()
                .withReplicas(0)
                .withTemplate(template)
                .editOrNewSelector()
                .addToMatchLabels(Names.SLOT, App.label(Slot.GREEN))
                .endSelector()
                .endSpec()
                .build();
    }

    /** Ends idle instances of an earlier release at once: replacing them one by one would only take time. */
    private void clear(Fence fence, Slot slot) {
        api.settled("replace what ran in " + slot);
        edits.edit(fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(Holding.release(d))
                .editSpec()
                .withReplicas(0)
                .endSpec()
                .build());
        api.poll(CONTROLLER, GLANCE, () -> Optional.of(reader.slot(slot))
                .filter(v -> v.sets().stream().allMatch(Launching::empty)));
    }

    private static boolean empty(ReplicaSet set) {
        return Integer.valueOf(0).equals(set.getSpec().getReplicas());
    }

    Change scale(Fence fence, Slot slot, int instances) {
        if (instances
                < reader.deployment(slot)
                        .orElseThrow(() -> gone(slot))
                        .getSpec()
                        .getReplicas()) {
            api.settled("scale " + slot + " down");
        }
        Deployment changed = edits.edit(
                fence, () -> reader.deployment(slot).orElseThrow(() -> gone(slot)), d -> new DeploymentBuilder(d)
                        .editSpec()
                        .withReplicas(instances)
                        .endSpec()
                        .build());
        SlotView view = settled(slot, changed);
        return new Change(new Revision(view.revision().id()), view.generation());
    }

    private DeployException gone(Slot slot) {
        return api.fault("Tried to scale " + slot + ", but there is no Deployment " + app.deployment(slot));
    }
}
