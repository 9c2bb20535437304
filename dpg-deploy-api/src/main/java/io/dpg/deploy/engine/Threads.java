package io.dpg.deploy.engine;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/** Virtual threads where the JVM has them (21 and later), else daemon threads; named either way. */
public final class Threads {

    private static final String PREFIX = "dpg-deploy-";

    private Threads() {}

    /** Returns an executor with a thread for each task. */
    public static ExecutorService perTask(String name) {
        ThreadFactory virtual = virtual(name);
        if (virtual != null) {
            try {
                return (ExecutorService) Executors.class
                        .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                        .invoke(null, virtual);
            } catch (IllegalAccessException | InvocationTargetException | NoSuchMethodException e) {
                throw new IllegalStateException("A JVM with virtual threads has this executor", e);
            }
        }
        return Executors.newCachedThreadPool(daemon(name));
    }

    /**
     * Returns an executor with a thread for each task, for code of others: on Java 21 to 23, such code would hold on to
     * the few carriers of virtual threads wherever it blocks in {@code synchronized}.
     */
    static ExecutorService forForeignCode(String name) {
        return Runtime.version().feature() < 24 ? Executors.newCachedThreadPool(daemon(name)) : perTask(name);
    }

    /** Returns a factory of threads named {@code dpg-deploy-}{@code name} with a running number. */
    public static ThreadFactory factory(String name) {
        ThreadFactory virtual = virtual(name);
        return virtual != null ? virtual : daemon(name);
    }

    private static ThreadFactory daemon(String name) {
        AtomicLong number = new AtomicLong();
        return task -> {
            // A rollout's stack is shallow; small stacks let 10,000 of them run in one JVM without virtual threads.
            Thread thread = new Thread(null, task, PREFIX + name + "-" + number.incrementAndGet(), 256 * 1024);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static @org.jspecify.annotations.Nullable ThreadFactory virtual(String name) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object named = type.getMethod("name", String.class, long.class).invoke(builder, PREFIX + name + "-", 1L);
            return (ThreadFactory) type.getMethod("factory").invoke(named);
        } catch (ReflectiveOperationException | UnsupportedOperationException e) {
            return null; // Java 17 to 20, or preview features left off
        }
    }
}
