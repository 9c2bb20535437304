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
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the instances of the group that serves by the Deployment's own rolling update, one at a time, held by its
 * {@code paused} field once as many as asked for are on their way. A held update keeps one instance more than wanted: the
 * newest, which serves beside those that it is to replace.
 */
final class Updating {

    private static final Duration CONTROLLER = Duration.ofSeconds(20);
    /** A call ends after this at the latest, and the next one goes on. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final Duration GLANCE = Duration.ofMillis(5);

    private final Api api;
    private final Reader reader;
    private final Edits edits;
    private final Previews previews;
    private final Blueprints blueprints;
    private final Retiring retiring;
    private final Departures departures;

    Updating(Api api, Reader reader, Edits edits, Previews previews, Blueprints blueprints, Retiring retiring) {
        this.departures = new Departures(api, reader, edits);
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
        String from = view.updatingFrom() != null && !view.settled()
                ? view.updatingFrom()
                : view.revision().id();
        Step step = new Step(fence, request, wanted, String.valueOf(from));
        Deployment changed = departures.needed(view, wanted) ? gently(step, view) : plainly(step, view);
        SlotView updating =
                new SlotView(slot, changed, reader.sets(changed.getSpec().getSelector()), List.of());
        previews.point(reader.service(), reader.blue(), updating);
        return new Change(wanted.revision(), updating.generation());
    }

    /** What one call is to do. */
    private record Step(Fence fence, GroupRequest request, Blueprint wanted, String from) {
        int instances() {
            return request.instances();
        }

        boolean all(SlotView view) {
            return instances() >= view.desired();
        }

        boolean begun(SlotView view) {
            return view.require().getSpec().getTemplate().equals(wanted.template());
        }
    }

    /**
     * Leaves it to the Deployment which instances go, and tells it when: they answer on for a moment when they are to end,
     * but nodes must have been able to learn of the newest instances by then.
     */
    private Deployment plainly(Step step, SlotView begin) {
        departures.restoreSelector(step.fence, step.wanted);
        Slot slot = begin.slot();
        if (step.all(begin) && step.begun(begin) && !begin.paused() && onTheirWay(begin) >= begin.desired()) {
            return begin.require(); // it was told all
        }
        long end = api.time().nanos() + PATIENCE.toNanos();
        Deployment last = oneByOne(step, begin, ready -> {
            if (ready > 0 && !departures.ready(slot, ready, end)) {
                return false;
            }
            api.settled("update " + slot);
            return true;
        });
        return last == null ? reader.deployment(slot).orElseThrow() : last;
    }

    /**
     * Takes each instance that is to go out of the Service before it is told to end, because it would end at once: such
     * are adopted pods without a preStop hook.
     */
    private Deployment gently(Step step, SlotView begin) {
        Slot slot = begin.slot();
        long end = api.time().nanos() + PATIENCE.toNanos();
        Deployment last = oneByOne(step, begin, ready -> ready == 0 || departures.one(step.fence, slot, ready, end));
        if (last == null) {
            return reader.deployment(slot).orElseThrow();
        }
        departures.finish(step.fence, slot);
        return last;
    }

    /**
     * Lets new instances come, each once {@code mayGo} says so of the number that must be ready before it.
     *
     * @return the Deployment once it was told to end the last old instance; null where that is not asked for, or not yet
     */
    private @Nullable Deployment oneByOne(Step step, SlotView begin, IntPredicate mayGo) {
        int goal = Math.min(step.instances(), begin.desired());
        for (int next = step.begun(begin) ? onTheirWay(begin) + 1 : 1; next <= goal; next++) {
            if (!mayGo.test(next - 1)) {
                return null;
            }
            hold(step.fence, begin.slot(), go(step), next, next == begin.desired());
        }
        return step.all(begin) && mayGo.test(goal) ? go(step) : null;
    }

    private Deployment go(Step step) {
        Slot slot = step.request.slot();
        return edits.edit(
                step.fence, () -> reader.deployment(slot).orElseThrow(), d -> new DeploymentBuilder(Holding.release(d))
                        .editMetadata()
                        .addToAnnotations(Names.UPDATING_FROM, step.from)
                        .addToAnnotations(Names.STRATEGY, ownStrategy(d))
                        .addToAnnotations(Names.CHANGE_CAUSE, Launching.cause(step.request))
                        .endMetadata()
                        .editSpec()
                        .withTemplate(step.wanted.template())
                        .withNewStrategy()
                        .withType("RollingUpdate")
                        .withNewRollingUpdate()
                        .withMaxSurge(new IntOrString(1))
                        .withMaxUnavailable(new IntOrString(0))
                        .endRollingUpdate()
                        .endStrategy()
                        .endSpec()
                        .build());
    }

    /** Ours stays, as there is no call at the end of an update; it is given back with the application. */
    private static String ownStrategy(Deployment deployment) {
        String noted = SlotView.annotation(deployment.getMetadata().getAnnotations(), Names.STRATEGY);
        return noted == null ? Overlay.json(deployment.getSpec().getStrategy()) : noted;
    }

    private static int onTheirWay(SlotView view) {
        return view.current().map(ReplicaSet::getSpec).map(s -> s.getReplicas()).orElse(0);
    }

    /** Lets the update run until {@code instances} are on their way, and holds it there, even if those are all. */
    private Deployment hold(Fence fence, Slot slot, Deployment changed, int instances, boolean whole) {
        api.poll(CONTROLLER, GLANCE, () -> Optional.of(new SlotView(
                                slot, changed, reader.sets(changed.getSpec().getSelector()), List.of()))
                        .filter(v -> onTheirWay(v) >= instances))
                .orElseThrow(() -> api.retryable("Tried to update " + slot + " until " + instances
                        + " instances are new, but the Deployment controller goes no further; see the diagnosis"));
        return edits.edit(fence, () -> reader.deployment(slot).orElseThrow(), d -> Holding.hold(d, whole));
    }
}
