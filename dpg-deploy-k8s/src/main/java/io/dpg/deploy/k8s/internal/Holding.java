package io.dpg.deploy.k8s.internal;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;

/**
 * Stops a Deployment's rolling update in its middle, and lets it go on. Its controller ends the old instances of even a
 * paused Deployment once all new ones are available; where that must wait, new ones are made to count as available late.
 * Pure.
 */
final class Holding {

    private static final int LATE_SECONDS = 3600;

    private Holding() {}

    static Deployment hold(Deployment deployment, boolean whole) {
        DeploymentBuilder held =
                new DeploymentBuilder(deployment).editSpec().withPaused(true).endSpec();
        if (!whole || SlotView.annotation(deployment.getMetadata().getAnnotations(), Names.MIN_READY) != null) {
            return held.build();
        }
        Integer own = deployment.getSpec().getMinReadySeconds();
        return held.editMetadata()
                .addToAnnotations(Names.MIN_READY, String.valueOf(own == null ? 0 : own))
                .endMetadata()
                .editSpec()
                .withMinReadySeconds(late(deployment.getSpec().getProgressDeadlineSeconds()))
                .endSpec()
                .build();
    }

    /** The API server wants it to be less than the deadline. */
    private static int late(@org.jspecify.annotations.Nullable Integer deadline) {
        return deadline == null ? LATE_SECONDS : Math.max(0, Math.min(LATE_SECONDS, deadline - 1));
    }

    /** Returns {@code deployment} as it was before it was held, with its controller at work. */
    static Deployment release(Deployment deployment) {
        DeploymentBuilder free =
                new DeploymentBuilder(deployment).editSpec().withPaused(null).endSpec();
        String own = SlotView.annotation(deployment.getMetadata().getAnnotations(), Names.MIN_READY);
        if (own == null) {
            return free.build();
        }
        int seconds = own.matches("[0-9]{1,6}") ? Integer.parseInt(own) : 0;
        return free.editMetadata()
                .removeFromAnnotations(Names.MIN_READY)
                .endMetadata()
                .editSpec()
                .withMinReadySeconds(seconds == 0 ? null : seconds)
                .endSpec()
                .build();
    }
}
