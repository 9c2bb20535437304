package io.dpg.deploy.check;

/**
 * What a look that brought nothing to judge means: no data, an invalid answer, or a source that could not be asked. No
 * policy makes it a pass.
 */
public enum NoDataPolicy {
    /** The look decides nothing, and the bake cannot end on it: it goes on until a look brings a value, or fails. */
    HOLD,
    /** The look counts like one with a bad value. */
    FAIL,
    /** The look is left out. A pass still needs {@link Metric#minLooks} looks that brought a value. */
    SKIP
}
