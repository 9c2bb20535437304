package io.dpg.deploy.strategy;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the strategies of this package have in common: composes steps for one situation. */
final class Steps {

    private final Situation situation;
    private final List<Step> list = new ArrayList<>();
    private int launched;

    Steps(Situation situation) {
        this.situation = situation;
    }

    List<Step> list() {
        return list;
    }

    /** Launches the candidate with enough instances for {@code percent}, if it has not as many yet. */
    Steps launchFor(int percent) {
        int instances = Math.min(situation.replicas(), Group.needed(percent, situation.replicas()));
        if (instances > launched) {
            launched = instances;
            list.add(new Step.Launch(
                    situation.candidate(),
                    situation.release().version(),
                    situation.revision(),
                    instances,
                    situation.limits().change()));
            list.add(new Step.AwaitReady(
                    situation.candidate(), instances, situation.limits().ready()));
        }
        return this;
    }

    Steps verify(Slot slot, boolean live) {
        if (!situation.checks().isEmpty()) {
            list.add(new Step.Verify(
                    slot, situation.checks(), live, situation.limits().verify()));
        }
        return this;
    }

    /** Checks the candidate before it has traffic, where it can be reached then. */
    Steps verifyPreview() {
        return situation.can(Capability.PREVIEW_ENDPOINT) ? verify(situation.candidate(), false) : this;
    }

    Steps shift(int percent) {
        list.add(new Step.Shift(
                Traffic.of(situation.candidate(), percent), situation.limits().change()));
        return this;
    }

    /** Watches for {@code time}; analyses without a verdict by then may hold it for as long again, 5 minutes at least. */
    Steps bake(Slot candidate, Duration time) {
        if (!time.isZero()) {
            list.add(new Step.Bake(
                    candidate,
                    time,
                    situation.analyses(),
                    bakeLimit(time, !situation.analyses().isEmpty())));
        }
        return this;
    }

    static Duration bakeLimit(Duration time, boolean mayHold) {
        Duration hold = time.compareTo(Duration.ofMinutes(5)) > 0 ? time : Duration.ofMinutes(5);
        return mayHold ? time.plus(hold) : time.plusMinutes(1);
    }

    Steps drain(Slot slot) {
        Duration drain = situation.limits().drain();
        list.add(new Step.Drain(slot, drain, drain.plus(situation.limits().call())));
        return this;
    }

    Steps retire(Slot slot) {
        list.add(new Step.Retire(slot, situation.limits().change()));
        return this;
    }

    /** The first release of a target: nothing to compare with and nothing to return to, so all traffic at once. */
    static List<Step> first(Situation situation, Duration finalBake) {
        return new Steps(situation)
                .launchFor(100)
                .verifyPreview()
                .shift(100)
                .verify(situation.candidate(), true)
                .bake(situation.candidate(), finalBake)
                .list();
    }

    static void require(List<Fault> faults, Situation situation, String strategy, Capability capability, String why) {
        if (!situation.can(capability)) {
            faults.add(new Fault("strategy", strategy, why));
        }
    }

    static void noLoneAnalysis(List<Fault> faults, Situation situation, Duration watched, String setting) {
        if (!situation.analyses().isEmpty() && watched.isZero()) {
            faults.add(new Fault(
                    "analyze",
                    String.join(", ", situation.analyses()),
                    "would never look, because " + setting + " is zero; set " + setting + " or leave analyze out"));
        }
    }

    static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, but is " + value);
        }
        return value;
    }
}
