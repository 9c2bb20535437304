package io.dpg.deploy.check;

import java.time.Duration;
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
     * Looks at the baseline before anything is changed and returns what speaks against starting, such as an alarm that
     * is already firing; empty where nothing does.
     */
    default Optional<String> preflight(AnalysisContext context) throws Exception {
        return Optional.empty();
    }

    /** Begins to watch one bake. */
    Run start(AnalysisContext context);

    /** One bake under watch. Used by one thread. */
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
