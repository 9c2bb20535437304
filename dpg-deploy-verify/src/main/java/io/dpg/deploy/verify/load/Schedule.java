package io.dpg.deploy.verify.load;

import io.dpg.deploy.spi.Time;
import java.util.concurrent.TimeUnit;

/** When the requests of a load are due, in nanoseconds of {@link Time#nanos}. For one thread. */
final class Schedule {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Profile profile;
    private final long start;
    private final long begun;
    private long end;
    private long turn;
    private long measured;
    private long allowed;

    /** Makes the schedule of a load that starts at {@code start} and counts from when it has warmed up. */
    Schedule(Profile profile, long start) {
        this.profile = profile;
        this.start = start;
        this.begun = start + profile.warmUp().toNanos();
        this.end = begun + profile.duration().toNanos();
        this.allowed = start;
    }

    /** Returns whether the next request waits for an answer rather than for its time. */
    boolean closed() {
        return profile.concurrency() > 0;
    }

    /** Returns whether no more requests are due. */
    boolean over(long now) {
        boolean enough = profile.count() > 0 && measured >= profile.count();
        return enough || (closed() ? now : next(now)) - end >= 0;
    }

    /** Returns when the next request is, or was, due. */
    long next(long now) {
        // Computed from the number rather than by adding, so that no error adds up.
        return closed() ? Math.max(now, allowed) : start + Math.round(turn * (SECOND / profile.rate()));
    }

    /** Notes that the next request was sent, or given up, and returns its number, from 0. */
    long taken(long due) {
        if (counts(due)) {
            measured++;
        }
        allowed = due + Math.round(SECOND / profile.mostRate());
        return turn++;
    }

    /** Returns whether a request that was due then is counted, rather than one of the warm-up. */
    boolean counts(long due) {
        return due - begun >= 0;
    }

    /** Lets no request be due after {@code now}. */
    void endBy(long now) {
        if (end - now > 0) {
            end = now;
        }
    }

    /** Returns when the load begins to count. */
    long begun() {
        return begun;
    }

    /** Returns until when requests were due; those of a closed load that ends by count are over with their answers. */
    long end() {
        boolean byCount = profile.count() > 0 && measured >= profile.count();
        if (!byCount) {
            return end;
        }
        return closed() ? begun : Math.min(end, next(end));
    }
}
