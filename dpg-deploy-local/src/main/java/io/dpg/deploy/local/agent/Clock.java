package io.dpg.deploy.local.agent;

/** The agent's only source of time; it cannot use the library's, which is not on its class path. */
final class Clock {

    private Clock() {}

    /** Returns nanoseconds of a clock that never goes back. */
    static long nanos() {
        return System.nanoTime();
    }

    /** Returns milliseconds since 1970. */
    static long millis() {
        return System.currentTimeMillis();
    }
}
