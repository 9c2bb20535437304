package io.dpg.deploy.engine;

import io.dpg.deploy.spi.Time;
import java.time.Duration;

/** The end of a wait, on the monotonic clock. Moves on while the rollout is paused. */
final class Deadline {

    private final Time time;
    private final long begun;
    private final Duration limit;
    private long extra;

    Deadline(Time time, Duration limit) {
        this.time = time;
        this.begun = time.nanos();
        this.limit = limit;
    }

    /** Returns what is left, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, limit.toNanos() + extra - (time.nanos() - begun)));
    }

    boolean passed() {
        return left().isZero();
    }

    /** Returns how long the wait has lasted, pauses left out. */
    Duration elapsed() {
        return Duration.ofNanos(time.nanos() - begun - extra);
    }

    void extend(long nanos) {
        extra += nanos;
    }

    Duration limit() {
        return limit;
    }
}
