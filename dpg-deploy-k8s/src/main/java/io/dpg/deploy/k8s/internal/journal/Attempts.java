package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.spi.Time;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats what somebody else's change, or the API server's bad moment, prevented: every attempt looks again, none
 * repeats blindly, and they end at a deadline. Being overtaken is never the outcome.
 */
final class Attempts {

    /** How long one call of the journal is tried, besides the requests under way. Shorter than any sane lease. */
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
     * @param what completes "Tried to …"
     * @param once looks, acts and returns the result, or empty where it was overtaken
     * @throws DeployException if the limit passed, retryable, or the API server refuses for good
     */
    <T> T run(String what, @Nullable String target, Supplier<Optional<T>> once) {
        long start = time.nanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            KubernetesClientException fault = null;
            try {
                Optional<T> result = once.get();
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (KubernetesClientException e) {
                if (!ApiFault.isConflict(e) && !ApiFault.isFailedTest(e) && !ApiFault.isTransient(e)) {
                    throw ApiFault.of(what, target, e);
                }
                fault = e;
            }
            if (time.nanos() - start > LIMIT.toNanos() || Thread.currentThread().isInterrupted()) {
                throw fault != null && ApiFault.isTransient(fault)
                        ? ApiFault.of(what, target, fault)
                        : overtaken(what, target);
            }
            sleep(what, target, ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private void sleep(String what, @Nullable String target, long millis) {
        try {
            time.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw overtaken(what, target);
        }
    }

    private static DeployException overtaken(String what, @Nullable String target) {
        return new DeployException(
                "Tried to " + what + ", but others kept changing the same object for " + LIMIT.toSeconds()
                        + " seconds, or this thread was interrupted",
                new Details(ApiFault.PROVIDER, target, null, true, "find out what writes to it all the time; repeat"));
    }
}
