package io.dpg.deploy.verify.sequential;

import java.util.Arrays;

/**
 * Bets on "in this look the candidate is worse than the baseline" against "that is at most as likely as the opposite". A
 * bet on a probability {@code q > ½} turns a capital of 1 into {@code 2q} when the candidate is worse, into
 * {@code 2(1 - q)} when it is better, and gives it back on a tie: on average at most 1 under the hypothesis, whatever
 * happened before. This is the capital process of Waudby-Smith and Ramdas, "Estimating means of bounded random variables by
 * betting", J. Royal Statistical Society B 86(1), 2024, arXiv:2010.09686, section 4, with mean ½ and the bets
 * {@code λ = 2(2q - 1)}.
 */
final class SignBets {

    private static final double[] PROBABILITIES = {0.6, 0.7, 0.8, 0.9, 0.97};

    private SignBets() {}

    static double[] shares() {
        double[] shares = new double[PROBABILITIES.length];
        Arrays.fill(shares, 1.0 / shares.length);
        return shares;
    }

    /**
     * Returns per strategy the logarithm of what a capital of 1 became.
     *
     * @param worse positive where the candidate is worse, negative where it is better, 0 on a tie
     */
    static double[] settle(int worse) {
        return Arrays.stream(PROBABILITIES)
                .map(q -> worse == 0 ? 0 : Math.log(2 * (worse > 0 ? q : 1 - q)))
                .toArray();
    }
}
