package io.dpg.deploy.engine;

import io.dpg.deploy.event.Event;

/** Where a run's events go; cheap when nobody listens. */
interface Events {

    /** Hands {@code event} on without blocking. */
    void publish(Event event);

    /** Returns whether anybody listens. */
    boolean heard();

    /** Returns {@code text} without secrets. */
    String redact(String text);
}
