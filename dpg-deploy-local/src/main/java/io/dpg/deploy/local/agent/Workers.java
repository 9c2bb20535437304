package io.dpg.deploy.local.agent;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Threads of the agent: virtual ones for connections where the JVM has them (21 and later), else small daemons. */
final class Workers {

    private static final int STACK = 256 * 1024;

    private Workers() {}

    /** Returns an executor with a thread for each task. */
    static ExecutorService perTask(String name) {
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
        AtomicLong number = new AtomicLong();
        return Executors.newCachedThreadPool(task -> daemon(name + "-" + number.incrementAndGet(), task));
    }

    /** Starts a daemon of the platform; for what blocks in files and processes, which virtual threads cannot unmount. */
    static void start(String name, Runnable task) {
        daemon(name, task).start();
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(null, task, "dpg-agent-" + name, STACK);
        thread.setDaemon(true);
        return thread;
    }

    private static @Nullable ThreadFactory virtual(String name) {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object named = type.getMethod("name", String.class, long.class).invoke(builder, "dpg-agent-" + name, 1L);
            return (ThreadFactory) type.getMethod("factory").invoke(named);
        } catch (ReflectiveOperationException | UnsupportedOperationException e) {
            return null; // Java 17 to 20
        }
    }
}
