package io.dpg.deploy.event;

import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.Judgement;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that happened in a rollout. Plain data; texts are already redacted. */
public sealed interface Event {

    /** Returns what all events have in common. */
    Head head();

    /** Returns the event's name, such as {@code StepStarted}. */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * What all events have in common.
     *
     * @param rollout the rollout's id
     * @param target the target's key
     * @param at when it happened
     */
    record Head(String rollout, String target, Instant at) {}

    /** The rollout began; {@code resumed} where another process had begun it. */
    record Started(Head head, Plan plan, boolean resumed) implements Event {}

    /**
     * A step began.
     *
     * @param number from 1
     * @param of the plan's steps
     */
    record StepStarted(Head head, int number, int of, Step step) implements Event {}

    /**
     * A step is under way.
     *
     * @param elapsed since it began
     * @param remaining of a bake or drain; null where the end is not known
     * @param observed the target now
     */
    record StepProgress(
            Head head,
            int number,
            int of,
            Step step,
            Duration elapsed,
            @Nullable Duration remaining,
            Observation observed)
            implements Event {}

    /** A step is done. */
    record StepFinished(Head head, int number, int of, Step step, Duration took, Observation observed)
            implements Event {}

    /** A check was made. */
    record Checked(Head head, CheckResult result, boolean critical) implements Event {}

    /** An analysis looked. */
    record Judged(Head head, String analysis, Judgement judgement) implements Event {}

    /** A gate is waited for. */
    record GateWaiting(Head head, String gate, String reason) implements Event {}

    /** The rollout stays where it is. */
    record Paused(Head head, String reason) implements Event {}

    /** The rollout goes on after a pause. */
    record Resumed(Head head) implements Event {}

    /** Something needs attention and fails nothing: drift, an old secret, a repeated call, a takeover. */
    record Warning(Head head, String text) implements Event {}

    /** The rollout failed or was aborted; what happens next follows. */
    record Failed(Head head, String reason, String diagnosis) implements Event {}

    /** The rollout returns to stable by {@code plan}. */
    record GoingBack(Head head, Plan plan, String reason) implements Event {}

    /** The rollout ended. */
    record Finished(Head head, RolloutResult result) implements Event {}
}
