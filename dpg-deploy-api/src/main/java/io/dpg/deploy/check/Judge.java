package io.dpg.deploy.check;

import org.jspecify.annotations.Nullable;

/** What turns samples into a verdict. Deterministic, immutable and thread-safe. */
public interface Judge {

    /**
     * Judges {@code candidate}.
     *
     * @param candidate samples of the candidate
     * @param baseline samples of the stable group over the same time, or null where there are none
     */
    Judgement judge(Reading.Value candidate, Reading.@Nullable Value baseline);

    /** Returns whether the judge cannot judge without a baseline. */
    boolean needsBaseline();

    /** Returns what the judge asks for, such as {@code below 1.5 times baseline}. */
    String describe();
}
