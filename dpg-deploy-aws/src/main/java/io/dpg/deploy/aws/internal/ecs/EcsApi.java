package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** Calls of AWS on behalf of one target: faults translated, waits bounded. Thread-safe. */
public final class EcsApi {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final AwsClients clients;
    private final EcsApp app;
    private final Time time;

    /** Calls {@code clients} for {@code app}. */
    public EcsApi(AwsClients clients, EcsApp app, Time time) {
        this.clients = clients;
        this.app = app;
        this.time = time;
    }

    AwsClients clients() {
        return clients;
    }

    EcsApp app() {
        return app;
    }

    Time time() {
        return time;
    }

    /** Runs {@code call}, its faults translated; {@code what} completes "Tried to …". */
    <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw AwsFault.of(what, app.key(), e);
        }
    }

    /** Runs {@code call}, whose object may not exist. */
    <T> Optional<T> find(String what, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (SdkException e) {
            if (AwsFault.isMissing(e)) {
                return Optional.empty();
            }
            throw AwsFault.of(what, app.key(), e);
        }
    }

    DeployException fault(String message) {
        return new DeployException(message, DeployException.Details.NONE.at(AwsFault.PROVIDER, app.key()));
    }

    DeployException retryable(String message) {
        return new DeployException(
                message,
                DeployException.Details.NONE.at(AwsFault.PROVIDER, app.key()).mayRetry());
    }

    /**
     * Looks until {@code look} returns something or {@code limit} is over, less and less often: AWS shows changes late, and
     * counts calls. Pauses are jittered, so that many who wait do not ask in step.
     */
    <T> Optional<T> poll(Duration limit, Supplier<Optional<T>> look) {
        long end = time.nanos() + limit.toNanos();
        long pause = FIRST.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            long left = end - time.nanos();
            if (seen.isPresent() || left <= 0) {
                return seen;
            }
            long jittered = ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
            nap(Duration.ofNanos(Math.min(jittered, left)));
            pause = Math.min(LONGEST.toNanos(), pause + pause / 2);
        }
    }

    private void nap(Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw retryable("Tried to wait for " + app.key() + ", but was interrupted");
        }
    }
}
