package io.dpg.deploy.engine;

import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The time of this machine. */
public final class SystemTime implements Time {

    /** The only instance. */
    public static final SystemTime INSTANCE = new SystemTime();

    private static final ExecutorService CALLS = Threads.forForeignCode("call");

    private SystemTime() {}

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LockSupport.parkNanos(this, Math.max(1, duration.toNanos()));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void wake(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public <T> Future<T> start(Callable<T> call) {
        return CALLS.submit(call);
    }

    @Override
    public <T> T call(Callable<T> call, Duration limit, Duration every, Runnable tick) throws Exception {
        Future<T> future = CALLS.submit(call);
        long end = nanos() + limit.toNanos();
        try {
            while (true) {
                long left = end - nanos();
                if (left <= 0) {
                    throw new TimeoutException("no answer within " + limit);
                }
                try {
                    return future.get(Math.min(left, every.toNanos()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException stillRunning) {
                    tick.run();
                }
            }
        } catch (ExecutionException e) {
            // Errors, and interrupts of the other thread, are failures of the call and not of this thread.
            if (e.getCause() instanceof Exception cause && !(cause instanceof InterruptedException)) {
                throw cause;
            }
            throw e;
        } finally {
            future.cancel(true);
        }
    }
}
