package io.dpg.deploy.verify.sequential;

/**
 * Bets on counts against "the candidate's rate is at most {@code ratio × the baseline's + slack}".
 *
 * <p><b>The bet of a look.</b> Let the look bring {@code y} events of {@code n} requests of the candidate (c) and the
 * baseline (b). For an alternative {@code (a1, b1)} with {@code a1 > ratio·b1 + slack}, and {@code (a0, b0)} the member of
 * the hypothesis nearest to it, that is with the least {@code n_c·KL(a1‖a0) + n_b·KL(b1‖b0)}, a capital of 1 becomes
 *
 * <pre>{@code
 * S = (a1/a0)^y_c ((1-a1)/(1-a0))^(n_c-y_c) (b1/b0)^y_b ((1-b1)/(1-b0))^(n_b-y_b)
 * }</pre>
 *
 * the e-variable of Turner, Ly and Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for
 * optional stopping", J. Statistical Planning and Inference 230 (2024) 106116, arXiv:2106.02693, for the null of equal
 * rates, and of Turner and Grünwald, "Exact anytime-valid confidence intervals for contingency tables and beyond",
 * Statistics and Probability Letters, 2023, arXiv:2203.09785, for convex nulls such as this half plane. That rates may
 * differ from block to block is their "Safe sequential testing and effect estimation in stratified count data", AISTATS
 * 2023, arXiv:2302.11401.
 *
 * <p><b>Why it is fair.</b> For independent requests with rates {@code p_i}, the expectation of S is a product of terms
 * {@code 1 + (p_i - a0)(a1 - a0)/(a0(1 - a0))} for the candidate's requests and the same with b for the baseline's. It is at
 * most the n-th power of their mean, which is at most 1 for every member of the convex hypothesis, as {@code (a0, b0)}
 * minimises the divergence. The terms are linear in {@code p_i}: requests of a look may have rates of their own, only their
 * <em>means</em> must satisfy the hypothesis. Rates and shares of traffic may change from look to look at will.
 *
 * <p><b>Which alternatives.</b> Odds of {@link #ODDS} times what is tolerated, each for two guesses of the baseline's rate:
 * (1) very low, the limit {@code b1 → 0}, in which S needs no rate: {@code S = (w/m)^y_c (1/m)^y_b} with
 * {@code m = (w·ratio·n_c + n_b)/(ratio·n_c + n_b)}, the test of a Poisson rate ratio given the sum (Hao, Grünwald,
 * Lardy, Long and Adams, "E-values for k-sample tests with exponential families", Sankhya A, 2024, arXiv:2303.00471). It stays fair for any
 * rates, fears no drift, and loses only speed where rates are high. (2) What earlier looks showed, the newest most
 * (Jeffreys' prior; never the look that is being judged). With {@code slack} (1) means nothing and only (2) bets.
 *
 * <p>Used by one thread.
 */
final class RateBets {

    /** Harm from barely worth a rollback to everything on fire. */
    static final double[] ODDS = {1.5, 2, 3, 5, 10, 30};

    /** Small harm takes long to show, so it gets more; great harm shows in any case. Tuned with FalseAlarmBench. */
    static final double[] WEIGHTS = {0.25, 0.3, 0.2, 0.13, 0.08, 0.04};

    /** How much of what was learned about the baseline's rate stays after each look. */
    private static final double MEMORY = 0.8;

    private static final double TINY = 1e-12;

    private final double ratio;
    private final double slack;
    private double learnedEvents;
    private double learnedTotal;

    RateBets(double ratio, double slack) {
        this.ratio = ratio;
        this.slack = slack;
    }

    /** Returns the shares of the capital that the strategies begin with. */
    double[] shares() {
        double[] shares = new double[2 * ODDS.length];
        for (int i = 0; i < ODDS.length; i++) {
            shares[i] = slack > 0 ? 0 : WEIGHTS[i] / 2;
            shares[ODDS.length + i] = WEIGHTS[i] - shares[i];
        }
        return shares;
    }

    /** Returns per strategy the logarithm of what a capital of 1 became, and learns from the look after that. */
    double[] settle(Block block) {
        double[] factors = new double[2 * ODDS.length];
        double guess = (learnedEvents + 0.5) / (learnedTotal + 1);
        for (int i = 0; i < ODDS.length; i++) {
            factors[i] = slack > 0 ? 0 : rare(block, ODDS[i]);
            factors[ODDS.length + i] = learnedTotal > 0 ? bet(block, guess, ODDS[i]) : 0;
        }
        learnedEvents = MEMORY * learnedEvents + block.baseEvents();
        learnedTotal = MEMORY * learnedTotal + block.baseTotal();
        return factors;
    }

    /** Returns log S in the limit of a low rate. */
    double rare(Block block, double times) {
        double whole = ratio * block.total() + block.baseTotal();
        if (block.total() <= 0 || block.baseTotal() <= 0) {
            return 0; // nothing to compare
        }
        double mean = (times * ratio * block.total() + block.baseTotal()) / whole;
        return block.events() * Math.log(times / mean) - block.baseEvents() * Math.log(mean);
    }

    /** Returns log S for a baseline's rate of {@code guess} and odds of the candidate {@code times} what is tolerated. */
    double bet(Block block, double guess, double times) {
        double b1 = Math.min(Math.max(guess, TINY), 1 - TINY);
        double tolerated = ratio * b1 + slack;
        if (tolerated >= 1 - TINY || block.total() <= 0 || block.baseTotal() <= 0) {
            return 0; // every rate is tolerated, or there is nothing to compare
        }
        double a1 = times * tolerated / (1 - tolerated + times * tolerated);
        double b0 = nearest(block, a1, b1);
        double a0 = ratio * b0 + slack;
        return block.events() * Math.log(a1 / a0)
                + (block.total() - block.events()) * Math.log1p((a0 - a1) / (1 - a0))
                + block.baseEvents() * Math.log(b1 / b0)
                + (block.baseTotal() - block.baseEvents()) * Math.log1p((b0 - b1) / (1 - b0));
    }

    /** Returns the baseline's rate of the hypothesis' member nearest to the alternative; bisection of the derivative. */
    private double nearest(Block block, double a1, double b1) {
        if (ratio == 1 && slack == 0) {
            return (block.total() * a1 + block.baseTotal() * b1) / (block.total() + block.baseTotal());
        }
        double low = b1;
        double high = Math.min((a1 - slack) / ratio, 1 - TINY);
        while (true) {
            double b = low + (high - low) / 2;
            if (!(b > low && b < high)) {
                return low;
            }
            double a = ratio * b + slack;
            double slope =
                    block.total() * ratio * (a1 - a) / (a * (1 - a)) + block.baseTotal() * (b1 - b) / (b * (1 - b));
            if (slope > 0) {
                low = b;
            } else {
                high = b;
            }
        }
    }
}
