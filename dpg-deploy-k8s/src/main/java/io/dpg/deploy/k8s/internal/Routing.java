package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.k8s.TrafficRouter;
import io.dpg.deploy.spi.Fence;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Sends users' requests to groups: by the Service's selector, and through a router where there is one. */
final class Routing {

    /** A natural ratio this near a share, in percentage points, is left alone where pods carry no label of ours. */
    private static final int NEAR = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(25);

    private final Api api;
    private final Reader reader;
    private final Edits edits;
    private final Previews previews;
    private final LiveLabel live;
    private final Autoscalers autoscalers;

    Routing(Api api, Reader reader, Edits edits, Previews previews, Autoscalers autoscalers) {
        this.api = api;
        this.reader = reader;
        this.edits = edits;
        this.previews = previews;
        this.live = new LiveLabel(api);
        this.autoscalers = autoscalers;
    }

    void route(Fence fence, Traffic traffic) {
        Snapshot now = reader.read();
        edits.check(fence, now.service());
        if (traffic.isNone()) {
            select(fence, Selectors.with(now.selector(), Names.SLOT, Selectors.NONE));
            return;
        }
        for (Slot slot : Slot.values()) {
            if (traffic.share(slot) > 0 && !now.slot(slot).exists()) {
                throw api.fault("Tried to route " + traffic + ", but nothing runs in " + slot);
            }
            if (traffic.share(slot) == 100) {
                all(fence, now, slot);
                return;
            }
        }
        TrafficRouter router = reader.router();
        if (router == null) {
            rotate(fence, now, traffic);
        } else {
            weigh(fence, now, router, traffic);
        }
    }

    private void all(Fence fence, Snapshot now, Slot slot) {
        Map<String, String> selector = Selectors.only(now, slot);
        if (selector == null) {
            throw api.retryable("Tried to route everything to " + slot + ", but its ReplicaSet does not show yet");
        }
        select(fence, selector);
        TrafficRouter router = reader.router();
        if (router != null) {
            // By now both Services select the slot, or the preview one has no share: safe at any moment.
            settle(fence, now, router, 0);
        } else {
            // Whoever has all traffic is reached where users are. Kept, the preview would lead the next candidate's
            // first
            // checks to this group, wherever nodes have not heard of a change yet.
            previews.delete(now.service());
        }
        autoscalers.follow(slot);
    }

    private void select(Fence fence, Map<String, String> selector) {
        edits.service(fence, service -> narrowed(service, selector));
    }

    /** Returns {@code service} with another selector, which notes its own one for people, and for the way back. */
    static Service narrowed(Service service, Map<String, String> selector) {
        Map<String, String> original = Selectors.original(Selectors.of(service));
        ServiceBuilder changed =
                new ServiceBuilder(service).editSpec().withSelector(selector).endSpec();
        return selector.equals(original)
                ? changed.editMetadata()
                        .removeFromAnnotations(Names.SELECTOR)
                        .endMetadata()
                        .build()
                : changed.editMetadata()
                        .addToAnnotations(Names.SELECTOR, text(original))
                        .endMetadata()
                        .build();
    }

    private static String text(Map<String, String> selector) {
        return String.join(
                ",",
                selector.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
    }

    /** Splits by router: between the Service, which selects one slot, and the preview, which selects the other. */
    private void weigh(Fence fence, Snapshot now, TrafficRouter router, Traffic traffic) {
        Slot own = primary(now);
        if (own == null) {
            throw api.fault("Tried to route " + traffic + " with " + router.describe()
                    + ", but nothing serves yet; give all traffic to one group first");
        }
        Map<String, String> only = Selectors.only(now, own);
        if (only != null) {
            select(fence, only);
        }
        SlotView other = now.slot(own.other());
        previews.point(now.service(), now.blue().require(), other);
        String preview = Reader.preview(now.service());
        api.poll(PATIENCE, GLANCE, () -> Optional.of(reader.endpoints(preview)).filter(e -> other.alive().stream()
                        .anyMatch(p -> e.contains(p.getMetadata().getName()))))
                .orElseThrow(() -> api.retryable("Tried to route " + traffic + ", but Service " + preview
                        + " has no ready endpoint of " + own.other()));
        settle(fence, now, router, traffic.share(own.other()));
    }

    private static @org.jspecify.annotations.Nullable Slot primary(Snapshot now) {
        for (Slot slot : Slot.values()) {
            if (Selectors.selects(now.selector(), now.slot(slot))
                    && !Selectors.selects(now.selector(), now.slot(slot.other()))) {
                return slot;
            }
        }
        return null;
    }

    private void settle(Fence fence, Snapshot now, TrafficRouter router, int percent) {
        TrafficRouter.Backends backends = reader.backends(now.service());
        edits.check(fence);
        TrafficRouter.Split seen = api.call("read " + router.describe(), c -> router.read(backends));
        if (seen.preview() != percent) {
            api.call("write " + router.describe(), c -> {
                router.write(backends, seen, percent);
                return true;
            });
        }
        api.poll(PATIENCE, GLANCE, () -> Optional.of(api.call("read " + router.describe(), c -> router.read(backends)))
                        .filter(s -> s.applied() && s.preview() == percent))
                .orElseThrow(() -> api.retryable("Tried to give " + percent + " % to the preview with "
                        + router.describe() + ", but its controller has not taken that up"));
    }

    /** Splits by the ratio of endpoints: instances more than the share needs leave the rotation, but go on running. */
    private void rotate(Fence fence, Snapshot now, Traffic traffic) {
        List<Pod> blue = ready(now.blue());
        List<Pod> green = ready(now.green());
        int percent = traffic.share(Slot.GREEN);
        boolean labelled = now.blue().labelled() && now.green().labelled();
        Rotation natural = new Rotation(blue.size(), green.size());
        Rotation wanted = Rotation.of(blue.size(), green.size(), percent);
        if (!labelled && (natural.off(percent) <= NEAR || wanted.equals(natural))) {
            select(fence, Selectors.original(now.selector()));
            return;
        }
        live.in(Stream.concat(blue.subList(0, wanted.blue()).stream(), green.subList(0, wanted.green()).stream())
                .toList());
        select(fence, Selectors.with(now.selector(), Names.LIVE, "true"));
        live.out(blue.subList(wanted.blue(), blue.size()));
        live.out(green.subList(wanted.green(), green.size()));
    }

    /** Those that are in rotation already come first, and the oldest of them: as few changes as can be. */
    private static List<Pod> ready(SlotView view) {
        return view.alive().stream()
                .filter(Pods::ready)
                .sorted(java.util.Comparator.comparing((Pod p) ->
                                !"true".equals(p.getMetadata().getLabels().get(Names.LIVE)))
                        .thenComparing(p -> p.getMetadata().getCreationTimestamp())
                        .thenComparing(p -> p.getMetadata().getName()))
                .toList();
    }
}
