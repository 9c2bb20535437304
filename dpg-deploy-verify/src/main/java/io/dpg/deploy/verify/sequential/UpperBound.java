package io.dpg.deploy.verify.sequential;

import java.util.OptionalDouble;

/**
 * What ratio of the candidate's rate to the baseline's is ruled out, at any time: the upper end of a confidence sequence, by
 * inverting the test (Turner and Grünwald, arXiv:2203.09785). For each ratio on a grid, {@link RateBets} with the groups
 * exchanged bet against "at least that many times as many in each look". Used by one thread.
 */
final class UpperBound {

    private static final double LOWEST = 0.5;
    private static final double STEP = 1.1;
    private static final int STEPS = 56; // up to 100 times

    private final double[] ratios = new double[STEPS];
    private final RateBets[] bets = new RateBets[STEPS];
    private final Wealth[] wealth = new Wealth[STEPS];

    UpperBound() {
        for (int i = 0; i < STEPS; i++) {
            ratios[i] = LOWEST * Math.pow(STEP, i);
            bets[i] = new RateBets(1 / ratios[i], 0);
            wealth[i] = new Wealth(RateBets.WEIGHTS);
        }
    }

    void settle(Block block) {
        Block exchanged = new Block(block.baseEvents(), block.baseTotal(), block.events(), block.total());
        for (int i = 0; i < STEPS; i++) {
            double[] factors = new double[RateBets.ODDS.length];
            for (int j = 0; j < factors.length; j++) {
                factors[j] = bets[i].rare(exchanged, RateBets.ODDS[j]);
            }
            wealth[i].settle(factors);
        }
    }

    /** Returns a ratio that is not reached with that confidence, if it is the same in all looks; empty if none is ruled out. */
    OptionalDouble ratio(double confidence) {
        // From above down to the first that is not ruled out, so that only one hypothesis that is true is ever tested.
        OptionalDouble bound = OptionalDouble.empty();
        for (int i = STEPS - 1; i >= 0 && wealth[i].pValue() <= 1 - confidence; i--) {
            bound = OptionalDouble.of(ratios[i]);
        }
        return bound;
    }
}
