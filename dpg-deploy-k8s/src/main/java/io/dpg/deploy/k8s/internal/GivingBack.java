package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Fence;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Leaves an application as a plain Deployment and Service, with nothing of ours in them, running what it runs now and
 * without losing a request.
 */
final class GivingBack {

    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final Set<String> LABELS = Set.of(Names.SLOT, Names.LIVE, Names.REVISION);
    private static final Set<String> ANNOTATIONS = Set.of(
            Names.REVISION,
            Names.VERSION,
            Names.OVERLAY,
            Names.FENCE,
            Names.SELECTOR,
            Names.UPDATING_FROM,
            Names.MIN_READY,
            Names.STRATEGY);

    private final Api api;
    private final Reader reader;
    private final Edits edits;
    private final Previews previews;
    private final Routing routing;
    private final Retiring retiring;
    private final Launching launching;

    GivingBack(
            Api api,
            Reader reader,
            Edits edits,
            Previews previews,
            Routing routing,
            Retiring retiring,
            Launching launching) {
        this.api = api;
        this.reader = reader;
        this.edits = edits;
        this.previews = previews;
        this.routing = routing;
        this.retiring = retiring;
        this.launching = launching;
    }

    /** Returns the highest fence that the application has seen. */
    long seen() {
        return Edits.fenceOf(reader.service());
    }

    void giveBack(Fence fence, Duration limit, Duration drain) {
        api.settled("give " + api.app().key() + " back");
        edits.claim(fence);
        Snapshot now = reader.read();
        Slot serving = serving(now);
        if (serving == Slot.GREEN) {
            toBlue(fence, now, limit, drain);
        } else {
            retiring.retire(fence, Slot.GREEN);
            inPlace(fence, limit);
        }
        previews.delete(now.service());
        api.find("delete Deployment " + api.app().deployment(Slot.GREEN), c -> c.apps()
                .deployments()
                .inNamespace(api.app().namespace())
                .withName(api.app().deployment(Slot.GREEN))
                .delete());
        edits.service(fence, GivingBack::clean);
        edits.edit(fence, reader::blue, d -> clean(ownStrategy(d)));
        edits.unfence(reader::blue, GivingBack::clean);
        edits.unfence(reader::service, GivingBack::clean);
    }

    private Slot serving(Snapshot now) {
        Traffic traffic = Weights.of(now);
        for (Slot slot : Slot.values()) {
            if (traffic.share(slot) == 100) {
                return slot;
            }
        }
        throw api.fault("Tried to give " + api.app().key() + " back, but no group has all traffic (" + traffic
                + "); finish or abort the rollout first");
    }

    private void toBlue(Fence fence, Snapshot now, Duration limit, Duration drain) {
        Deployment green = now.green().require();
        PodTemplateSpec template = plain(green.getSpec().getTemplate());
        launching.put(fence, now, Slot.BLUE, template, now.green().desired());
        await(limit, "the plain Deployment is ready", s -> s.blue().complete());
        routing.route(fence, Traffic.all(Slot.BLUE));
        await(limit, "traffic goes to it", s -> Weights.of(s).share(Slot.BLUE) == 100);
        api.nap(drain);
        retiring.retire(fence, Slot.GREEN);
    }

    /** Takes our labels off the pods that serve, one after the other; the Service must not ask for them any more. */
    private void inPlace(Fence fence, Duration limit) {
        edits.service(fence, s -> Routing.narrowed(s, Selectors.original(Selectors.of(s))));
        edits.edit(fence, reader::blue, d -> new DeploymentBuilder(Holding.release(d))
                .editSpec()
                .withTemplate(plain(d.getSpec().getTemplate()))
                .endSpec()
                .build());
        await(limit, "the plain pods are ready", s -> s.blue().complete());
    }

    private void await(Duration limit, String what, Predicate<Snapshot> shown) {
        api.poll(limit, GLANCE, () -> Optional.of(reader.read()).filter(shown))
                .orElseThrow(() -> api.retryable("Tried to give " + api.app().key() + " back, but after " + limit
                        + " it still does not show that " + what + "; look at its pods, and call it again"));
    }

    private static PodTemplateSpec plain(PodTemplateSpec template) {
        PodTemplateSpec plain = Overlay.copy(template);
        plain.getMetadata().setLabels(without(plain.getMetadata().getLabels(), LABELS));
        plain.getMetadata().setAnnotations(without(plain.getMetadata().getAnnotations(), ANNOTATIONS));
        return plain;
    }

    private static Deployment ownStrategy(Deployment deployment) {
        String noted = SlotView.annotation(deployment.getMetadata().getAnnotations(), Names.STRATEGY);
        if (noted != null) {
            deployment.getSpec().setStrategy(Overlay.object(noted, DeploymentStrategy.class));
        }
        return deployment;
    }

    private static <T extends HasMetadata> T clean(T object) {
        object.getMetadata().setAnnotations(without(object.getMetadata().getAnnotations(), ANNOTATIONS));
        return object;
    }

    private static Map<String, String> without(Map<String, String> map, Set<String> keys) {
        Map<String, String> rest = new HashMap<>(map == null ? Map.of() : map);
        rest.keySet().removeAll(keys);
        return rest;
    }
}
