package io.dpg.deploy.engine;

import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue and the thread of one listener. The lock is never held while the listener runs. */
final class Mailbox {

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final ThreadFactory THREADS = Threads.factory("listener");

    /** An idle thread ends after this time, and a new one begins with the next event. */
    private static final long LINGER_SECONDS = 10;

    private final Listener listener;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Event> queue = new ArrayDeque<>();
    private long dropped;
    private boolean delivering;
    private boolean sealed;
    private @Nullable Thread worker;
    private volatile boolean complained;

    Mailbox(Listener listener, int capacity) {
        this.listener = listener;
        this.capacity = capacity;
    }

    void put(Event event) {
        lock.lock();
        try {
            if (sealed) {
                return;
            }
            if (queue.size() >= capacity) {
                queue.removeFirst();
                dropped++;
            }
            queue.addLast(event);
            if (worker == null) {
                start();
            } else {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        try {
            Thread thread = THREADS.newThread(this::work);
            worker = thread;
            thread.start();
        } catch (OutOfMemoryError e) {
            // No thread to be had now; the next event tries again. A rollout must not fail for want of a listener.
            worker = null;
            complain("no thread could be started for it", e);
        }
    }

    private void work() {
        while (true) {
            Event event;
            Event loss = null;
            lock.lock();
            try {
                delivering = false;
                changed.signalAll();
                if (!awaitEvent()) {
                    worker = null;
                    return;
                }
                event = queue.removeFirst();
                if (dropped > 0) {
                    loss = new Event.Warning(
                            event.head(),
                            dropped + " events before this were lost: the listener was too slow for them");
                    dropped = 0;
                }
                delivering = true;
            } finally {
                lock.unlock();
            }
            Thread.interrupted(); // leftover of the last event; the next one must not suffer from it
            if (loss != null) {
                deliver(loss);
            }
            deliver(event);
        }
    }

    private boolean awaitEvent() {
        long left = TimeUnit.SECONDS.toNanos(LINGER_SECONDS);
        while (queue.isEmpty()) {
            if (sealed || left <= 0) {
                return false;
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                // A listener's leftover flag, or the end; sealed tells which.
                LOG.trace("Woken", e);
            }
        }
        return true;
    }

    /** Calls the listener. Whatever it throws is its own affair. */
    void deliver(Event event) {
        try {
            listener.on(event);
        } catch (Throwable e) {
            complain("it failed on " + event.name(), e);
        }
    }

    private void complain(String what, Throwable e) {
        if (!complained) {
            complained = true;
            LOG.error(
                    "Listener {}: {}; it is told of further events, and further failures are not logged",
                    name(),
                    what,
                    e);
        }
    }

    private String name() {
        return listener.getClass().getName();
    }

    void seal() {
        lock.lock();
        try {
            sealed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything is delivered, for at most {@code nanos}, and returns what is left of them. */
    long awaitEmpty(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            // A listener that closes the deployer would wait for itself.
            while ((delivering || !queue.isEmpty()) && left > 0 && worker != Thread.currentThread()) {
                left = changed.awaitNanos(left);
            }
            return left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            if (!queue.isEmpty()) {
                LOG.warn("Listener {} was too slow; {} events were not delivered to it", name(), queue.size());
            }
            queue.clear();
            if (worker != null && worker != Thread.currentThread()) {
                worker.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
