package io.dpg.deploy.strategy;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Step;
import java.util.List;

/**
 * How a release is put in front of traffic: a pure function from what is observed to a list of steps. Implement it for a
 * strategy of your own; the engine guards every step whatever the strategy says (no traffic without ready instances, no
 * retirement of a group with traffic, return to stable on failure).
 *
 * <p>Implementations are immutable and touch nothing.
 */
public interface Strategy {

    /** Returns the strategy's name with its settings, such as {@code canary 10, 25, 50, 75, 100 %}. */
    String describe();

    /** Returns everything that speaks against using the strategy in {@code situation}. */
    List<Fault> validate(Situation situation);

    /** Returns the steps. Called only where {@link #validate} found nothing. */
    List<Step> steps(Situation situation);

    /** Returns whether the release replaces the serving group's instances instead of running beside it. */
    default boolean inPlace() {
        return false;
    }

    /**
     * Returns the strategy as it is left to a platform that shifts traffic itself
     * ({@link io.dpg.deploy.spi.Capability#PLATFORM_SHIFTED}); default: one whose plan is refused.
     */
    default Strategy byPlatform() {
        return ByPlatform.impossible(
                this, "the target's platform shifts traffic itself and cannot be told this; use BlueGreen or Canary");
    }

    /** Returns whether the old group is still running when the steps are done. */
    boolean keepsOld();
}
