package io.dpg.deploy.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the instances of a version behave on a {@link SimulatedTarget}. Immutable; the methods return changed copies.
 *
 * @param readyAfter how long an instance takes to get ready, or null if it never does
 * @param crashesAfter when an instance crashes for good, or null if it does not
 * @param healthy whether checks of it pass
 * @param errorRatio the share of its requests that fail, from 0 to 1; NaN where its metrics are broken
 * @param metrics whether there are metrics of it at all
 */
public record Behaviour(
        @Nullable Duration readyAfter,
        @Nullable Duration crashesAfter,
        boolean healthy,
        double errorRatio,
        boolean metrics) {

    /** Ready after two seconds, passes checks, and fails one request in a thousand. */
    public static final Behaviour GOOD = new Behaviour(Duration.ofSeconds(2), null, true, 0.001, true);

    /** Returns a copy that gets ready after {@code time}. */
    public Behaviour readyAfter(Duration time) {
        return new Behaviour(time, crashesAfter, healthy, errorRatio, metrics);
    }

    /** Returns a copy that never gets ready. */
    public Behaviour neverReady() {
        return new Behaviour(null, crashesAfter, healthy, errorRatio, metrics);
    }

    /** Returns a copy that crashes {@code time} after its launch. */
    public Behaviour crashesAfter(Duration time) {
        return new Behaviour(readyAfter, time, healthy, errorRatio, metrics);
    }

    /** Returns a copy whose checks fail. */
    public Behaviour unhealthy() {
        return new Behaviour(readyAfter, crashesAfter, false, errorRatio, metrics);
    }

    /** Returns a copy that fails {@code ratio} of its requests. */
    public Behaviour errorRatio(double ratio) {
        return new Behaviour(readyAfter, crashesAfter, healthy, ratio, metrics);
    }

    /** Returns a copy without metrics. */
    public Behaviour withoutMetrics() {
        return new Behaviour(readyAfter, crashesAfter, healthy, errorRatio, false);
    }
}
