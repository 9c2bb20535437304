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
 */
record Attempts(Duration timeout, Duration within, Duration firstPause, Duration longestPause, int successes) {

    static final Attempts DEFAULT = new Attempts(
            Duration.ofSeconds(10), Duration.ofSeconds(300), Duration.ofMillis(200), Duration.ofSeconds(5), 1);

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
    }

    Attempts timeout(Duration other) {
        return new Attempts(other, within, firstPause, longestPause, successes);
    }

    Attempts within(Duration other) {
        return new Attempts(timeout, other, firstPause, longestPause, successes);
    }

    Attempts backoff(Duration first, Duration longest) {
        return new Attempts(timeout, within, first, longest, successes);
    }

    Attempts successes(int other) {
        return new Attempts(timeout, within, firstPause, longestPause, other);
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
     */
    record Found(boolean good, boolean last, String message) {
        static Found good(String message) {
            return new Found(true, false, message);
        }

        static Found bad(String message) {
            return new Found(false, false, message);
        }
    }

    CheckResult run(String name, CheckContext context, Look look) throws InterruptedException {
        long begun = context.time().nanos();
        Duration limit = limit(context.remaining());
        if (limit.isZero() || limit.isNegative()) {
            return result(name, CheckResult.Status.ERROR, "no time was left to look", Duration.ZERO, 0);
        }
        Duration pause = firstPause;
        int inRow = 0;
        Found bad = null;
        for (int attempts = 1; ; attempts++) {
            Found found = look.look(shorter(timeout, limit.minus(since(context, begun))));
            Duration took = since(context, begun);
            inRow = found.good() ? inRow + 1 : 0;
            // A look that the end cut short says "no answer within 3 ms", and the one before it says what is wrong.
            boolean cut = bad != null && limit.compareTo(took) <= 0;
            bad = found.good() || cut ? bad : found;
            if (inRow >= successes) {
                return result(name, CheckResult.Status.PASSED, found.message(), took, attempts);
            }
            if (found.last()) {
                return result(name, CheckResult.Status.FAILED, found.message(), took, attempts);
            }
            Duration next = found.good() ? firstPause : pause;
            // Without time for another look after the pause, waiting would only delay the answer.
            if (limit.minus(took).compareTo(next) <= 0) {
                String message = (found.good() ? "only " + inRow + " of " + successes + " good looks in a row: " : "")
                        + (bad == null ? found : bad).message();
                return result(name, CheckResult.Status.FAILED, message + tried(attempts, took), took, attempts);
            }
            pause = found.good() ? firstPause : shorter(pause.multipliedBy(2), longestPause);
            context.time().sleep(next);
        }
    }

    /** A little less than the engine allows, so that the reason is told before the engine interrupts. */
    private Duration limit(Duration remaining) {
        return shorter(within, remaining.minus(shorter(remaining.dividedBy(20), Duration.ofSeconds(1))));
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
    }
}
