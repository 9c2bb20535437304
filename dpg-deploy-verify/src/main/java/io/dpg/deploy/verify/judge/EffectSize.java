package io.dpg.deploy.verify.judge;

/** How the size of a difference is measured for thresholds. */
public enum EffectSize {
    /**
     * The candidate as a multiple of the baseline: 1.2 for 20 % more. It is {@code 1 + (c − b) / |b|} of the means, which is
     * c / b for a positive baseline. With a baseline of zero any difference is beyond every threshold.
     */
    MEAN_RATIO,
    /**
     * The common language effect size: how often a value of the candidate is greater than one of the baseline, ties counted
     * half, from 0 to 1; 0.5 where the two are alike.
     */
    CLES
}
