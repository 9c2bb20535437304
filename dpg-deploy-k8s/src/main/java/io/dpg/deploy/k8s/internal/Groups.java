package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what was read into groups. Pure. */
final class Groups {

    /** How long before the outage a launch may have begun that nodes had not heard the end of. */
    private static final Duration LAUNCHING = Duration.ofSeconds(60);

    private Groups() {}

    /**
     * Returns the groups.
     *
     * @param unsettledSince when the API server went out of reach, if nodes may still not have caught up; else null
     */
    static Observation of(Snapshot now, App app, Instant time, @Nullable Instant unsettledSince) {
        Traffic traffic = Weights.of(now);
        List<Group> groups = new ArrayList<>();
        for (Slot slot : Slot.values()) {
            SlotView view = now.slot(slot);
            if (view.exists()) {
                Group group = group(view, traffic.share(slot), app, time);
                groups.add(
                        unsettledSince != null && unknownToNodes(view, group, unsettledSince) ? unready(group) : group);
            }
        }
        return new Observation(groups);
    }

    /** A group launched about when nodes lost the API server cannot be reached through them until they are back. */
    private static boolean unknownToNodes(SlotView view, Group group, Instant lost) {
        return group.weight() == 0
                && view.alive().stream()
                        .map(p -> Instant.parse(p.getMetadata().getCreationTimestamp()))
                        .anyMatch(lost.minus(LAUNCHING)::isBefore);
    }

    private static Group unready(Group g) {
        return new Group(
                g.slot(),
                g.version(),
                g.revision(),
                g.desired(),
                0,
                g.weight(),
                g.generation(),
                g.conditions(),
                g.inPlace(),
                g.openRequests());
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
