package io.dpg.deploy.verify.load;

import java.time.Duration;
import java.util.Locale;

/** Durations as milliseconds, for people and for files. */
final class Millis {

    private static final double NANOS = 1_000_000;

    private Millis() {}

    static double of(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    static Duration duration(double millis) {
        return Duration.ofNanos(Math.round(millis * NANOS));
    }

    /** Returns three digits or more, such as {@code 1.23 ms} and {@code 1,234 ms}. */
    static String text(Duration duration) {
        return text(of(duration));
    }

    static String text(double millis) {
        int digits = millis >= 100 || millis == 0 ? 0 : millis >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + digits + "f ms", millis);
    }
}
