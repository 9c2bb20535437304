package io.dpg.deploy.check;

import java.time.Duration;

/**
 * What a check found.
 *
 * @param check the check's name
 * @param status what it found
 * @param message one sentence: what was expected and what came
 * @param took how long it took, retries included
 * @param attempts how often it looked
 */
public record CheckResult(String check, Status status, String message, Duration took, int attempts) {

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

    /** Returns whether the check passed. */
    public boolean passed() {
        return status == Status.PASSED;
    }

    @Override
    public String toString() {
        return check + " " + status.name().toLowerCase(java.util.Locale.ROOT) + ": " + message;
    }
}
