package io.dpg.deploy.testkit;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One group of a simulated target. Guarded by its target. */
final class SimulatedGroup {

    private static final long NEVER = Long.MAX_VALUE;

    private final Slot slot;
    private String version;
    private Revision revision;
    private long generation;
    private final List<Instance> instances = new ArrayList<>();
    private @Nullable String toVersion;
    private @Nullable Revision toRevision;
    private int toCount;

    /** When an instance gets ready, and when it crashes. */
    private record Instance(Revision revision, long readyAt, long crashAt) {
        boolean ready(long now) {
            return readyAt <= now && crashAt > now;
        }
    }

    SimulatedGroup(Slot slot, String version, Revision revision) {
        this.slot = slot;
        this.version = version;
        this.revision = revision;
    }

    Revision revision() {
        return revision;
    }

    String version() {
        return version;
    }

    void generation(long next) {
        generation = next;
    }

    boolean updating() {
        return toRevision != null;
    }

    void resize(int wanted, Behaviour behaviour, long now) {
        while (instances.size() > wanted) {
            instances.remove(instances.size() - 1);
        }
        while (instances.size() < wanted) {
            instances.add(instance(revision, behaviour, now));
        }
    }

    private static Instance instance(Revision revision, Behaviour behaviour, long now) {
        long ready = behaviour.readyAfter() == null
                ? NEVER
                : now + behaviour.readyAfter().toNanos();
        long crash = behaviour.crashesAfter() == null
                ? NEVER
                : now + behaviour.crashesAfter().toNanos();
        return new Instance(revision, ready, crash);
    }

    /** Begins to replace instances, one after the other, until {@code count} run {@code next}. */
    void update(String nextVersion, Revision next, int count, Behaviour behaviour, long now) {
        if (next.equals(revision) && toRevision == null) {
            return;
        }
        toVersion = nextVersion;
        toRevision = next;
        toCount = count;
        long at = now;
        for (int i = 0; i < instances.size(); i++) {
            boolean already = instances.get(i).revision().equals(next);
            if (i < count && !already) {
                // The replaced instance serves until its replacement is ready, so readiness of the group never drops.
                Instance replacement = instance(next, behaviour, at);
                instances.set(i, replacement);
                at = replacement.readyAt() == NEVER ? at : replacement.readyAt();
            }
        }
    }

    private int updated(long now) {
        return (int) instances.stream()
                .filter(i -> i.revision().equals(toRevision) && i.ready(now))
                .count();
    }

    private int ready(long now) {
        if (toRevision == null) {
            return (int) instances.stream().filter(i -> i.ready(now)).count();
        }
        // While instances are replaced, the old one of each pair carries on until the new one is ready.
        return (int) instances.stream()
                .filter(i -> i.ready(now) || (i.revision().equals(toRevision) && i.readyAt() > now))
                .count();
    }

    Group show(long now, int weight) {
        if (toRevision != null && toCount >= instances.size() && updated(now) == instances.size()) {
            revision = toRevision;
            version = String.valueOf(toVersion);
            toRevision = null;
        }
        List<Group.Condition> conditions = new ArrayList<>();
        if (instances.stream().anyMatch(i -> i.crashAt() <= now)) {
            conditions.add(new Group.Condition(
                    "CrashLoop", "an instance exited with code 1 and will not come back", generation, true));
        }
        Group.InPlace progress = toRevision == null
                ? null
                : new Group.InPlace(String.valueOf(toVersion), toRevision, Math.min(toCount, updated(now)));
        return new Group(
                slot, version, revision, instances.size(), ready(now), weight, generation, conditions, progress, null);
    }
}
