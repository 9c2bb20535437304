package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Replaces the instances of the group that serves by the Deployment's own rolling update, one at a time, held by its
 * {@code paused} field once as many as asked for are on their way. A held update keeps one instance more than wanted: the
 * newest, which serves beside those that it is to replace.
 */
final class Updating {

    private static final Duration CONTROLLER = Duration.ofSeconds(20);
    private static final Duration GLANCE = Duration.ofMillis(5);

    private final Api api;
    private final Reader reader;
    private final Edits edits;
    private final Previews previews;
    private final Blueprints blueprints;
    private final Retiring retiring;

    Updating(Api api, Reader reader, Edits edits, Previews previews, Blueprints blueprints, Retiring retiring) {
        this.api = api;
        this.reader = reader;
        this.edits = edits;
        this.previews = previews;
        this.blueprints = blueprints;
        this.retiring = retiring;
    }

    Change update(Fence fence, GroupRequest request) {
        Slot slot = request.slot();
        Snapshot now = reader.read();
        edits.check(fence, now.service());
        if (!now.slot(slot).exists()) {
            throw api.fault("Tried to update " + slot + " in place, but nothing runs there; launch it");
        }
        if (now.selector().containsKey(Names.HASH)) {
            // Narrowed to one ReplicaSet, the Service would lose its pods one by one.
            retiring.retire(fence, slot.other());
            now = reader.read();
        }
        Blueprint wanted = blueprints.make(now, request, true);
        SlotView view = now.slot(slot);
        String from = view.updatingFrom() != null && !view.complete()
                ? view.updatingFrom()
                : view.revision().id();
        boolean all = request.instances() >= view.desired();
        boolean begun = view.require().getSpec().getTemplate().equals(wanted.template());
        Deployment changed = view.require();
        if (begun && !all && onTheirWay(view) >= request.instances()) {
            if (!view.paused() && !view.complete()) {
                changed = hold(fence, slot, changed, request.instances());
            }
        } else if (!begun || !all || view.paused()) {
            String was = String.valueOf(from);
            changed = edits.edit(fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(d)
                    .editMetadata()
                    .addToAnnotations(Names.UPDATING_FROM, was)
                    .addToAnnotations(Names.CHANGE_CAUSE, Launching.cause(request))
                    .endMetadata()
                    .editSpec()
                    .withPaused(null)
                    .withTemplate(wanted.template())
                    .withNewStrategy()
                    .withType("RollingUpdate")
                    .withNewRollingUpdate()
                    .withMaxSurge(new IntOrString(1))
                    .withMaxUnavailable(new IntOrString(0))
                    .endRollingUpdate()
                    .endStrategy()
                    .endSpec()
                    .build());
            if (!all) {
                changed = hold(fence, slot, changed, request.instances());
            }
        }
        SlotView updating =
                new SlotView(slot, changed, reader.sets(changed.getSpec().getSelector()), List.of());
        previews.point(reader.service(), reader.blue(), updating);
        return new Change(wanted.revision(), updating.generation());
    }

    private static int onTheirWay(SlotView view) {
        return view.current().map(ReplicaSet::getSpec).map(s -> s.getReplicas()).orElse(0);
    }

    /** Lets the update run until {@code instances} are on their way, and holds it there. */
    private Deployment hold(Fence fence, Slot slot, Deployment changed, int instances) {
        api.poll(CONTROLLER, GLANCE, () -> Optional.of(new SlotView(
                                slot, changed, reader.sets(changed.getSpec().getSelector()), List.of()))
                        .filter(v -> onTheirWay(v) >= instances))
                .orElseThrow(() -> api.retryable("Tried to update " + slot + " until " + instances
                        + " instances are new, but the Deployment controller goes no further; see the diagnosis"));
        return edits.edit(fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(d)
                .editSpec()
                .withPaused(true)
                .endSpec()
                .build());
    }
}
