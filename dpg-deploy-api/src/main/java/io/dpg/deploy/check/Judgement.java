package io.dpg.deploy.check;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A verdict and its reason.
 *
 * @param verdict the verdict
 * @param reason one sentence with the numbers it rests on
 * @param numbers those numbers for programs, or null where the judge is not a statistical one
 */
public record Judgement(
        Verdict verdict, String reason, @Nullable Evidence numbers) {

    /** Makes a judgement without evidence in numbers. */
    public Judgement(Verdict verdict, String reason) {
        this(verdict, reason, null);
    }

    /** Returns the numbers that the verdict rests on, where the judge is a statistical one. */
    public Optional<Evidence> evidence() {
        return Optional.ofNullable(numbers);
    }

    /** Returns a copy with another reason. */
    public Judgement because(String other) {
        return new Judgement(verdict, other, numbers);
    }

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
