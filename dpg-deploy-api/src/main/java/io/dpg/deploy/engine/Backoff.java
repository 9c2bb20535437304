package io.dpg.deploy.engine;

import java.time.Duration;

/** Growing pauses between looks: half as long again each time, up to a maximum. */
final class Backoff {

    private final long maxNanos;
    private final long minNanos;
    private long nextNanos;

    Backoff(Duration first, Duration max) {
        this.minNanos = first.toNanos();
        this.nextNanos = minNanos;
        this.maxNanos = max.toNanos();
    }

    /** Looks at platforms: soon at first, as most changes show quickly, every two seconds in the end. */
    static Backoff looks() {
        return new Backoff(Duration.ofMillis(20), Duration.ofSeconds(2));
    }

    /** Repeats of refused or failed calls. */
    static Backoff repeats() {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    Duration next() {
        long now = nextNanos;
        nextNanos = Math.min(maxNanos, now + now / 2 + 1);
        return Duration.ofNanos(now);
    }

    void reset() {
        nextNanos = minNanos;
    }
}
