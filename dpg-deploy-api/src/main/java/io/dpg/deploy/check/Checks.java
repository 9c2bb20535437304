package io.dpg.deploy.check;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Checks from plain code. What they return is as thread-safe as the code they are given. */
public final class Checks {

    private Checks() {}

    /** Code that passes unless it throws. */
    @FunctionalInterface
    public interface Assertion {
        /**
         * Looks once.
         *
         * @throws Exception if the check could not be made; an {@link AssertionError} if it was made and failed
         */
        void run(CheckContext context) throws Exception;
    }

    /**
     * Returns a check that passes where {@code passes} returns true and fails where it returns false; an exception is an
     * error. Looks once, without retries.
     */
    public static Check of(String name, Callable<Boolean> passes) {
        Objects.requireNonNull(passes, "passes");
        return new Code(notBlank(name), context -> {
            if (!Boolean.TRUE.equals(passes.call())) {
                throw new AssertionError("expected true, but got false");
            }
        });
    }

    /**
     * Returns a check that passes unless {@code assertion} throws: an {@link AssertionError}, as AssertJ and JUnit throw
     * it, is a failure, anything else an error. Looks once, without retries.
     */
    public static Check asserting(String name, Assertion assertion) {
        return new Code(notBlank(name), Objects.requireNonNull(assertion, "assertion"));
    }

    /** Returns {@code check} made non-critical: its failure is reported and fails nothing. */
    public static Check reportOnly(Check check) {
        return new ReportOnly(Objects.requireNonNull(check, "check"));
    }

    private record Code(String name, Assertion assertion) implements Check {
        @Override
        public CheckResult run(CheckContext context) throws InterruptedException {
            long begun = context.time().nanos();
            CheckResult.Status status = CheckResult.Status.PASSED;
            String message = "as expected";
            try {
                assertion.run(context);
            } catch (InterruptedException e) {
                throw e;
            } catch (AssertionError e) {
                status = CheckResult.Status.FAILED;
                message = e.getMessage() == null ? "an assertion failed without a message" : e.getMessage();
            } catch (Exception e) {
                status = CheckResult.Status.ERROR;
                message = "could not be made: " + e;
            }
            Duration took = Duration.ofNanos(context.time().nanos() - begun);
            return new CheckResult(name, status, message, took, 1);
        }
    }

    private record ReportOnly(Check check) implements Check {
        @Override
        public String name() {
            return check.name();
        }

        @Override
        public CheckResult run(CheckContext context) throws Exception {
            return check.run(context);
        }

        @Override
        public boolean critical() {
            return false;
        }
    }

    private static String notBlank(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a check must not be blank");
        }
        return name;
    }
}
