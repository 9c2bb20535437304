package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Fence;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.Optional;

/** Ends a group: its Deployment stays, with its history, at zero instances. */
final class Retiring {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(25);

    private final Api api;
    private final Reader reader;
    private final Edits edits;
    private final Previews previews;

    Retiring(Api api, Reader reader, Edits edits, Previews previews) {
        this.api = api;
        this.reader = reader;
        this.edits = edits;
        this.previews = previews;
    }

    void retire(Fence fence, Slot slot) {
        Snapshot now = reader.read();
        edits.check(fence, now.service());
        int weight = Weights.of(now).share(slot);
        if (weight > 0) {
            throw api.fault("Tried to retire " + slot + ", but it has " + weight + " % of the traffic; shift it first");
        }
        if (now.slot(slot).deployment().isPresent()) {
            if (!now.slot(slot).alive().isEmpty()) {
                api.settled("retire " + slot);
            }
            edits.edit(
                    fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(Holding.release(d))
                            .editMetadata()
                            .removeFromAnnotations(Names.UPDATING_FROM)
                            .endMetadata()
                            .editSpec()
                            .withReplicas(0)
                            .endSpec()
                            .build());
            // The Service must not see them while they are alive, should it go back to its own selector.
            api.poll(PATIENCE, GLANCE, () -> Optional.of(reader.slot(slot))
                            .filter(v -> v.alive().isEmpty()))
                    .orElseThrow(() -> api.retryable("Tried to retire " + slot + ", but its pods are not told to end; "
                            + "check that kube-controller-manager runs"));
        }
        previews.delete(now.service());
        restore(fence, slot);
    }

    /** Gives the Service its own selector back where nothing is left that it must not match. */
    private void restore(Fence fence, Slot retired) {
        Snapshot now = reader.read();
        SlotView other = now.slot(retired.other());
        if (other.labelled()) {
            return;
        }
        if (api.app().preStop().isZero()) {
            // Pods that end at once must be gone: the endpoints controller may not know yet that they are ending.
            api.poll(PATIENCE, GLANCE, () -> Optional.of(reader.slot(retired))
                    .filter(v -> v.pods().isEmpty()));
        }
        if (now.slot(retired).alive().isEmpty()) {
            edits.service(fence, s -> Routing.narrowed(s, Selectors.original(Selectors.of(s))));
        }
    }
}
