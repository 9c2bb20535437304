package io.dpg.deploy.check;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Metrics of candidate and baseline, judged over time while a rollout bakes. Implementations are immutable; a
 * {@link Run} holds the state of one bake.
 */
public interface Analysis {

    /** Returns the name, unique within a rollout. */
    String name();

    /** Returns the time between two looks. */
    Duration interval();

    /**
     * Returns whether the analysis compares with the stable group; default no. Such an analysis is refused where instances
     * are replaced in place, as nothing to compare with stays, and is left out of the first rollout of a target.
     */
    default boolean needsBaseline() {
        return false;
    }

    /**
     * Returns whether it compares with what the stable group does at the same time, so that it has nothing to say once the
     * candidate has all traffic; default no. Such an analysis is refused for strategies that never split traffic, and left
     * out of bakes at 100 %.
     */
    default boolean comparesAlongside() {
        return false;
    }

    /**
     * Returns whether it judges only once, when the bake or the watch is over, rather than every {@link #interval}; default
     * no. Without a verdict then, it looks again every interval.
     */
    default boolean looksAtEnd() {
        return false;
    }

    /**
     * Returns the same analysis of what {@code source} says: for tests and {@link #backtest}.
     *
     * @throws IllegalStateException if it does not read a metric source; the default
     */
    default Analysis reading(MetricSource source) {
        throw new IllegalStateException(
                "Tried to give analysis '" + name() + "' another source of samples, but it reads"
                        + " none; override reading(MetricSource) to make that possible");
    }

    /**
     * Plays this analysis over recorded metrics, with the looks that it would have had: would it have stopped that release?
     * Takes no time and touches nothing.
     *
     * @throws IllegalStateException if it reads no metric source
     * @throws IllegalArgumentException if it would take more than a million looks
     */
    default Backtest backtest(Recording recording) {
        return Backtest.play(this, recording);
    }

    /** Returns what is wrong with the analysis itself, such as a misspelt metric; asked when planned. Default: nothing. */
    default List<String> faults() {
        return List.of();
    }

    /**
     * Looks at the baseline before anything is changed and returns what speaks against starting, such as an alarm that
     * is already firing; empty where nothing does.
     */
    default Optional<String> preflight(AnalysisContext context) throws Exception {
        return Optional.empty();
    }

    /** Begins to watch one bake, or all steps from the first traffic to the end. */
    Run start(AnalysisContext context);

    /** One bake under watch. Used by one thread at a time. */
    interface Run {

        /**
         * Looks once. {@link Verdict#FAIL} ends the rollout at once; anything else goes on watching. May block on its
         * metric source, within the rollout's limit for calls.
         */
        Judgement look(AnalysisContext context) throws Exception;

        /**
         * Returns the verdict of all looks so far, asked for when the bake time is over. {@link Verdict#INCONCLUSIVE}
         * and {@link Verdict#ERROR} hold the bake, with more looks, until its limit, and then fail it. A run that never
         * saw a sample must not pass.
         */
        Judgement conclude();
    }
}
