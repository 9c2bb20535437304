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
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows what must hold in a {@link SimulatedRollout}, at every accepted change and at the end. */
final class Oracle implements ChangeObserver {

    private final World world;
    private final SimulatedTarget target;
    private final Journal journal;
    private final VirtualTime time;
    private final Instant begun;
    private @Nullable Plan plan;
    private @Nullable JournalRecord last;
    private final Map<Long, JournalRecord.Kind> lastKind = new HashMap<>();
    private boolean goingBack;
    private long backFence = Long.MAX_VALUE;
    private boolean candidateRouted;
    private boolean shiftIntended;
    private boolean interfered;
    private boolean abortSaid;
    private boolean promoteSaid;
    private boolean gateOpen;
    /** The fence of the newest intent: between taking the lease and that, a new owner has decided nothing yet. */
    private long intentFence;

    private boolean schemaMoved;
    private final long[] unroutedAt = new long[2];
    private Traffic routed = Traffic.NONE;
    private final Observation atFirst;

    /** Something that always holds did not. An error, so that no engine takes it for a failure to handle. */
    static final class Violation extends Error {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    Oracle(World world, SimulatedTarget target, Journal journal, VirtualTime time) {
        this.world = world;
        this.target = target;
        this.journal = journal;
        this.time = time;
        this.begun = time.now();
        this.atFirst = target.truth();
        this.gateOpen = !world.gate();
        atFirst.serving().ifPresent(g -> routed = Traffic.all(g.slot()));
    }

    void interfered() {
        interfered = true;
    }

    void aborted(boolean heard) {
        abortSaid |= heard;
    }

    void gateOpened() {
        gateOpen = true;
    }

    /** The schema moved past stable, or back. */
    void schema(boolean moved) {
        check(plan != null && last != null && last.kind() != JournalRecord.Kind.FINISHED, "5: migrated off the record");
        check(gateOpen, "7: migrated before the gate opened");
        schemaMoved = moved;
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
        lastKind.put(record.fence(), record.kind());
        switch (record.kind()) {
            case STARTED -> plan = PlanJson.read(record.data().getOrDefault("plan", ""));
            case GOING_BACK -> {
                goingBack = true;
                backFence = Math.min(backFence, record.fence());
            }
            case INTENT -> {
                intentFence = Math.max(intentFence, record.fence());
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
        check(with.number() >= intentFence, "6: " + call + " with " + with + " after fence " + intentFence + " acted");
        JournalRecord latest = last;
        check(latest != null && latest.kind() != JournalRecord.Kind.FINISHED, "6: " + call + " after the end");
        JournalRecord.Kind own = lastKind.get(with.number());
        boolean intended = own == JournalRecord.Kind.INTENT || (own != null && goingBack);
        check(intended, "5: " + call + " with " + with + " without an intent on record: " + own);
        check(gateOpen, "7: " + call + " before the gate opened");
        if (wanted != null) {
            route(present, wanted, seen);
        } else if (call.equals("retire") && slot != null) {
            retire(present, slot, seen);
        } else if (with.number() >= backFence && slot == present.candidate() && !present.inPlace()) {
            throw new Violation("R3: " + call + " of the candidate on the way back");
        } else if (slot != null && slot == present.candidate() && !present.inPlace()) {
            // Only the slot's own group may be resized while it carries traffic.
            check(seen.weight(slot) == 0 || candidateRouted || interfered, "3: " + call + " over a serving " + slot);
        }
    }

    private void route(Plan present, Traffic wanted, Observation seen) {
        for (Slot slot : Slot.values()) {
            int needed = Group.needed(wanted.share(slot), present.full());
            boolean more = wanted.share(slot) > seen.weight(slot); // taking traffic from the sick is always right
            check(
                    !more || seen.ready(slot) >= needed,
                    "1: routed " + wanted + ", but " + slot + " has " + seen.ready(slot) + " ready of " + needed);
            boolean back =
                    more && present.stable() != null && slot == present.stable().slot();
            check(!back || !schemaMoved || interfered, "9: routed " + wanted + ", but the schema of stable is gone");
            if (wanted.share(slot) == 0 && routed.share(slot) > 0) {
                unroutedAt[slot.ordinal()] = time.nanos();
            }
        }
        if (wanted.share(present.candidate()) > 0 && !present.inPlace()) {
            boolean more = wanted.share(present.candidate()) > seen.weight(present.candidate());
            check(!more || shiftIntended, "2: routed to the candidate before a shift said so");
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
        check(gateOpen || end != Simulation.End.PROMOTED, "7: promoted with its gate closed");
        if (end == Simulation.End.STUCK) {
            check(world.hostile() || interfered, "4: stuck without need: " + reason);
            journalEnded();
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
            check(!schemaMoved, "9: returned to " + stable.version() + ", whose schema is gone");
            check(
                    now != null && now.weight() == 100 && now.version().equals(stable.version()),
                    "5: ended " + end + ", but " + truth);
            check(now.inPlace() == null, "5: half updated: " + truth);
            check(now.ready() >= Group.needed(100, present.full()), "4: ended on too few instances: " + truth);
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
        Plan present = plan;
        if (!interfered && serving != null && present != null) {
            check(serving.inPlace() == null, "5: promoted half updated: " + truth);
            boolean crashes = world.behaviour().crashesAfter() != null; // perhaps after the last look
            check(
                    crashes || serving.ready() >= Group.needed(100, present.full()),
                    "4: promoted on too few instances: " + truth);
        }
        check(!abortSaid, "8: promoted after an abort");
        Behaviour behaviour = world.behaviour();
        check(behaviour.readyAfter() != null, "1: promoted a release that never gets ready");
        check(behaviour.healthy() || !world.check(), "7: promoted although the check failed");
        boolean judged = (world.analysis() || world.watch()) && !promoteSaid && watched();
        check(!judged || behaviour.errorRatio() < 0.05, "7: promoted with errors or with NaN: " + behaviour);
        check(!judged || behaviour.metrics(), "7: promoted without data");
    }

    private boolean watched() {
        return plan != null
                && plan.steps().stream()
                        .anyMatch(s -> s instanceof Step.Conclude
                                || (s instanceof Step.Bake b && !b.analyses().isEmpty()));
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
