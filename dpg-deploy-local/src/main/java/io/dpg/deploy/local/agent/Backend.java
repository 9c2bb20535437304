package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** One started instance as the proxy sees it: a port, its open requests and its idle connections. Thread-safe. */
final class Backend {

    private static final int MOST_IDLE = 256;

    final String slot;
    final String revision;
    final int port;

    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentLinkedDeque<Upstream> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger idleCount = new AtomicInteger();
    private final Runnable onIdle;
    private volatile boolean closed;

    /** Calls {@code onIdle} each time the last open request ends. */
    Backend(String slot, String revision, int port, Runnable onIdle) {
        this.slot = slot;
        this.revision = revision;
        this.port = port;
        this.onIdle = onIdle;
    }

    int open() {
        return open.get();
    }

    /**
     * Counts a request in, unless the instance is about to stop. Counting before looking is what lets
     * {@link #drained} be believed: a request that slipped in is seen there.
     */
    boolean enter() {
        open.incrementAndGet();
        if (closed) {
            leave();
            return false;
        }
        return true;
    }

    /** Counts a request out. */
    void leave() {
        if (open.decrementAndGet() == 0) {
            synchronized (this) {
                notifyAll();
            }
            onIdle.run();
        }
    }

    /** Takes no new request from now on. */
    void close() {
        closed = true;
        discardIdle();
    }

    /** Waits until no request is open, at most {@code nanos}; returns whether none is. */
    synchronized boolean drained(long nanos) throws InterruptedException {
        long deadline = Clock.nanos() + nanos;
        while (open.get() > 0) {
            long left = (deadline - Clock.nanos()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(Math.min(left, 100));
        }
        return true;
    }

    /** Returns an idle connection, or a new one where there is none or {@code fresh}. */
    Upstream connection(boolean fresh) throws IOException {
        while (!fresh) {
            Upstream upstream = idle.pollFirst();
            if (upstream == null) {
                break;
            }
            idleCount.decrementAndGet();
            if (upstream.usable()) {
                return upstream;
            }
            upstream.close();
        }
        return Upstream.connect(port);
    }

    /** Keeps a connection for the next request. */
    void giveBack(Upstream upstream) {
        upstream.reused = true;
        if (closed || upstream.in.buffered() > 0 || idleCount.get() >= MOST_IDLE) {
            upstream.close();
            return;
        }
        idleCount.incrementAndGet();
        idle.addFirst(upstream);
        if (closed) {
            discardIdle();
        }
    }

    private void discardIdle() {
        for (Upstream upstream = idle.pollFirst(); upstream != null; upstream = idle.pollFirst()) {
            idleCount.decrementAndGet();
            upstream.close();
        }
    }
}
