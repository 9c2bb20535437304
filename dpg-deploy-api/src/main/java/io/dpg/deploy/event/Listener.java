package io.dpg.deploy.event;

/**
 * Told of every event, in order, on a thread of its own: a listener that fails or hangs changes no verdict and delays no
 * step. One that falls 10,000 events behind loses the oldest.
 */
@FunctionalInterface
public interface Listener {

    /** Takes note of {@code event}. Exceptions are logged and otherwise ignored. */
    void on(Event event);
}
