package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.k8s.TrafficRouter;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was read about an application in one look. Immutable.
 *
 * @param service the Service that users reach
 * @param blue the adopted slot
 * @param green the slot beside it
 * @param endpoints names of the pods that the Service sends requests to, as the platform says
 * @param preview the Service that selects the candidate, or null
 * @param split how the router splits traffic, or null without one
 */
record Snapshot(
        Service service,
        SlotView blue,
        SlotView green,
        Set<String> endpoints,
        @Nullable Service preview,
        TrafficRouter.@Nullable Split split) {

    SlotView slot(Slot slot) {
        return slot == Slot.BLUE ? blue : green;
    }

    Map<String, String> selector() {
        return Selectors.of(service);
    }
}
