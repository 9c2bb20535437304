package io.dpg.deploy.verify.sequential;

import java.util.Arrays;

/**
 * What a gambler with capital 1 owns after betting against "the candidate does no harm". If that is true and each bet is
 * fair or worse, the capital ever reaches {@code 1/α} with a probability of at most {@code α} (Ville 1939; see Ramdas,
 * Grünwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38(4),
 * 2023). So the capital is evidence that may be looked at whenever one likes.
 *
 * <p>Several strategies bet side by side with shares of the capital, which is a fair bet again (mixture). Most of the
 * capital is put in before the first look. The rest is a reserve that is put in little by little: {@code 1/(1 + ln k)} of it
 * is left after look {@code k}. That is a mixture over the look at which harm begins: what was lost to a candidate
 * that was good for hours does not keep harm that begins then from being found, and the capital never falls below the
 * reserve.
 *
 * <p>In logarithms throughout; nothing over- or underflows. Used by one thread.
 */
final class Wealth {

    private static final double INVESTED_AT_ONCE = 0.8;

    private final double[] logShares;
    private final double[] logCapital;
    private int looks;
    private double highest;

    /**
     * Makes a capital of 1.
     *
     * @param shares of the strategies, summing to 1
     */
    Wealth(double... shares) {
        logShares = Arrays.stream(shares).map(Math::log).toArray();
        logCapital = new double[shares.length];
        Arrays.fill(logCapital, Double.NEGATIVE_INFINITY);
    }

    /**
     * Settles one look.
     *
     * @param logFactors per strategy, the logarithm of what a capital of 1 became. Its bet must not depend on the look's
     *     own outcome
     */
    void settle(double[] logFactors) {
        double before = looks == 0 ? 1 : reserve(looks);
        looks = Math.addExact(looks, 1);
        double logNew = Math.log(before - reserve(looks));
        for (int i = 0; i < logCapital.length; i++) {
            logCapital[i] = logSum(logCapital[i], logShares[i] + logNew) + logFactors[i];
        }
        highest = Math.max(highest, log());
    }

    private static double reserve(int looks) {
        return (1 - INVESTED_AT_ONCE) / (1 + Math.log(looks));
    }

    /** Returns the logarithm of the capital now. */
    double log() {
        double sum = looks == 0 ? 0 : Math.log(reserve(looks));
        for (double capital : logCapital) {
            sum = logSum(sum, capital);
        }
        return sum;
    }

    /** Returns the logarithm of the highest capital so far, at least 0. */
    double highestLog() {
        return highest;
    }

    /** Returns the probability that the capital ever gets as high as it once was if the candidate does no harm. */
    double pValue() {
        return Math.exp(-highest);
    }

    private static double logSum(double a, double b) {
        double high = Math.max(a, b);
        return high == Double.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
    }
}
