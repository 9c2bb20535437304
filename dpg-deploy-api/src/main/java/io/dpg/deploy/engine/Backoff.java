package io.dpg.deploy.engine;

import java.time.Duration;

/** Growing pauses between looks: half as long again each time, up to a maximum. */
final class Backoff {

    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final Duration LOOKS = Duration.ofSeconds(2);
    private static final Duration ASK_AGAIN_AT_FIRST = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN_AT_LAST = Duration.ofSeconds(30);

    private final long maxNanos;
    private final long minNanos;
    private long nextNanos;

    Backoff(Duration first, Duration max) {
        this.minNanos = first.toNanos();
        this.nextNanos = minNanos;
        this.maxNanos = max.toNanos();
    }

    /**
     * Looks at platforms: soon at first, as most changes show quickly, every two seconds in the end, or {@code every} where
     * that is longer.
     */
    static Backoff looks(Duration every) {
        return new Backoff(every.isZero() ? FIRST_LOOK : every.dividedBy(10), Durations.max(every, LOOKS));
    }

    /** Repeats of refused or failed calls. */
    static Backoff repeats() {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
    }

    /** Returns when to ask again for what was accepted, but does not show. */
    static Duration untilAskedAgain(Duration limit) {
        return Durations.max(Durations.min(limit.dividedBy(8), ASK_AGAIN_AT_LAST), ASK_AGAIN_AT_FIRST);
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
