package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.StaleFenceException;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.Service;

/**
 * Keeps the highest fence in a tag of the services. AWS has no conditional write for them, so a fence is read before each
 * change and after each change of traffic: a process that wakes up between the two may still act once, and the one that took
 * over sees that as a foreign change. The journal's records are conditional. Thread-safe.
 */
final class Fencing {

    private static final Duration SHOWN = Duration.ofSeconds(15);

    private final EcsApi api;
    private final Reader reader;
    private final Services services;

    Fencing(EcsApi api, Reader reader, Services services) {
        this.api = api;
        this.reader = reader;
        this.services = services;
    }

    void claim(Fence fence) {
        Map<Slot, Service> all = reader.services();
        check(fence, seen(all));
        for (Service service : all.values()) {
            if (Attached.fence(service) < fence.number()) {
                services.tag(service, Map.of(Labels.FENCE, String.valueOf(fence.number())));
            }
        }
        api.poll(SHOWN, () -> java.util.Optional.of(seen(reader.services())).filter(s -> s >= fence.number()))
                .orElseThrow(
                        () -> api.retryable("Tried to claim " + api.app().key() + ", but its tag does not show yet"));
        check(fence);
    }

    void check(Fence fence) {
        check(fence, seen(reader.services()));
    }

    void check(Fence fence, long seen) {
        if (seen > fence.number()) {
            throw new StaleFenceException(api.app().key(), fence.number(), seen);
        }
    }

    private static long seen(Map<Slot, Service> all) {
        return all.values().stream().mapToLong(Attached::fence).max().orElse(0);
    }
}
