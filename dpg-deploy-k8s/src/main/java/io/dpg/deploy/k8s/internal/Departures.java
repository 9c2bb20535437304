package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Fence;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends adopted pods off without losing a request. A pod without a preStop hook may end the moment it is told to, while
 * requests still come its way; so it leaves the Service first, by a label that the Service asks for meanwhile, and is
 * ended by us once nothing is sent to it. Its Deployment then takes away the replacement, which is not ready.
 */
final class Departures {

    private static final Duration ENDPOINTS = Duration.ofSeconds(10);
    private static final Duration GONE = Duration.ofSeconds(15);
    private static final Duration GLANCE = Duration.ofMillis(25);

    private final Api api;
    private final App app;
    private final Reader reader;
    private final Edits edits;
    private final LiveLabel live;

    Departures(Api api, Reader reader, Edits edits) {
        this.api = api;
        this.app = api.app();
        this.reader = reader;
        this.edits = edits;
        this.live = new LiveLabel(api);
    }

    /** Returns whether {@code view} has adopted pods that would end at once, and are to be replaced by ours. */
    boolean needed(SlotView view, Blueprint wanted) {
        if (app.preStop().isZero() || !Templates.labels(wanted.template()).containsKey(Names.LIVE)) {
            return false;
        }
        String target = Templates.labels(wanted.template()).get(Names.REVISION);
        return view.alive().stream()
                .filter(p -> !String.valueOf(target).equals(labels(p).get(Names.REVISION)))
                .anyMatch(p -> !labels(p).containsKey(Names.SLOT) && abrupt(p));
    }

    private boolean abrupt(Pod pod) {
        for (Container container : pod.getSpec().getContainers()) {
            if (container.getLifecycle() == null || container.getLifecycle().getPreStop() == null) {
                return true;
            }
        }
        return false;
    }

    /** Gives the Service its own selector back before pods come that lack the label that it may ask for. */
    void restoreSelector(Fence fence, Blueprint wanted) {
        boolean ours = Templates.labels(wanted.template()).containsKey(Names.LIVE);
        if (!ours && Selectors.of(reader.service()).containsKey(Names.LIVE)) {
            finish(fence);
        }
    }

    /**
     * Waits until {@code ready} instances are new and ready, and sends one old instance off.
     *
     * @return whether that is so; not where instances fail or {@code end} passed, and a later call is to go on
     */
    boolean one(Fence fence, Slot slot, int ready, long end) {
        SlotView view = awaitReady(slot, ready, end);
        if (view == null || failed(view)) {
            return false;
        }
        // One whose departure was begun by a call that did not come to its end goes on.
        List<Pod> old = view.oldPods().stream()
                .filter(Pods::ready)
                .sorted(Comparator.comparing(
                                (Pod p) -> !"false".equals(labels(p).get(Names.LIVE)))
                        .thenComparing(p -> p.getMetadata().getName()))
                .toList();
        if (old.isEmpty()) {
            return true;
        }
        Pod leaving = old.get(0);
        live.in(old.subList(1, old.size()));
        live.out(List.of(leaving));
        edits.service(fence, s -> Routing.narrowed(s, Selectors.with(Selectors.of(s), Names.LIVE, "true")));
        String service = reader.service().getMetadata().getName();
        String name = leaving.getMetadata().getName();
        api.poll(ENDPOINTS, GLANCE, () -> Optional.of(reader.endpoints(service)).filter(e -> !e.contains(name)))
                .orElseThrow(() -> api.retryable("Tried to take pod " + name + " out of Service " + service
                        + ", but it is still listed; check that kube-controller-manager runs"));
        api.nap(app.preStop());
        edits.check(fence);
        api.settled("end pod " + name);
        api.find("delete Pod " + name, c -> c.resource(leaving).delete());
        return true;
    }

    /** Waits until {@code ready} instances are new and ready; false where instances fail or {@code end} passed. */
    boolean ready(Slot slot, int ready, long end) {
        SlotView view = awaitReady(slot, ready, end);
        return view != null && !failed(view);
    }

    private @Nullable SlotView awaitReady(Slot slot, int ready, long end) {
        return api.poll(Duration.ofNanos(Math.max(1, end - api.time().nanos())), GLANCE, () -> Optional.of(
                                reader.slot(slot))
                        .filter(v -> failed(v) || readyOf(v) >= ready))
                .orElse(null);
    }

    private boolean failed(SlotView view) {
        return Conditions.of(view, app, api.time().now()).stream().anyMatch(c -> c.fatal());
    }

    private static int readyOf(SlotView view) {
        return (int) view.currentPods().stream().filter(Pods::ready).count();
    }

    /**
     * Gives the Service its own selector back once the pods that were taken out of it are gone. While they are ending the
     * endpoints controller may, for a moment, not know that yet, and would list them again.
     */
    void finish(Fence fence, Slot slot) {
        api.poll(GONE, GLANCE, () -> Optional.of(reader.slot(slot))
                .filter(v -> v.pods().size() == v.currentPods().size()));
        if (reader.slot(slot).oldPods().isEmpty()) {
            finish(fence);
        }
    }

    private void finish(Fence fence) {
        edits.service(fence, s -> Routing.narrowed(s, Selectors.original(Selectors.of(s))));
    }

    private static Map<String, String> labels(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}
