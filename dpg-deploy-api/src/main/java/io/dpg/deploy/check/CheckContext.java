package io.dpg.deploy.check;

import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Time;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a check may know.
 *
 * @param base where the application can be reached, or null where the target has no such place; the check then says so
 * @param slot the slot under verification
 * @param release what runs there
 * @param remaining how long the check may take in all
 * @param time clock and sleep to use
 */
public record CheckContext(@Nullable URI base, Slot slot, Release release, Duration remaining, Time time) {

    /** Returns where the application can be reached, where there is such a place. */
    public Optional<URI> endpoint() {
        return Optional.ofNullable(base);
    }
}
