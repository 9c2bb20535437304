package io.dpg.deploy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A set of instances of one release in one slot of a target, as the platform reports it.
 *
 * @param slot where the group lives
 * @param version the version it runs, for people
 * @param revision what it runs, for comparison
 * @param desired how many instances are wanted
 * @param ready how many instances can take requests
 * @param weight percent of production requests, as the platform reports it
 * @param generation rises with every accepted change of the group; conditions carry the one they speak of
 * @param conditions what the platform says is wrong, newest last
 * @param inPlace an unfinished replacement of the group's instances by another revision, or null
 * @param openRequests requests under way to the group where the platform knows them, else null
 */
public record Group(
        Slot slot,
        String version,
        Revision revision,
        int desired,
        int ready,
        int weight,
        long generation,
        List<Condition> conditions,
        @Nullable InPlace inPlace,
        @Nullable Integer openRequests) {

    /** Copies the list and checks that nothing required is missing. */
    public Group {
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(revision, "revision");
        conditions = List.copyOf(conditions);
    }

    /** Returns a group without conditions, in-place update or known open requests. */
    public static Group of(
            Slot slot, String version, Revision revision, int desired, int ready, int weight, long generation) {
        return new Group(slot, version, revision, desired, ready, weight, generation, List.of(), null, null);
    }

    /**
     * Something that the platform says about a group.
     *
     * @param reason a short word such as {@code CrashLoop}
     * @param message what happened, in a sentence
     * @param generation the group's generation that it speaks of; older ones are leftovers of an earlier rollout
     * @param fatal whether waiting longer cannot help
     */
    public record Condition(String reason, String message, long generation, boolean fatal) {}

    /**
     * Progress of replacing a group's instances one by one. The way back from a half-done replacement is one as well, and
     * shows the group's own revision here.
     *
     * @param version the version being moved to
     * @param revision the revision being moved to
     * @param updated how many instances already run it and are ready
     */
    public record InPlace(String version, Revision revision, int updated) {}

    /** Returns the newest fatal condition that speaks of {@code generation} or a later one. */
    public Optional<Condition> failureSince(long generation) {
        return conditions.stream()
                .filter(c -> c.fatal() && c.generation() >= generation)
                .reduce((older, newer) -> newer);
    }

    /** Returns a copy in which {@code edit} was applied to what the platform says, for example to redact it. */
    public Group withMessages(UnaryOperator<String> edit) {
        List<Condition> edited = conditions.stream()
                .map(c -> new Condition(c.reason(), edit.apply(c.message()), c.generation(), c.fatal()))
                .toList();
        return new Group(slot, version, revision, desired, ready, weight, generation, edited, inPlace, openRequests);
    }

    /** Returns the open requests, where the platform knows them. */
    public OptionalInt open() {
        return openRequests == null ? OptionalInt.empty() : OptionalInt.of(openRequests);
    }

    /** Returns how many ready instances a group needs to carry {@code percent} of what {@code full} instances carry. */
    public static int needed(int percent, int full) {
        return percent == 0 ? 0 : Math.max(1, (percent * full + 99) / 100);
    }

    @Override
    public String toString() {
        return slot.name().toLowerCase(java.util.Locale.ROOT) + " runs " + version + " (" + revision + "), " + ready
                + " of " + desired + " ready, " + weight + " % of traffic"
                + (inPlace == null ? "" : ", " + inPlace.updated() + " updated to " + inPlace.version());
    }
}
