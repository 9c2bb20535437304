package io.dpg.deploy.verify.metric;

/**
 * What becomes of an answer that does not hold everything: one with warnings, such as that a store behind Thanos did not
 * answer, and a range with too many gaps.
 */
public enum PartialPolicy {
    /** It cannot be judged: {@link io.dpg.deploy.check.Reading.Invalid}, with the reason. */
    INVALID,
    /** It counts as none: {@link io.dpg.deploy.check.Reading.NoData}, with the reason. */
    NO_DATA,
    /** What is there is judged. Where errors are what is missing, that is a pass nobody meant. */
    ACCEPT
}
