package io.dpg.deploy.testkit;

import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Time that passes only when somebody sleeps: a 24-hour bake takes microseconds. Actions planned with {@link #at} run on
 * the sleeping thread when their moment comes.
 *
 * <p>Made for one thread: give the deployer {@code Runnable::run} as its executor. Begins at 2026-01-01T00:00:00Z.
 */
public final class VirtualTime implements Time {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Planned> planned =
            new PriorityQueue<>(Comparator.comparingLong(Planned::nanos).thenComparingLong(Planned::order));
    private long nanos;
    private long order;

    private record Planned(long nanos, long order, Runnable action) {}

    /** Makes a time that begins at 2026-01-01T00:00:00Z. */
    public VirtualTime() {}

    @Override
    public Instant now() {
        return START.plusNanos(nanos);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /** Runs {@code action} once {@code delay} from now has passed. */
    public void at(Duration delay, Runnable action) {
        planned.add(new Planned(Math.addExact(nanos, delay.toNanos()), order++, action));
    }

    /** Lets {@code duration} pass, with all that is planned for it. */
    public void advance(Duration duration) {
        advanceTo(Math.addExact(nanos, Math.max(0, duration.toNanos())));
    }

    private void advanceTo(long end) {
        while (!planned.isEmpty() && planned.peek().nanos() <= end) {
            Planned next = planned.remove();
            nanos = Math.max(nanos, next.nanos());
            next.action().run();
        }
        nanos = Math.max(nanos, end);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        advance(duration);
    }

    @Override
    public void wake(Thread thread) {}

    /** Runs the call at once; one that lets more than {@code limit} pass counts as timed out at its limit. */
    @Override
    public <T> T call(Callable<T> call, Duration limit, Duration every, Runnable tick) throws Exception {
        long begun = nanos;
        T result;
        try {
            result = call.call();
        } catch (AssertionError | LinkageError e) {
            throw new ExecutionException(e); // a failure of the call; other errors end the run, as a crash does
        }
        tick.run();
        if (nanos - begun > limit.toNanos()) {
            throw new TimeoutException("no answer within " + limit);
        }
        return result;
    }
}
