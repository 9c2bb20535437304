package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans the return to stable from what is observed now and the stable group recorded at the start; never by inverting
 * what was done. Pure.
 *
 * @param steps what to do; empty where the target already is as it was
 * @param impossible why there is no way back, or null where there is one
 */
record WayBack(List<Step> steps, @Nullable String impossible) {

    static WayBack plan(
            Plan forward,
            Observation now,
            Limits limits,
            @Nullable Migration applied,
            boolean candidateHadTraffic,
            boolean candidateAsked,
            boolean stableLaunchable) {
        Group stable = forward.stable();
        List<Step> steps = new ArrayList<>();
        if (stable == null) {
            if (now.weight(forward.candidate()) > 0) {
                return new WayBack(
                        List.of(), "there is no earlier release to return to, and the failed one has the traffic");
            }
            if (candidateAsked) {
                steps.add(retire(forward.candidate(), limits));
            }
            return new WayBack(steps, null);
        }
        if (applied != null && !applied.compatibleWith(stable.version())) {
            if (!applied.undoable()) {
                return new WayBack(
                        List.of(),
                        "migration '" + applied.name() + "' moved the schema past " + stable.version()
                                + " and cannot be undone");
            }
            steps.add(new Step.Migrate(applied.name(), true, limits.ready()));
        }
        Group present = now.group(stable.slot()).orElse(null);
        boolean alive = present != null && present.revision().equals(stable.revision());
        if (!alive && !stableLaunchable) {
            return new WayBack(
                    List.of(), stable.version() + " (" + stable.revision() + ") is gone and cannot be launched again");
        }
        if (forward.inPlace()) {
            inPlace(steps, stable, present, alive, limits, candidateAsked);
        } else {
            beside(steps, forward, stable, present, alive, now, limits, candidateHadTraffic, candidateAsked);
        }
        return new WayBack(steps, null);
    }

    private static void inPlace(
            List<Step> steps,
            Group stable,
            @Nullable Group present,
            boolean alive,
            Limits limits,
            boolean candidateAsked) {
        if (present == null) {
            steps.add(new Step.Launch(
                    stable.slot(), stable.version(), stable.revision(), stable.desired(), limits.change()));
        } else if (candidateAsked || !alive || present.inPlace() != null) {
            steps.add(new Step.Update(
                    stable.slot(), stable.version(), stable.revision(), present.desired(), limits.ready()));
        }
        if (present != null && present.desired() < stable.desired()) {
            steps.add(new Step.Scale(stable.slot(), stable.desired(), limits.change()));
        }
        steps.add(new Step.AwaitReady(stable.slot(), Math.max(1, stable.desired()), limits.ready()));
    }

    private static void beside(
            List<Step> steps,
            Plan forward,
            Group stable,
            @Nullable Group present,
            boolean alive,
            Observation now,
            Limits limits,
            boolean candidateHadTraffic,
            boolean candidateAsked) {
        Slot back = stable.slot();
        Slot candidate = forward.candidate();
        boolean untouched = alive && now.weight(back) == 100 && now.weight(candidate) == 0 && !candidateHadTraffic;
        if (!untouched) {
            if (!alive) {
                steps.add(
                        new Step.Launch(back, stable.version(), stable.revision(), stable.desired(), limits.change()));
            } else if (present != null && present.desired() < stable.desired()) {
                steps.add(new Step.Scale(back, stable.desired(), limits.change()));
            }
            int carried = alive && present != null ? Math.min(99, 100 * present.ready() / forward.full()) : 0;
            if (carried > now.weight(back) && carried < 99) {
                // Stable lacks instances: it takes what it can carry now, and the rest once they are back.
                steps.add(new Step.Shift(Traffic.of(back, carried), limits.change()));
            }
            steps.add(new Step.AwaitReady(back, Group.needed(100, forward.full()), limits.ready()));
            steps.add(new Step.Shift(Traffic.all(back), limits.change()));
        }
        // One that was asked for and does not show yet is told to go all the same: it may only be late.
        if (candidateAsked) {
            if (candidateHadTraffic) {
                steps.add(
                        new Step.Drain(candidate, limits.drain(), limits.drain().plus(limits.call())));
            }
            steps.add(retire(candidate, limits));
        }
    }

    private static Step retire(Slot slot, Limits limits) {
        return new Step.Retire(slot, limits.change());
    }
}
