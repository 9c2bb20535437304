package io.dpg.deploy.check;

/**
 * A verdict and its reason.
 *
 * @param verdict the verdict
 * @param reason one sentence with the numbers it rests on
 */
public record Judgement(Verdict verdict, String reason) {

    /** Returns a pass. */
    public static Judgement pass(String reason) {
        return new Judgement(Verdict.PASS, reason);
    }

    /** Returns a failure. */
    public static Judgement fail(String reason) {
        return new Judgement(Verdict.FAIL, reason);
    }

    /** Returns that the evidence does not suffice. */
    public static Judgement inconclusive(String reason) {
        return new Judgement(Verdict.INCONCLUSIVE, reason);
    }

    /** Returns that no verdict could be made. */
    public static Judgement error(String reason) {
        return new Judgement(Verdict.ERROR, reason);
    }
}
