package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Services select. While two groups exist the application's own selector, which matches both, is narrowed to one of
 * them: by our slot label where its pods carry it, else by the hash of its ReplicaSet, so that adoption restarts nothing.
 * Pure.
 */
final class Selectors {

    /** What a selector is narrowed to where nothing serves. */
    static final String NONE = "none";

    private Selectors() {}

    static Map<String, String> of(Service service) {
        Map<String, String> selector = service.getSpec().getSelector();
        return selector == null ? Map.of() : selector;
    }

    /** Returns the selector without what we added, that is, as the application's users wrote it. */
    static Map<String, String> original(Map<String, String> selector) {
        Map<String, String> original = new TreeMap<>(selector);
        original.remove(Names.SLOT);
        original.remove(Names.LIVE);
        original.remove(Names.REVISION);
        original.remove(Names.HASH);
        return original;
    }

    static Map<String, String> with(Map<String, String> selector, String label, String value) {
        Map<String, String> narrowed = new TreeMap<>(original(selector));
        narrowed.put(label, value);
        return narrowed;
    }

    /**
     * Returns the selector that matches the pods of {@code slot} and no other's. Alone, a slot needs no narrowing; with
     * neither label nor ReplicaSet there is nothing to narrow to, and the result is null.
     */
    static @Nullable Map<String, String> only(Snapshot now, Slot slot) {
        SlotView view = now.slot(slot);
        if (view.labelled()) {
            return with(now.selector(), Names.SLOT, App.label(slot));
        }
        if (!now.slot(slot.other()).exists()) {
            return original(now.selector());
        }
        return hash(now.selector(), view);
    }

    /** Returns the selector that matches the present pods of {@code view} whatever else will be created. */
    static @Nullable Map<String, String> pinned(Map<String, String> selector, SlotView view) {
        return view.labelled() ? with(selector, Names.SLOT, App.label(view.slot())) : hash(selector, view);
    }

    private static @Nullable Map<String, String> hash(Map<String, String> selector, SlotView view) {
        String hash = view.labels().get(Names.HASH);
        return hash == null ? null : with(selector, Names.HASH, hash);
    }

    /** Returns whether {@code selector} matches pods of {@code view}: those there are, and those there would be. */
    static boolean selects(Map<String, String> selector, SlotView view) {
        return view.exists()
                && (matches(selector, view.labels()) || view.alive().stream().anyMatch(p -> matches(selector, p)));
    }

    static boolean matches(Map<String, String> selector, Pod pod) {
        return matches(selector, pod.getMetadata().getLabels());
    }

    static boolean matches(Map<String, String> selector, @Nullable Map<String, String> labels) {
        return !selector.isEmpty() && labels != null && labels.entrySet().containsAll(selector.entrySet());
    }
}
