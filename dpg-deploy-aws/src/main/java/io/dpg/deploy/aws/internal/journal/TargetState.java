package io.dpg.deploy.aws.internal.journal;

import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one item says of a target. All that guards a write is in it, so that one conditional write checks all of it.
 *
 * @param fence the highest fence ever given out
 * @param owner who holds the lease, or null once released
 * @param until when it passes, or null once released
 * @param revision rises whenever the lists change
 * @param begun how many rollouts ever began
 * @param open the rollouts without an end
 * @param ended the finished ones that are kept, or still have to be removed
 */
record TargetState(
        long fence,
        @Nullable String owner,
        @Nullable Instant until,
        long revision,
        long begun,
        List<Entry> open,
        List<Entry> ended) {

    TargetState {
        open = List.copyOf(open);
        ended = List.copyOf(ended);
    }

    /**
     * A rollout.
     *
     * @param number its place among those of its target
     * @param rollout its id
     * @param next the sequence number of its next record
     * @param last the writer of its newest record
     * @param doomed whether it is being removed
     */
    record Entry(long number, String rollout, long next, String last, boolean doomed) {}

    Optional<Lease> lease(String target) {
        return owner == null || until == null
                ? Optional.empty()
                : Optional.of(new Lease(target, owner, new Fence(fence), until));
    }

    Optional<Entry> find(String rollout) {
        return Stream.concat(open.stream(), ended.stream())
                .filter(e -> e.rollout().equals(rollout) && !e.doomed())
                .findFirst();
    }

    boolean isOpen(String rollout) {
        return open.stream().anyMatch(e -> e.rollout().equals(rollout));
    }

    List<String> rollouts() {
        return Stream.concat(open.stream(), ended.stream())
                .filter(e -> !e.doomed())
                .sorted(Comparator.comparingLong(Entry::number))
                .map(Entry::rollout)
                .toList();
    }

    List<Entry> doomed() {
        return ended.stream().filter(Entry::doomed).toList();
    }

    /** Returns the state after {@code writer} added a record to {@code rollout}, which begins where it is unknown. */
    TargetState added(String rollout, String writer) {
        Entry before = find(rollout).orElse(new Entry(begun, rollout, 0, "", false));
        List<Entry> changed = without(open, rollout);
        changed.add(new Entry(before.number(), rollout, before.next() + 1, writer, false));
        return with(before.next() == 0 ? begun + 1 : begun, changed, ended);
    }

    /** Returns the state after the end of {@code rollout}, with what exceeds {@code kept} finished ones doomed. */
    TargetState ended(String rollout, int kept) {
        List<Entry> all = new ArrayList<>(ended);
        open.stream().filter(e -> e.rollout().equals(rollout)).forEach(all::add);
        all.sort(Comparator.comparingLong(Entry::number));
        int over = (int) all.stream().filter(e -> !e.doomed()).count() - kept;
        List<Entry> changed = new ArrayList<>();
        for (Entry e : all) {
            boolean now = !e.doomed() && over-- > 0;
            changed.add(now ? new Entry(e.number(), e.rollout(), e.next(), e.last(), true) : e);
        }
        return with(begun, without(open, rollout), changed);
    }

    TargetState removed(List<Entry> gone) {
        List<Entry> left = new ArrayList<>(ended);
        left.removeAll(gone);
        return with(begun, open, left);
    }

    private TargetState with(long begunNow, List<Entry> openNow, List<Entry> endedNow) {
        return new TargetState(fence, owner, until, revision + 1, begunNow, openNow, endedNow);
    }

    private static List<Entry> without(List<Entry> entries, String rollout) {
        List<Entry> left = new ArrayList<>(entries);
        left.removeIf(e -> e.rollout().equals(rollout));
        return left;
    }
}
