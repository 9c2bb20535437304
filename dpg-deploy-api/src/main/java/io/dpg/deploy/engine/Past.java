package io.dpg.deploy.engine;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a journal tells of an unfinished rollout: how far it got. */
final class Past {

    final Start start;
    final Instant startedAt;
    final long next;
    int index;
    boolean pending;
    Instant intentAt;

    @Nullable
    String goingBack;

    boolean abort;

    @Nullable
    Instant detectedAt;

    boolean changed;
    boolean migrated;
    boolean candidateHadTraffic;
    boolean candidateAsked;
    int heard;

    @Nullable
    Instant candidateSince;

    @Nullable
    Instant baselineEnded;

    final Map<Slot, Change> changes = new EnumMap<>(Slot.class);

    Past(List<JournalRecord> records) {
        JournalRecord first = records.get(0);
        start = Start.read(first.data());
        startedAt = first.at();
        intentAt = first.at();
        next = records.get(records.size() - 1).sequence() + 1;
        for (JournalRecord record : records) {
            take(record);
        }
    }

    private void take(JournalRecord record) {
        switch (record.kind()) {
            case INTENT -> intent(record);
            case DONE -> done(record);
            case GOING_BACK -> {
                goingBack = record.data().getOrDefault("reason", "unknown");
                abort = Boolean.parseBoolean(record.data().get("abort"));
                if (detectedAt == null) {
                    detectedAt = record.at();
                }
            }
            case STARTED, TAKEN_OVER, FINISHED -> {
                // say nothing about steps
            }
        }
    }

    private void intent(JournalRecord record) {
        if (goingBack != null) {
            return; // the way back is always planned anew
        }
        int step = Integer.parseInt(record.data().getOrDefault("step", "0"));
        if (step != index || !pending) {
            intentAt = record.at();
        }
        index = step;
        pending = true;
        Step intended = start.plan().steps().get(step);
        changed |= intended.changesTarget();
        migrated |= intended instanceof Step.Migrate;
        candidateAsked |= intended instanceof Step.Launch || intended instanceof Step.Update;
        boolean traffic = intended instanceof Step.Update
                || (intended instanceof Step.Shift shift
                        && shift.traffic().share(start.plan().candidate()) > 0);
        if (candidateSince == null && candidateAsked || !candidateHadTraffic && traffic) {
            candidateSince = record.at();
        }
        candidateHadTraffic |= traffic;
        if (baselineEnded == null
                && intended instanceof Step.Shift shift
                && shift.traffic().share(start.plan().candidate()) == 100) {
            baselineEnded = record.at();
        }
    }

    private void done(JournalRecord record) {
        heard = Math.max(heard, Integer.parseInt(record.data().getOrDefault("heard", "0")));
        String slot = record.data().get("slot");
        if (slot != null) {
            changes.put(
                    Slot.valueOf(slot),
                    new Change(
                            new Revision(record.data().getOrDefault("revision", "?")),
                            Long.parseLong(record.data().getOrDefault("generation", "0"))));
        }
        if (goingBack == null) {
            index = Integer.parseInt(record.data().getOrDefault("step", "0")) + 1;
            pending = false;
        }
    }

    /** Tells {@code expected} what the steps that are done have made of the target. */
    void expect(Expectation expected) {
        Plan plan = start.plan();
        Driver.expectStable(plan, expected);
        for (int i = 0; i < index; i++) {
            Step step = plan.steps().get(i);
            if (step instanceof Step.Launch launch && changes.get(launch.slot()) != null) {
                expected.group(
                        launch.slot(),
                        launch.replicas(),
                        changes.get(launch.slot()).revision());
            } else if (step instanceof Step.Shift shift) {
                expected.traffic(shift.traffic());
            } else if (step instanceof Step.Retire retire) {
                expected.forget(retire.slot());
            } else if (step instanceof Step.Update update) {
                expected.forgetRevision(update.slot());
            } else if (step instanceof Step.Scale scale) {
                expected.size(scale.slot(), scale.replicas());
            }
        }
        if (pending && index < plan.steps().size() && plan.steps().get(index).changesTarget()) {
            // The change may or may not have happened: nothing can be expected until it is repeated.
            expected.traffic(null);
            expected.forget(Slot.BLUE);
            expected.forget(Slot.GREEN);
        }
    }

    /** Returns the id of the rollout of {@code target} that has not ended. */
    static Optional<String> unfinished(Journal journal, String target) {
        // A rollout begins only where none is unfinished, so the newest is the only one that can be.
        List<String> rollouts = journal.rollouts(target);
        if (rollouts.isEmpty()) {
            return Optional.empty();
        }
        String newest = rollouts.get(rollouts.size() - 1);
        List<JournalRecord> records = journal.read(newest);
        boolean open = !records.isEmpty() && records.get(records.size() - 1).kind() != Kind.FINISHED;
        return open ? Optional.of(newest) : Optional.empty();
    }

    /** Returns what was promoted on {@code target} and not rolled back since, oldest first. */
    static List<Known> promoted(Journal journal, String target) {
        List<Known> stack = new ArrayList<>();
        for (String rollout : journal.rollouts(target)) {
            List<JournalRecord> records = journal.read(rollout);
            JournalRecord last = records.isEmpty() ? null : records.get(records.size() - 1);
            if (last == null
                    || last.kind() != Kind.FINISHED
                    || !"Promoted".equals(last.data().get("outcome"))) {
                continue;
            }
            String before = last.data().get("stableRevision");
            if (before != null) {
                push(stack, before, last.data().getOrDefault("stableVersion", "?"));
            }
            String after = last.data().get("revision");
            if (after != null) {
                push(stack, after, last.data().getOrDefault("version", "?"));
            }
        }
        return stack;
    }

    /** Returns the migration that moved the schema past {@code goal} since that was last promoted, where one did. */
    static Optional<String> schemaMovedPast(Journal journal, String target, Revision goal) {
        List<String> rollouts = journal.rollouts(target);
        for (int i = rollouts.size() - 1; i >= 0; i--) {
            List<JournalRecord> records = journal.read(rollouts.get(i));
            if (records.isEmpty()) {
                continue;
            }
            Map<String, String> last = records.get(records.size() - 1).data();
            if ("Promoted".equals(last.get("outcome")) && goal.id().equals(last.get("revision"))) {
                return Optional.empty();
            }
            if (last.containsKey("schemaMovedBy")) {
                return Optional.ofNullable(last.get("schemaMovedBy"));
            }
        }
        return Optional.empty();
    }

    /** Coming back to an earlier revision takes away all that came after it. */
    private static void push(List<Known> stack, String revision, String version) {
        Known known = new Known(new Revision(revision), version);
        int at = stack.indexOf(known);
        if (at >= 0) {
            stack.subList(at + 1, stack.size()).clear();
        } else {
            stack.add(known);
        }
    }
}
