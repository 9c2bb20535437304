package io.dpg.deploy.engine;

import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import java.time.Duration;
import java.util.List;

/**
 * Hands events to listeners. Threaded, {@link #publish} never blocks and never throws: each listener has its own queue
 * and, from its first event on, its own thread. Direct, listeners are called by the publishing thread, for virtual time.
 *
 * <p>Thread-safe. One dispatcher serves all rollouts of a deployer: threads go by listeners, not by rollouts. Internal.
 */
public final class Dispatcher {

    /** How many events wait for a listener before the oldest is dropped. */
    static final int CAPACITY = 10_000;

    private final List<Mailbox> mailboxes;
    private final boolean direct;
    private volatile boolean closed;

    private Dispatcher(List<Mailbox> mailboxes, boolean direct) {
        this.mailboxes = mailboxes;
        this.direct = direct;
    }

    /** Returns a dispatcher with a queue and a thread for each of {@code listeners}. */
    public static Dispatcher threaded(List<Listener> listeners) {
        return new Dispatcher(mailboxes(listeners), false);
    }

    /** Returns a dispatcher that calls {@code listeners} one after the other on the publishing thread. */
    public static Dispatcher direct(List<Listener> listeners) {
        return new Dispatcher(mailboxes(listeners), true);
    }

    private static List<Mailbox> mailboxes(List<Listener> listeners) {
        return listeners.stream()
                .map(listener -> new Mailbox(listener, CAPACITY))
                .toList();
    }

    /** Returns whether there is any listener. */
    public boolean heard() {
        return !mailboxes.isEmpty();
    }

    /** Tells every listener of {@code event}, sooner or later. Events published after {@link #close} are lost. */
    public void publish(Event event) {
        for (Mailbox mailbox : mailboxes) {
            if (closed) {
                return;
            } else if (direct) {
                mailbox.deliver(event);
            } else {
                mailbox.put(event);
            }
        }
    }

    /** Waits until listeners have heard what was published, for at most {@code atMost} in all. */
    public void flush(Duration atMost) {
        long left = atMost.toNanos();
        for (Mailbox mailbox : mailboxes) {
            left = mailbox.awaitEmpty(left);
        }
    }

    /**
     * Takes no more events and waits until the queues are empty, for at most {@code atMost} in all. Listeners that are
     * not done by then are interrupted, and what waits for them is dropped. Returns early with the flag set where the
     * calling thread is interrupted.
     */
    public void close(Duration atMost) {
        closed = true;
        mailboxes.forEach(Mailbox::seal);
        flush(atMost);
        mailboxes.forEach(Mailbox::stop);
    }
}
