package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what was read into groups. Pure, but for task definitions, which never change. */
final class Groups {

    private Groups() {}

    static Observation of(
            Snapshot now, EcsApp app, @Nullable String container, Instant time, Function<String, Definition> read) {
        Traffic traffic = now.traffic();
        List<Group> groups = new ArrayList<>();
        for (Slot slot : Slot.values()) {
            SlotView view = now.slot(slot);
            if (view.exists()) {
                groups.add(group(view, traffic.share(slot), app, container, time, read));
            }
        }
        return new Observation(groups);
    }

    private static Group group(
            SlotView view,
            int weight,
            EcsApp app,
            @Nullable String container,
            Instant time,
            Function<String, Definition> read) {
        List<Group.Condition> conditions = Conditions.of(view, app, time);
        Definition asked = view.wanted();
        String version = asked.version(container);
        String from = view.tag(Labels.UPDATING_FROM);
        if (from == null || view.settled()) {
            return new Group(
                    view.slot(),
                    version,
                    asked.revision(),
                    view.desired(),
                    Readiness.current(view),
                    weight,
                    view.generation(),
                    conditions,
                    null,
                    null);
        }
        Definition before = read.apply(from);
        return new Group(
                view.slot(),
                before.version(container),
                before.revision(),
                view.desired(),
                Readiness.all(view),
                weight,
                view.generation(),
                conditions,
                new Group.InPlace(version, asked.revision(), Readiness.current(view)),
                null);
    }
}
