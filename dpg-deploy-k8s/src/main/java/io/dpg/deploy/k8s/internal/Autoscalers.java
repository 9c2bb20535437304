package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.ConflictException;
import io.fabric8.kubernetes.api.model.autoscaling.v1.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v1.HorizontalPodAutoscalerBuilder;
import java.util.List;

/** The HorizontalPodAutoscalers of an application: they look after the group that has all traffic. */
final class Autoscalers {

    private static final int TRIES = 10;

    private final Api api;
    private final App app;

    Autoscalers(Api api) {
        this.api = api;
        this.app = api.app();
    }

    /** Returns whether any autoscaler resizes a group; no where we may not look. */
    boolean present() {
        try {
            return !list().isEmpty();
        } catch (DeployException e) {
            return false;
        }
    }

    private List<HorizontalPodAutoscaler> list() {
        return api
                .call("list horizontalpodautoscalers in " + app.namespace(), c -> c.autoscaling()
                        .v1()
                        .horizontalPodAutoscalers()
                        .inNamespace(app.namespace())
                        .list()
                        .getItems())
                .stream()
                .filter(this::ours)
                .toList();
    }

    private boolean ours(HorizontalPodAutoscaler hpa) {
        return "Deployment".equals(hpa.getSpec().getScaleTargetRef().getKind())
                && app.slot(hpa.getSpec().getScaleTargetRef().getName()) != null;
    }

    /** Points autoscalers to the Deployment of {@code slot}; none where we may not look. */
    void follow(Slot slot) {
        if (!present()) {
            return;
        }
        for (int tries = 1; ; tries++) {
            try {
                for (HorizontalPodAutoscaler hpa : list()) {
                    api.patch(
                            hpa,
                            new HorizontalPodAutoscalerBuilder(hpa)
                                    .editSpec()
                                    .editScaleTargetRef()
                                    .withName(app.deployment(slot))
                                    .endScaleTargetRef()
                                    .endSpec()
                                    .build());
                }
                return;
            } catch (ConflictException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }
}
