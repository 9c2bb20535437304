package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Secrets by revision. They live here, in the memory of the agent, and in the environment of instances; nowhere else. */
final class Secrets {

    private final Map<String, Map<String, String>> byRevision = new HashMap<>();
    private final List<String> everSeen = new ArrayList<>();
    private volatile Redactor redactor = Redactor.NONE;

    /** Remembers {@code values} for {@code revision}; returns whether any is new. */
    synchronized boolean learn(String revision, Map<String, String> values) {
        Map<String, String> known = byRevision.computeIfAbsent(revision, key -> new HashMap<>());
        boolean changed = false;
        for (Map.Entry<String, String> secret : values.entrySet()) {
            changed |= !secret.getValue().equals(known.put(secret.getKey(), secret.getValue()));
            if (!everSeen.contains(secret.getValue())) {
                everSeen.add(secret.getValue()); // an old value may still be printed by an old instance
                redactor = new Redactor(everSeen);
            }
        }
        return changed;
    }

    /** Returns the secrets of {@code revision} that are known. */
    synchronized Map<String, String> of(String revision) {
        return Map.copyOf(byRevision.getOrDefault(revision, Map.of()));
    }

    /** Returns the names that {@code spec} needs and that are not known. */
    List<String> missing(Spec spec) {
        List<String> missing = new ArrayList<>(spec.secrets());
        missing.removeAll(of(spec.revision()).keySet());
        return missing;
    }

    /** Returns what hides every secret ever seen. */
    Redactor redactor() {
        return redactor;
    }
}
