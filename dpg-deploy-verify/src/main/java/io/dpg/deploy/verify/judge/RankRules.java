package io.dpg.deploy.verify.judge;

/** Settings of a {@link RankJudge}; thresholds that are not set are NaN. */
record RankRules(
        Direction bad,
        double confidence,
        double tolerance,
        int minSamples,
        EffectSize effect,
        double allowedIncrease,
        double allowedDecrease,
        double criticalIncrease,
        double criticalDecrease,
        double spreadFactor,
        boolean failOnSpread) {

    static RankRules of(Direction bad) {
        return new RankRules(
                bad,
                RankJudge.DEFAULT_CONFIDENCE,
                RankJudge.DEFAULT_TOLERANCE,
                RankJudge.DEFAULT_MIN_SAMPLES,
                EffectSize.MEAN_RATIO,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                RankJudge.DEFAULT_SPREAD_FACTOR,
                bad == Direction.EITHER);
    }

    RankRules confidence(double value) {
        return new RankRules(
                bad,
                value,
                tolerance,
                minSamples,
                effect,
                allowedIncrease,
                allowedDecrease,
                criticalIncrease,
                criticalDecrease,
                spreadFactor,
                failOnSpread);
    }

    RankRules tolerance(double value) {
        return new RankRules(
                bad,
                confidence,
                value,
                minSamples,
                effect,
                allowedIncrease,
                allowedDecrease,
                criticalIncrease,
                criticalDecrease,
                spreadFactor,
                failOnSpread);
    }

    RankRules minSamples(int value) {
        return new RankRules(
                bad,
                confidence,
                tolerance,
                value,
                effect,
                allowedIncrease,
                allowedDecrease,
                criticalIncrease,
                criticalDecrease,
                spreadFactor,
                failOnSpread);
    }

    RankRules effect(EffectSize value) {
        return new RankRules(
                bad,
                confidence,
                tolerance,
                minSamples,
                value,
                allowedIncrease,
                allowedDecrease,
                criticalIncrease,
                criticalDecrease,
                spreadFactor,
                failOnSpread);
    }

    RankRules allowed(double increase, double decrease) {
        return new RankRules(
                bad,
                confidence,
                tolerance,
                minSamples,
                effect,
                increase,
                decrease,
                criticalIncrease,
                criticalDecrease,
                spreadFactor,
                failOnSpread);
    }

    RankRules critical(double increase, double decrease) {
        return new RankRules(
                bad,
                confidence,
                tolerance,
                minSamples,
                effect,
                allowedIncrease,
                allowedDecrease,
                increase,
                decrease,
                spreadFactor,
                failOnSpread);
    }

    RankRules spread(double factor, boolean fail) {
        return new RankRules(
                bad,
                confidence,
                tolerance,
                minSamples,
                effect,
                allowedIncrease,
                allowedDecrease,
                criticalIncrease,
                criticalDecrease,
                factor,
                fail);
    }

    /** Returns how probable a false alarm may be, over all tests of one verdict together. */
    double alpha() {
        return 1 - confidence;
    }

    /**
     * Returns whether a difference in this direction, of this size, goes beyond the allowed one, or the critical one.
     *
     * @param whenUnset what holds where no threshold is set
     */
    boolean beyond(boolean higher, double size, boolean critical, boolean whenUnset) {
        double limit = critical
                ? (higher ? criticalIncrease : criticalDecrease)
                : (higher ? allowedIncrease : allowedDecrease);
        if (Double.isNaN(limit)) {
            return whenUnset;
        }
        return higher ? Sides.beyond(size, limit) : Sides.beyond(-size, -limit);
    }

    String describe() {
        StringBuilder text = new StringBuilder(
                switch (bad) {
                    case INCREASE -> "not higher than the baseline";
                    case DECREASE -> "not lower than the baseline";
                    case EITHER -> "like the baseline";
                });
        text.append(" by more than ").append(Words.percent(tolerance));
        text.append(", at ").append(Words.percent(confidence)).append(" confidence");
        threshold(text, "allowing at most", allowedIncrease);
        threshold(text, "allowing at least", allowedDecrease);
        threshold(text, "critical above", criticalIncrease);
        threshold(text, "critical below", criticalDecrease);
        return text.toString();
    }

    private void threshold(StringBuilder text, String words, double value) {
        if (!Double.isNaN(value)) {
            text.append(", ").append(words).append(' ').append(Words.number(value));
            text.append(effect == EffectSize.MEAN_RATIO ? " times its mean" : " of pairs greater");
        }
    }
}
