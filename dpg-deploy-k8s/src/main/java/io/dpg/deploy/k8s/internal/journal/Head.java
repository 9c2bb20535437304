package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.spi.JournalText;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMap that a rollout's records are in, or pointed to from.
 *
 * @param rollout the rollout's id
 * @param target its target's key
 * @param fence the lowest fence that may write to it
 * @param next the number of its next record
 * @param ended how it ended, or null while it has not
 * @param uid the object's id, which no other object ever has
 * @param created when the API server saw it first
 * @param data the records' lines, or where they are, by key
 */
record Head(
        String rollout,
        String target,
        long fence,
        long next,
        Index.@Nullable Entry ended,
        String uid,
        Instant created,
        SortedMap<String, String> data) {

    /**
     * What the next record needs to know of the ones before it.
     *
     * @param uid the object's id
     * @param size how many characters its records take
     */
    record Known(String uid, long size) {}

    static Head of(ConfigMap object) {
        Map<String, String> marks = object.getMetadata().getAnnotations();
        try {
            String id = marks.get(Marks.ROLLOUT);
            String outcome = marks.get(Marks.OUTCOME);
            return new Head(
                    id,
                    marks.get(Marks.TARGET),
                    Long.parseLong(marks.get(Marks.FENCE)),
                    Long.parseLong(marks.get(Marks.NEXT)),
                    outcome == null ? null : new Index.Entry(id, outcome, marks.containsKey(Marks.SCHEMA)),
                    object.getMetadata().getUid(),
                    Instant.parse(object.getMetadata().getCreationTimestamp()),
                    records(object.getData()));
        } catch (NullPointerException | NumberFormatException e) {
            throw damaged(
                    object.getMetadata().getNamespace() + "/"
                            + object.getMetadata().getName(),
                    e);
        }
    }

    private static SortedMap<String, String> records(@Nullable Map<String, String> data) {
        SortedMap<String, String> records = new TreeMap<>(data == null ? Map.of() : data);
        records.keySet().removeIf(key -> !key.matches("[0-9]+"));
        return records;
    }

    static DeployException damaged(String name, @Nullable Exception cause) {
        return new DeployException(
                "Tried to read a rollout's journal, but the ConfigMap " + name + " is damaged or missing",
                Details.NONE
                        .at(ApiFault.PROVIDER, name)
                        .remedy("restore it; or, when no process acts on the target, delete the rollout's ConfigMaps"),
                cause);
    }

    Known known() {
        return new Known(uid, data.values().stream().mapToLong(String::length).sum());
    }

    /** Returns whether record number {@code sequence} is the one that {@code writer} wrote. */
    boolean wrote(String writer, long sequence) {
        String line = data.get(Marks.key(sequence));
        return line != null && JournalText.writer(line).filter(writer::equals).isPresent();
    }
}
