package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import java.time.Duration;
import java.util.Objects;

/**
 * Looks again and again until it looked well often enough in a row, cannot any more, or time is up.
 *
 * @param timeout of one look
 * @param within of all looks and pauses; the context's remaining time where that is shorter
 * @param firstPause after the first bad look, and between good ones
 * @param longestPause what pauses double up to
 * @param successes good looks in a row that make a pass
 * @param failAfter bad looks in all that make a failure; 0 for no such limit
 */
record Attempts(
        Duration timeout, Duration within, Duration firstPause, Duration longestPause, int successes, int failAfter) {

    private static final Duration LONGEST = Duration.ofDays(365);

    static final Attempts DEFAULT = new Attempts(
            Duration.ofSeconds(10), Duration.ofSeconds(300), Duration.ofMillis(200), Duration.ofSeconds(5), 1, 0);

    Attempts {
        positive("timeout", timeout);
        positive("within", within);
        positive("backoff", firstPause);
        positive("backoff", longestPause);
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("backoff must not shrink, but goes from " + Plan.text(firstPause)
                    + " to " + Plan.text(longestPause));
        }
        if (successes < 1) {
            throw new IllegalArgumentException("successes must be at least 1, but is " + successes);
        }
        if (failAfter < 0) {
            throw new IllegalArgumentException("failAfter must be at least 1, but is " + failAfter);
        }
    }

    Attempts timeout(Duration other) {
        return new Attempts(other, within, firstPause, longestPause, successes, failAfter);
    }

    Attempts within(Duration other) {
        return new Attempts(timeout, other, firstPause, longestPause, successes, failAfter);
    }

    Attempts backoff(Duration first, Duration longest) {
        return new Attempts(timeout, within, first, longest, successes, failAfter);
    }

    Attempts successes(int other) {
        return new Attempts(timeout, within, firstPause, longestPause, other, failAfter);
    }

    Attempts failAfter(int bad) {
        return new Attempts(timeout, within, firstPause, longestPause, successes, bad == 0 ? -1 : bad);
    }

    /** One look. */
    @FunctionalInterface
    interface Look {
        Found look(Duration timeout) throws InterruptedException;
    }

    /**
     * What one look found.
     *
     * @param last whether looking again cannot help
     * @param error whether the look itself could not be made
     */
    record Found(boolean good, boolean last, boolean error, String message) {
        static Found good(String message) {
            return new Found(true, false, false, message);
        }

        static Found bad(String message) {
            return new Found(false, false, false, message);
        }

        static Found error(String message) {
            return new Found(false, false, true, message);
        }

        Found last(boolean isLast) {
            return new Found(good, isLast, error, message);
        }

        CheckResult.Status failure() {
            return error ? CheckResult.Status.ERROR : CheckResult.Status.FAILED;
        }
    }

    CheckResult run(RetryingCheck<?> check, CheckContext context, Look look) throws InterruptedException {
        return run(check.name(), context, look).critical(check.critical());
    }

    CheckResult run(String name, CheckContext context, Look look) throws InterruptedException {
        long begun = context.time().nanos();
        Duration limit = shorter(within, limit(context.remaining()));
        if (limit.isZero() || limit.isNegative()) {
            return result(name, CheckResult.Status.ERROR, "no time was left to look", Duration.ZERO, 0);
        }
        Duration pause = firstPause;
        int inRow = 0;
        int allBad = 0;
        Found bad = null;
        for (int attempts = 1; ; attempts++) {
            Found found = look.look(shorter(timeout, limit.minus(since(context, begun))));
            Duration took = since(context, begun);
            inRow = found.good() ? inRow + 1 : 0;
            allBad += found.good() ? 0 : 1;
            // A look that the end cut short says "no answer within 3 ms", and the one before it says what is wrong.
            boolean cut = bad != null && limit.compareTo(took) <= 0;
            bad = found.good() || cut ? bad : found;
            if (inRow >= successes) {
                return result(name, CheckResult.Status.PASSED, found.message(), took, attempts);
            }
            if (found.last()) {
                return result(name, found.failure(), found.message(), took, attempts);
            }
            if (bad != null && allBad == failAfter) {
                String count = allBad + " bad of " + attempts + " looks, and failAfter is " + failAfter;
                String message = bad.message() + (attempts == 1 ? " (1 look)" : " (" + count + ")");
                return result(name, bad.failure(), message, took, attempts);
            }
            Duration next = found.good() ? firstPause : pause;
            // Without time for another look after the pause, waiting would only delay the answer.
            if (limit.minus(took).compareTo(next) <= 0) {
                Found told = bad == null ? found : bad;
                String message = (found.good() ? "only " + inRow + " of " + successes + " good looks in a row: " : "")
                        + told.message()
                        + tried(attempts, took);
                return result(name, told.failure(), message, took, attempts);
            }
            pause = found.good() ? firstPause : shorter(pause.multipliedBy(2), longestPause);
            context.time().sleep(next);
        }
    }

    /** A little less than the engine allows, so that the reason is told before the engine interrupts. */
    static Duration limit(Duration remaining) {
        return remaining.minus(shorter(remaining.dividedBy(20), Duration.ofSeconds(1)));
    }

    private static String tried(int attempts, Duration took) {
        return attempts == 1 ? " (1 look)" : " (the last of " + attempts + " looks in " + Plan.text(took) + ")";
    }

    private static CheckResult result(
            String name, CheckResult.Status status, String message, Duration took, int attempts) {
        return new CheckResult(name, status, message, took, attempts);
    }

    private static Duration since(CheckContext context, long begun) {
        return Duration.ofNanos(context.time().nanos() - begun);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static void positive(String setting, Duration value) {
        if (Objects.requireNonNull(value, setting).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(setting + " must be positive, but is " + value);
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(setting + " must be at most 365 days, but is " + value);
        }
    }
}
