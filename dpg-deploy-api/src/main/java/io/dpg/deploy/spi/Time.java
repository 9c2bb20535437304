package io.dpg.deploy.spi;

import io.dpg.deploy.engine.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Wall clock, monotonic clock, sleep and bounded calls. Everything in the library that depends on time goes through one
 * of these, so that tests run in virtual time. Thread-safe.
 */
public interface Time {

    /** Returns the time of this machine. */
    static Time system() {
        return SystemTime.INSTANCE;
    }

    /** Returns the wall-clock time, for records and people. */
    Instant now();

    /** Returns nanoseconds of a clock that never goes back, for measuring. */
    long nanos();

    /**
     * Waits for {@code duration}, or shorter when {@link #wake} is called for this thread; callers look again.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void sleep(Duration duration) throws InterruptedException;

    /** Ends the present or next {@link #sleep} of {@code thread} early. */
    void wake(Thread thread);

    /**
     * Runs {@code call} and returns its result. A call that takes longer than {@code limit} is interrupted and left
     * behind; {@code tick} runs at least every {@code every} meanwhile, on the calling thread.
     *
     * @throws java.util.concurrent.TimeoutException if the limit passed first
     */
    <T> T call(Callable<T> call, Duration limit, Duration every, Runnable tick) throws Exception;

    /**
     * Begins to run {@code call} beside the calling thread, which asks the future whether it ended; cancelling interrupts
     * it. Runs it at once unless overridden, as is right where time is not real.
     */
    default <T> Future<T> start(Callable<T> call) {
        try {
            return CompletableFuture.completedFuture(call.call());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        } catch (Exception | AssertionError | LinkageError e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
