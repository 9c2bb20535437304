package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.StaleFenceException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Changes objects on the strength of a fence: read, compare fences, change, write on condition that nobody wrote
 * meanwhile, again where somebody did. The Service's fence counts for everything, so that one write shuts a stale process
 * out from all of them.
 */
final class Edits {

    /** How long to try again in a storm of writes by others. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Api api;
    private final Reader reader;

    Edits(Api api, Reader reader) {
        this.api = api;
        this.reader = reader;
    }

    /** Makes Service and Deployments refuse every lower fence. */
    void claim(Fence fence) {
        write(fence, reader::service, s -> s);
        write(fence, reader::blue, d -> d);
        if (reader.deployment(io.dpg.deploy.Slot.GREEN).isPresent()) {
            write(fence, () -> reader.deployment(io.dpg.deploy.Slot.GREEN).orElseThrow(), d -> d);
        }
    }

    /** Throws if a higher fence than {@code fence} took over the application. */
    void check(Fence fence) {
        check(fence, reader.service());
    }

    void check(Fence fence, HasMetadata object) {
        long seen = fenceOf(object);
        if (seen > fence.number()) {
            throw new StaleFenceException(api.app().key(), fence.number(), seen);
        }
    }

    /** Changes the Service. */
    Service service(Fence fence, UnaryOperator<Service> change) {
        return write(fence, reader::service, change);
    }

    /** Changes another object than the Service, on the strength of the Service's fence. */
    <T extends HasMetadata> T edit(Fence fence, Supplier<T> read, UnaryOperator<T> change) {
        return write(
                fence,
                () -> {
                    T object = read.get();
                    check(fence); // after the read: whoever takes over later changes the object's version as well
                    return object;
                },
                change);
    }

    /** Changes an object whose fence goes as well: the end of our time with it. */
    <T extends HasMetadata> void unfence(Supplier<T> read, UnaryOperator<T> change) {
        repeat(() -> {
            T before = read.get();
            T after = change.apply(api.client().getKubernetesSerialization().clone(before));
            return api.patch(before, after);
        });
    }

    private <T extends HasMetadata> T write(Fence fence, Supplier<T> read, UnaryOperator<T> change) {
        return repeat(() -> {
            T before = read.get();
            check(fence, before);
            T copy = api.client().getKubernetesSerialization().clone(before);
            return api.patch(before, fenced(change.apply(copy), fence));
        });
    }

    private <T> T repeat(Supplier<T> attempt) {
        long end = api.time().nanos() + PATIENCE.toNanos();
        for (int tries = 1; ; tries++) {
            try {
                return attempt.get();
            } catch (ConflictException e) {
                if (api.time().nanos() >= end) {
                    throw e;
                }
                api.nap(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1, Math.min(100, 5 * tries) + 2)));
            }
        }
    }

    static <T extends HasMetadata> T fenced(T object, Fence fence) {
        ObjectMeta meta = object.getMetadata();
        Map<String, String> annotations =
                new HashMap<>(meta.getAnnotations() == null ? Map.of() : meta.getAnnotations());
        annotations.put(Names.FENCE, String.valueOf(fence.number()));
        meta.setAnnotations(annotations);
        return object;
    }

    static long fenceOf(HasMetadata object) {
        String noted = SlotView.annotation(object.getMetadata().getAnnotations(), Names.FENCE);
        try {
            return noted == null ? 0 : Long.parseLong(noted);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
