package io.dpg.deploy.verify.judge;

import io.dpg.deploy.check.Judgement;

/**
 * What a {@link RankJudge} found.
 *
 * @param classification in one word
 * @param critical whether the difference is a failure and beyond the critical threshold
 * @param judgement the verdict, its reason and its numbers
 */
public record Assessment(Classification classification, boolean critical, Judgement judgement) {

    /** What the candidate is next to the baseline. */
    public enum Classification {
        /** Not worse. */
        PASS,
        /** Higher than it may be. */
        HIGH,
        /** Lower than it may be. */
        LOW,
        /** About as high, but more or less spread than it may be. */
        SPREAD,
        /** Too few samples. */
        NO_DATA,
        /** Not to be judged. */
        ERROR
    }
}
