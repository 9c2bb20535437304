package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Reads several objects at the same time, so that a look takes as long as its slowest call and not as all of them. */
final class Together {

    private static final int THREADS = 32;
    private static final ExecutorService READERS = readers();

    private final Api api;

    Together(Api api) {
        this.api = api;
    }

    private static ExecutorService readers() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "dpg-deploy-k8s-reader");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Begins to read; the result waits for the end, and throws what was thrown. */
    <T> Supplier<T> read(Supplier<T> call) {
        Future<T> begun = READERS.submit(call::get);
        return () -> get(begun);
    }

    private <T> T get(Future<T> begun) {
        try {
            return begun.get();
        } catch (InterruptedException e) {
            begun.cancel(true);
            Thread.currentThread().interrupt();
            throw api.retryable("Tried to look at " + api.app().key() + ", but was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DeployException fault) {
                throw fault;
            }
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
