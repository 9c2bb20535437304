package io.dpg.deploy.verify.judge;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * p-values of one comparison.
 *
 * @param method how they were found
 * @param greater P(U ≥ u)
 * @param less P(U ≤ u)
 * @param either two-sided
 */
record Tails(String method, double greater, double less, double either) {

    static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** Makes them of two exact one-sided ones. */
    static Tails of(String method, double greater, double less) {
        double g = Math.min(1, greater);
        double l = Math.min(1, less);
        return new Tails(method, g, l, Math.min(1, 2 * Math.min(g, l)));
    }

    static Tails exact(int n, int m, double u) {
        ExactU distribution = new ExactU(n, m);
        long whole = Math.round(u);
        return of("exact", distribution.atLeast(whole), distribution.atMost(whole));
    }

    static Tails normal(RankSum ranks) {
        double sigma = ranks.sigma();
        if (sigma == 0) {
            return new Tails("all values equal", 1, 1, 1);
        }
        double centred = ranks.centred();
        double z = Math.abs(ranks.z(true));
        return new Tails(
                "normal approximation",
                NORMAL.survivalProbability((centred - 0.5) / sigma),
                NORMAL.cumulativeProbability((centred + 0.5) / sigma),
                Math.min(1, 2 * NORMAL.survivalProbability(z)));
    }
}
