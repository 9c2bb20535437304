package io.dpg.deploy.engine;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Revision;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what a manual rollback returns to. */
public final class Rollbacks {

    private Rollbacks() {}

    /**
     * Returns the revision of {@code version}, or the one promoted before what serves now.
     *
     * @throws PlanInvalidException if there is none, with those that there are
     */
    public static Known find(Engine engine, Target target, @Nullable String version) {
        Observation now = target.observe();
        Revision current = Planner.current(now).map(Group::revision).orElse(null);
        List<Known> past = new ArrayList<>(Past.promoted(engine.journal(target), target.key()));
        Collections.reverse(past);
        Set<Known> candidates = new LinkedHashSet<>();
        if (version == null) {
            // Before what serves now, as promoted; a group that still runs beside it where the journal knows nothing.
            int at = indexOf(past, current);
            candidates.addAll(at >= 0 ? past.subList(at + 1, past.size()) : past);
            if (candidates.isEmpty() && past.isEmpty()) {
                candidates.addAll(target.history());
            }
        } else {
            candidates.addAll(past);
            now.groups().forEach(g -> candidates.add(new Known(g.revision(), g.version())));
            candidates.addAll(target.history());
        }
        Optional<Known> found = candidates.stream()
                .filter(k -> !k.revision().equals(current))
                .filter(k -> version == null || k.version().equals(version))
                .findFirst();
        return found.orElseThrow(() -> none(target, version, now, candidates));
    }

    /**
     * Checks that the application at {@code known} works on the schema as later releases left it.
     *
     * @throws PlanInvalidException if a migration since moved the schema past it
     */
    public static void requireSchema(Engine engine, Target target, Known known) {
        Past.schemaMovedPast(engine.journal(target), target.key(), known.revision())
                .ifPresent(migration -> {
                    throw new PlanInvalidException(
                            "plan the rollback of " + target.key(),
                            List.of(new Fault(
                                    "to",
                                    known.version(),
                                    "migration '" + migration + "' moved the schema past it; undo that migration first,"
                                            + " then say evenIfSchemaMoved()")));
                });
    }

    private static int indexOf(List<Known> past, @Nullable Revision current) {
        for (int i = 0; i < past.size(); i++) {
            if (past.get(i).revision().equals(current)) {
                return i;
            }
        }
        return -1;
    }

    private static PlanInvalidException none(
            Target target, @Nullable String version, Observation now, Set<Known> candidates) {
        String there = candidates.stream().map(Known::version).distinct().collect(Collectors.joining(", "));
        String reason = version == null
                ? "nothing was promoted on this target before what serves now (" + now + ")"
                : "no other revision of that version is known; known are: " + (there.isEmpty() ? "none" : there);
        return new PlanInvalidException(
                "plan the rollback of " + target.key(),
                List.of(new Fault("to", version == null ? "the previous revision" : version, reason)));
    }

    /** Returns the application's name as the newest rollout of {@code target} says, else the target's key. */
    public static String application(Engine engine, Target target) {
        Journal journal = engine.journal(target);
        List<String> rollouts = journal.rollouts(target.key());
        if (rollouts.isEmpty()) {
            return target.key();
        }
        List<JournalRecord> records = journal.read(rollouts.get(rollouts.size() - 1));
        return records.isEmpty()
                ? target.key()
                : Start.read(records.get(0).data()).release().application();
    }
}
