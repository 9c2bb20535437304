package io.dpg.deploy.verify.load;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A load that is being sent on a daemon thread of its own. Thread-safe. */
public final class RunningLoad implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningLoad.class);

    private final LoadEngine engine;
    private final FutureTask<LoadResult> task;
    private final Thread thread;

    private RunningLoad(LoadEngine engine, String name) {
        this.engine = engine;
        this.task = new FutureTask<>(() -> engine.run(Load.LAST_DURATION));
        this.thread = new Thread(task, "dpg-deploy-load " + name);
        this.thread.setDaemon(true);
    }

    static RunningLoad start(LoadEngine engine, String name) {
        RunningLoad load = new RunningLoad(engine, name);
        load.thread.start();
        return load;
    }

    /** Returns what was counted so far; of requests that are over. */
    public LoadResult soFar() {
        return task.isDone() ? result() : engine.soFar();
    }

    /**
     * Waits until the load has ended by itself.
     *
     * @param limit how long to wait at most
     * @throws TimeoutException if it has not ended within the limit; it goes on
     * @throws InterruptedException if this thread is interrupted; the load goes on
     */
    public LoadResult await(Duration limit) throws TimeoutException, InterruptedException {
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw broken(e);
        }
    }

    /**
     * Sends no more requests, waits for those under way, which is at most the load's timeout, and returns what became of
     * all. An interruption drops what is under way, and is kept.
     */
    public LoadResult stop() {
        engine.stop();
        return result();
    }

    /** Does the same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private LoadResult result() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof InterruptedException) {
                        LOG.debug("A load was interrupted");
                        return engine.soFar();
                    }
                    throw broken(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IllegalStateException broken(ExecutionException e) {
        return new IllegalStateException("Tried to send a load, but it broke down; report this: " + e.getCause(), e);
    }
}
