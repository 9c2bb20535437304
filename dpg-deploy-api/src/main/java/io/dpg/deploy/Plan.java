package io.dpg.deploy;

import io.dpg.deploy.engine.PlanJson;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What will be done, in order: plain data, printable before anything is touched. {@link #toString()} is the table that a
 * person reads. Immutable.
 *
 * @param target key of the target
 * @param application the application's name
 * @param version the version that the plan brings
 * @param strategy the strategy's name with its settings
 * @param stable the group that serves now and that a rollback returns to, or null where none does
 * @param candidate the slot in which the new release runs
 * @param replicas how many instances the new release has in the end
 * @param steps what will be done
 * @param rollback whether returning is possible
 * @param refusals what speaks against starting now, such as an unhealthy stable group; empty where nothing does
 */
public record Plan(
        String target,
        String application,
        String version,
        String strategy,
        @Nullable Group stable,
        Slot candidate,
        int replicas,
        List<Step> steps,
        Rollback rollback,
        List<String> refusals) {

    /** Copies the list and checks that nothing required is missing. */
    public Plan {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(candidate, "candidate");
        Objects.requireNonNull(rollback, "rollback");
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
    }

    /**
     * Whether a failed rollout can return to what serves now.
     *
     * @param possible whether it can
     * @param instant whether the old group is still running at the end, so that returning is one change of traffic
     * @param how how returning works, or why it cannot
     */
    public record Rollback(boolean possible, boolean instant, String how) {}

    /** Returns whether the release replaces the stable group's instances in place. */
    public boolean inPlace() {
        return stable != null && stable.slot() == candidate;
    }

    /** Returns how many ready instances carry all traffic: what serves now, or what is wanted where that is less. */
    public int full() {
        return stable == null ? replicas : Math.max(1, Math.min(replicas, stable.desired()));
    }

    /** Returns a copy with other steps and strategy name. */
    public Plan withSteps(String newStrategy, List<Step> newSteps) {
        return new Plan(
                target, application, version, newStrategy, stable, candidate, replicas, newSteps, rollback, refusals);
    }

    /** Returns the sum of all limits: the longest that the plan may take, pauses and a way back not included. */
    public Duration limit() {
        return steps.stream().map(Step::limit).reduce(Duration.ZERO, Duration::plus);
    }

    /** Returns the plan as one line of JSON, to keep it, compare it, or show it elsewhere. */
    public String toJson() {
        return PlanJson.write(this);
    }

    /**
     * Returns the plan that {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if {@code json} is no plan
     */
    public static Plan fromJson(String json) {
        return PlanJson.read(json);
    }

    /** Returns the plan as a table for people. */
    @Override
    public String toString() {
        return PlanTable.of(this);
    }

    /** Returns a duration as people write it, such as {@code 15 min} or {@code 1 h 30 min}; {@code 0 s} for zero. */
    public static String text(Duration duration) {
        return PlanTable.text(duration);
    }
}
