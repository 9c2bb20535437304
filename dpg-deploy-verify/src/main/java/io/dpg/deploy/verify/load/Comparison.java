package io.dpg.deploy.verify.load;

/**
 * What came of holding performance against a baseline.
 *
 * @param outcome whether it is good enough
 * @param text why, in a sentence
 */
record Comparison(Outcome outcome, String text) {

    /** Whether performance is good enough. */
    enum Outcome {
        /** It is, or it is the first of its kind and that was said to pass. */
        GOOD,
        /** It is worse than the baseline by more than is tolerated. */
        WORSE,
        /** It could not be told. */
        UNKNOWN
    }

    boolean good() {
        return outcome == Outcome.GOOD;
    }
}
