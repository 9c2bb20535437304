package io.dpg.deploy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The truth about a target at one moment: its groups. At most one group a slot. Immutable.
 *
 * @param groups the groups that exist, in slot order
 */
public record Observation(List<Group> groups) {

    /** Nothing exists on the target. */
    public static final Observation EMPTY = new Observation(List.of());

    /** Copies the list and checks that no slot holds two groups. */
    public Observation {
        groups = List.copyOf(groups);
        if (groups.stream().map(Group::slot).distinct().count() != groups.size()) {
            throw new IllegalArgumentException("A slot holds at most one group, but these were observed: " + groups);
        }
    }

    /** Returns the group in {@code slot}. */
    public Optional<Group> group(Slot slot) {
        for (Group group : groups) {
            if (group.slot() == slot) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    /** Returns how many instances of {@code slot} are ready; zero where no group is. */
    public int ready(Slot slot) {
        return group(slot).map(Group::ready).orElse(0);
    }

    /** Returns the percent of requests of {@code slot}; zero where no group is. */
    public int weight(Slot slot) {
        return group(slot).map(Group::weight).orElse(0);
    }

    /** Returns the group that carries all traffic, where one does. */
    public Optional<Group> serving() {
        return groups.stream().filter(g -> g.weight() == 100).findFirst();
    }

    /** Returns whether more than one group receives requests, or their weights do not sum to 100. */
    public boolean split() {
        int sum = groups.stream().mapToInt(Group::weight).sum();
        return serving().isEmpty() && sum != 0;
    }

    @Override
    public String toString() {
        return groups.isEmpty()
                ? "nothing runs"
                : groups.stream().map(Group::toString).collect(Collectors.joining("; "));
    }
}
