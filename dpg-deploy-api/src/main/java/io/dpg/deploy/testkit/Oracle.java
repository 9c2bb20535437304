package io.dpg.deploy.testkit;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.engine.PlanJson;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows what must hold in a {@link SimulatedRollout}, at every accepted change and at the end. */
final class Oracle implements ChangeObserver {

    private final SimulatedRollout.World world;
    private final SimulatedTarget target;
    private final Journal journal;
    private final VirtualTime time;
    private final Instant begun;
    private @Nullable Plan plan;
    private @Nullable JournalRecord last;
    private boolean goingBack;
    private boolean candidateRouted;
    private boolean shiftIntended;
    private boolean interfered;
    private boolean abortSaid;
    private boolean promoteSaid;
    private final long[] unroutedAt = new long[2];
    private Traffic routed = Traffic.NONE;
    private final Observation atFirst;

    /** Something that always holds did not. An error, so that nothing takes it for a failure of the platform. */
    static final class Violation extends Error {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    Oracle(SimulatedRollout.World world, SimulatedTarget target, Journal journal, VirtualTime time) {
        this.world = world;
        this.target = target;
        this.journal = journal;
        this.time = time;
        this.begun = time.now();
        this.atFirst = target.truth();
        atFirst.serving().ifPresent(g -> routed = Traffic.all(g.slot()));
    }

    void interfered() {
        interfered = true;
    }

    void aborted(boolean heard) {
        abortSaid |= heard;
    }

    void promotedByPerson() {
        promoteSaid = true;
    }

    /** Returns what the rollout's last record says, where it has one. */
    Optional<Map<String, String>> recordedEnd() {
        JournalRecord present = last;
        return present != null && present.kind() == JournalRecord.Kind.FINISHED
                ? Optional.of(present.data())
                : Optional.empty();
    }

    /** Takes note of what was recorded. */
    void recorded(JournalRecord record) {
        last = record;
        switch (record.kind()) {
            case STARTED -> plan = PlanJson.read(record.data().getOrDefault("plan", ""));
            case GOING_BACK -> goingBack = true;
            case INTENT -> {
                if (!goingBack && plan != null) {
                    Step step = plan.steps().get(Integer.parseInt(record.data().getOrDefault("step", "0")));
                    shiftIntended |=
                            step instanceof Step.Shift shift && shift.traffic().share(plan.candidate()) > 0;
                }
            }
            case TAKEN_OVER, DONE, FINISHED -> {
                // nothing to remember
            }
        }
    }

    @Override
    public void accepted(String call, @Nullable Slot slot, @Nullable Traffic wanted, Observation seen, Fence with) {
        Plan present = plan;
        if (present == null) {
            throw new Violation(call + " before the rollout was recorded");
        }
        long holder = journal.holder(target.key())
                .map(Lease::fence)
                .map(Fence::number)
                .orElse(with.number());
        check(with.number() >= holder, "6: " + call + " with fence " + with + " after " + holder + " took over");
        check(last != null && last.kind() != JournalRecord.Kind.FINISHED, "6: " + call + " after the end");
        if (wanted != null) {
            route(present, wanted, seen);
        } else if (call.equals("retire") && slot != null) {
            retire(present, slot, seen);
        } else if (goingBack && slot == present.candidate() && !present.inPlace()) {
            throw new Violation("R3: " + call + " of the candidate on the way back");
        }
    }

    private void route(Plan present, Traffic wanted, Observation seen) {
        for (Slot slot : Slot.values()) {
            int needed = Group.needed(wanted.share(slot), present.full());
            check(
                    seen.ready(slot) >= needed,
                    "1: routed " + wanted + ", but " + slot + " has " + seen.ready(slot) + " ready of " + needed);
            if (wanted.share(slot) == 0 && routed.share(slot) > 0) {
                unroutedAt[slot.ordinal()] = time.nanos();
            }
        }
        if (wanted.share(present.candidate()) > 0) {
            check(shiftIntended, "2: routed to the candidate before a shift said so");
            candidateRouted = true;
        }
        routed = wanted;
    }

    private void retire(Plan present, Slot slot, Observation seen) {
        check(seen.weight(slot) == 0, "3: retired " + slot + " with " + seen.weight(slot) + " % of traffic");
        boolean everRouted = slot != present.candidate() || candidateRouted;
        if (everRouted) {
            check(seen.weight(slot.other()) == 100, "3: retired " + slot + " before the other had all traffic");
            Duration rest = Duration.ofNanos(time.nanos() - unroutedAt[slot.ordinal()]);
            check(
                    interfered || rest.compareTo(world.drain()) >= 0,
                    "3: retired " + slot + " after draining for only " + rest);
        }
    }

    /** Checks the end. */
    void ended(Simulation.End end, String reason) {
        Observation truth = target.truth();
        Plan present = plan;
        check(
                Duration.between(begun, time.now()).compareTo(Duration.ofHours(12)) < 0,
                "12: took " + Duration.between(begun, time.now()));
        if (end == Simulation.End.STUCK) {
            check(world.hostile() || interfered, "4: stuck without need: " + reason);
            return;
        }
        if (end == Simulation.End.PROMOTED) {
            promoted(truth);
        } else if (present == null) {
            check(interfered || truth.equals(atFirst), "5: changed without a record: " + truth);
        } else if (present.stable() == null) {
            check(truth.groups().stream().allMatch(g -> g.weight() == 0), "4: failed first release serves: " + truth);
        } else if (!interfered) {
            Group stable = present.stable();
            Group now = truth.group(stable.slot()).orElse(null);
            check(
                    now != null && now.weight() == 100 && now.version().equals(stable.version()),
                    "5: ended " + end + ", but " + truth);
            check(now.inPlace() == null, "5: half updated: " + truth);
            check(
                    present.inPlace() || truth.group(present.candidate()).isEmpty() || end == Simulation.End.REJECTED,
                    "R2: the candidate is still there: " + truth);
        }
        journalEnded();
    }

    private void promoted(Observation truth) {
        Group serving = truth.serving().orElse(null);
        check(interfered || serving != null, "5: promoted, but " + truth);
        check(interfered || "v2".equals(serving.version()), "5: promoted, but " + truth);
        check(!abortSaid || interfered, "8: promoted after an abort");
        Behaviour behaviour = world.behaviour();
        check(behaviour.readyAfter() != null, "1: promoted a release that never gets ready");
        check(behaviour.healthy() || !world.check(), "7: promoted although the check failed");
        boolean judged = world.analysis() && !promoteSaid && watched();
        check(!judged || behaviour.errorRatio() < 0.05, "7: promoted with errors or with NaN: " + behaviour);
        check(!judged || behaviour.metrics(), "7: promoted without data");
    }

    private boolean watched() {
        return plan != null
                && plan.steps().stream()
                        .anyMatch(s -> s instanceof Step.Bake b && !b.analyses().isEmpty());
    }

    private void journalEnded() {
        List<String> rollouts = journal.rollouts(target.key());
        if (!rollouts.isEmpty()) {
            List<JournalRecord> records = journal.read(rollouts.get(rollouts.size() - 1));
            check(records.get(records.size() - 1).kind() == JournalRecord.Kind.FINISHED, "5: the journal has no end");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new Violation(what);
        }
    }
}
