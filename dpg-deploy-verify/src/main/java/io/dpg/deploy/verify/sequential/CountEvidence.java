package io.dpg.deploy.verify.sequential;

/** Evidence for harm from counts: {@link RateBets}, with as many events taken as one as {@link Dispersion} says. */
final class CountEvidence {

    private final Settings.Tolerance tolerance;
    private final RateBets bets;
    private final Wealth wealth;
    private final Dispersion dispersion = new Dispersion();

    CountEvidence(Settings.Tolerance tolerance) {
        this.tolerance = tolerance;
        bets = new RateBets(tolerance.times(), tolerance.plus());
        wealth = new Wealth(bets.shares());
    }

    /** Learns from the baseline's past, oldest first. */
    void learn(double events, double total) {
        dispersion.addBaseline(events, total);
    }

    /** Adds a look and returns the block that was bet on. */
    Block settle(Block block) {
        Block thinned = block.thinned(burst()); // of earlier looks only
        wealth.settle(bets.settle(thinned));
        dispersion.addCandidate(block.events(), block.total());
        dispersion.addBaseline(block.baseEvents(), block.baseTotal());
        return thinned;
    }

    /** Returns how many events count as one in the next look. */
    double burst() {
        return Math.max(tolerance.burst(), dispersion.factor());
    }

    Wealth wealth() {
        return wealth;
    }
}
