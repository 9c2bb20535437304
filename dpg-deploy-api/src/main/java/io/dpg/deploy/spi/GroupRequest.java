package io.dpg.deploy.spi;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.secret.Secret;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a slot is asked to run.
 *
 * @param slot the slot
 * @param release what to run; names only the version where {@code revision} is given
 * @param revision an earlier revision to run again as the platform keeps it, or null
 * @param instances how many instances to run ({@link Target#launch}) or to have updated ({@link Target#update})
 * @param environment variables and resources
 * @param secrets resolved secrets by variable name; never to be stored or printed
 * @param shifting how the platform is to shift the traffic itself ({@link Target#update}), or null
 */
public record GroupRequest(
        Slot slot,
        Release release,
        @Nullable Revision revision,
        int instances,
        Environment environment,
        Map<String, Secret> secrets,
        @Nullable Shifting shifting) {

    /** A request without a shift by the platform. */
    public GroupRequest(
            Slot slot,
            Release release,
            @Nullable Revision revision,
            int instances,
            Environment environment,
            Map<String, Secret> secrets) {
        this(slot, release, revision, instances, environment, secrets, null);
    }

    /** Copies the map and checks that nothing required is missing. */
    public GroupRequest {
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(release, "release");
        Objects.requireNonNull(environment, "environment");
        secrets = Map.copyOf(secrets);
    }
}
