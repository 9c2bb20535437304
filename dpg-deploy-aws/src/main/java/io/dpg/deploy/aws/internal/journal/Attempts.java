package io.dpg.deploy.aws.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Repeats what somebody else's change prevented: every attempt looks again, none repeats blindly, and they end at a
 * deadline. Throttling and faults of AWS are the SDK's to repeat.
 */
final class Attempts {

    /** How long one call of the journal is tried, besides the request under way. Shorter than any sane lease. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long FIRST_PAUSE_MILLIS = 4;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private final Time time;

    Attempts(Time time) {
        this.time = time;
    }

    /**
     * Calls {@code once} until it returns something.
     *
     * @throws DeployException if the limit passed or this thread is interrupted; retryable
     */
    <T> T run(String what, String key, Supplier<Optional<T>> once) {
        long start = time.nanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            Optional<T> result = once.get();
            if (result.isPresent()) {
                return result.get();
            }
            if (time.nanos() - start > LIMIT.toNanos()) {
                throw overtaken(what, key);
            }
            try {
                time.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw overtaken(what, key);
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private static DeployException overtaken(String what, String key) {
        return new DeployException(
                "Tried to " + what + ", but others kept changing the same item for " + LIMIT.toSeconds()
                        + " seconds, or this thread was interrupted",
                new Details(AwsFault.PROVIDER, key, null, true, "find out what writes to it all the time; repeat"));
    }
}
