package io.dpg.deploy.check;

import java.time.Duration;
import java.util.List;

/**
 * What a check found.
 *
 * @param check the check's name
 * @param status what it found
 * @param message one sentence: what was expected and what came
 * @param took how long it took, retries included
 * @param attempts how often it looked
 * @param critical whether a failure fails what it is part of
 * @param parts what a suite's own checks found, in its order; empty for a single check
 */
public record CheckResult(
        String check,
        Status status,
        String message,
        Duration took,
        int attempts,
        boolean critical,
        List<CheckResult> parts) {

    /** Copies the list. */
    public CheckResult {
        parts = List.copyOf(parts);
    }

    /** Makes the result of a single critical check. */
    public CheckResult(String check, Status status, String message, Duration took, int attempts) {
        this(check, status, message, took, attempts, true, List.of());
    }

    /** What a check found. */
    public enum Status {
        /** As expected. */
        PASSED,
        /** Not as expected. */
        FAILED,
        /** The check itself could not be made; never a pass. */
        ERROR
    }

    /** Returns a passed result. */
    public static CheckResult passed(String check, String message, Duration took) {
        return new CheckResult(check, Status.PASSED, message, took, 1);
    }

    /** Returns a failed result. */
    public static CheckResult failed(String check, String message, Duration took) {
        return new CheckResult(check, Status.FAILED, message, took, 1);
    }

    /** Returns a copy with another message. */
    public CheckResult because(String other) {
        return new CheckResult(check, status, other, took, attempts, critical, parts);
    }

    /** Returns a copy that says whether the check was critical. */
    public CheckResult critical(boolean isCritical) {
        return new CheckResult(check, status, message, took, attempts, isCritical, parts);
    }

    /** Returns whether the check passed. */
    public boolean passed() {
        return status == Status.PASSED;
    }

    @Override
    public String toString() {
        return check + " " + status.name().toLowerCase(java.util.Locale.ROOT) + ": " + message;
    }
}
