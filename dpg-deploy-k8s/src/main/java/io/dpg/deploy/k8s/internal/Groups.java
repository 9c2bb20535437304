package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what was read into groups. Pure. */
final class Groups {

    private Groups() {}

    static Observation of(Snapshot now, App app, Instant time) {
        Traffic traffic = Weights.of(now);
        List<Group> groups = new ArrayList<>();
        for (Slot slot : Slot.values()) {
            SlotView view = now.slot(slot);
            if (view.exists()) {
                groups.add(group(view, traffic.share(slot), app, time));
            }
        }
        return new Observation(groups);
    }

    private static Group group(SlotView view, int weight, App app, Instant time) {
        List<Group.Condition> conditions = Conditions.of(view, app, time);
        Revision asked = view.revision();
        String version = Templates.version(view.require().getSpec().getTemplate(), app);
        String from = view.updatingFrom();
        if (from == null || view.settled()) {
            int ready = ready(view.currentPods());
            return new Group(
                    view.slot(),
                    version,
                    asked,
                    view.desired(),
                    ready,
                    weight,
                    view.generation(),
                    conditions,
                    null,
                    null);
        }
        Group.InPlace progress = new Group.InPlace(version, asked, ready(view.currentPods()));
        return new Group(
                view.slot(),
                versionOf(view, from, app, version),
                new Revision(from),
                view.desired(),
                ready(view.alive()),
                weight,
                view.generation(),
                conditions,
                progress,
                null);
    }

    private static String versionOf(SlotView view, String revision, App app, @Nullable String fallback) {
        return view.set(revision)
                .map(s -> Templates.version(s.getSpec().getTemplate(), app))
                .orElse(fallback == null ? revision : fallback);
    }

    private static int ready(List<Pod> pods) {
        return (int) pods.stream().filter(Pods::ready).count();
    }
}
