package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.k8s.internal.JsonPatch;
import io.dpg.deploy.k8s.internal.RawPatch;
import io.dpg.deploy.k8s.internal.journal.Head.Known;
import io.dpg.deploy.spi.JournalRecord;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps of rollouts: one with the records, in order, and further ones for what is too large for it. The first
 * one says which fence may write and which record is next; a record is written where both hold, in one request.
 */
final class Heads {

    /** The longest record kept with the others, in characters: {@value}. */
    static final int LONGEST = 16 * 1024;

    /** How much one ConfigMap holds before further records get ConfigMaps of their own: {@value} characters. */
    static final int FULL = 128 * 1024;

    /** How much a ConfigMap with (a part of) one record holds; the API server refuses more than 1 MiB. */
    static final int PART = 512 * 1024;

    private static final int REMEMBERED = 10_000;

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > REMEMBERED;
        }
    };

    Heads(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    Optional<Head> get(String rollout) {
        return Optional.ofNullable(object(rollout).get()).map(this::remembered);
    }

    /** Returns what is remembered of {@code rollout}, whose only writer this process may be. */
    @Nullable
    Known known(String rollout) {
        synchronized (known) {
            return known.get(rollout);
        }
    }

    /** Returns all of {@code target}, oldest first. For when its list of them was lost. */
    List<Head> of(String target) {
        List<Head> heads = new ArrayList<>();
        for (ConfigMap object : client.configMaps()
                .inNamespace(namespace)
                .withLabel(Marks.JOURNAL, "rollout")
                .withLabel(Marks.TARGET_HASH, Marks.hash(target))
                .list()
                .getItems()) {
            heads.add(Head.of(object));
        }
        heads.sort(Comparator.comparing(Head::created).thenComparing(Head::rollout));
        return heads;
    }

    /** Makes room for the records of a rollout that begins with {@code record}. */
    Head create(JournalRecord record) {
        return remembered(client.configMaps()
                .inNamespace(namespace)
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(Marks.rollout(record.rollout()))
                        .withNamespace(namespace)
                        .withLabels(Marks.labels("rollout"))
                        .addToLabels(Marks.TARGET_HASH, Marks.hash(record.target()))
                        .addToLabels(Marks.STATE, Marks.OPEN)
                        .withAnnotations(Map.of(
                                Marks.ROLLOUT, record.rollout(),
                                Marks.TARGET, record.target(),
                                Marks.FENCE, String.valueOf(record.fence()),
                                Marks.NEXT, "0"))
                        .endMetadata()
                        // There must be a map for patches to add to; and people should know what they look at.
                        .addToData(
                                "about",
                                "Rollout " + record.rollout() + " of " + record.target()
                                        + ": its journal, kept by dpg-deploy. Written by whoever holds the fence; not to"
                                        + " be edited.")
                        .build())
                .create());
    }

    /**
     * Adds {@code record}, whose text is {@code line}, where its fence may write and it is the next one.
     *
     * @return whether that was so
     */
    boolean add(JournalRecord record, String line, String writer, Known known) {
        boolean aside = line.length() > LONGEST || known.size() + line.length() > FULL;
        String entry = aside ? putAside(record, line, writer, known) : line;
        JsonPatch patch = new JsonPatch()
                .test(JsonPatch.annotation(Marks.FENCE), String.valueOf(record.fence()))
                .test(JsonPatch.annotation(Marks.NEXT), String.valueOf(record.sequence()))
                .test(JsonPatch.annotation(Marks.TARGET), record.target())
                .test(JsonPatch.label(Marks.STATE), Marks.OPEN)
                .set(JsonPatch.annotation(Marks.NEXT), String.valueOf(record.sequence() + 1))
                .set("/data/" + Marks.key(record.sequence()), entry);
        if (record.kind() == JournalRecord.Kind.FINISHED) {
            Index.Entry ended = ended(record);
            patch.set(JsonPatch.label(Marks.STATE), Marks.FINISHED)
                    .set(JsonPatch.annotation(Marks.OUTCOME), ended.outcome());
            if (ended.schema()) {
                patch.set(JsonPatch.annotation(Marks.SCHEMA), record.data().get("schemaMovedBy"));
            }
        }
        return patch(record.rollout(), patch).isPresent();
    }

    static Index.Entry ended(JournalRecord finished) {
        return new Index.Entry(
                finished.rollout(),
                finished.data().getOrDefault("outcome", "unknown"),
                finished.data().containsKey("schemaMovedBy"));
    }

    /** Keeps everybody with a lower fence than {@code fence} from writing; empty where another change was faster. */
    Optional<Head> mark(String rollout, long before, long fence) {
        return patch(
                rollout,
                new JsonPatch()
                        .test(JsonPatch.annotation(Marks.FENCE), String.valueOf(before))
                        .set(JsonPatch.annotation(Marks.FENCE), String.valueOf(fence)));
    }

    /** Removes the rollout; the API server then removes its further ConfigMaps. */
    void delete(String rollout) {
        object(rollout).delete();
        synchronized (known) {
            known.remove(rollout);
        }
    }

    /** Returns the text of what {@code entry} points to, or empty where a part is gone. */
    Optional<String> text(String entry) {
        List<String> names = Pointers.parts(entry);
        if (names.isEmpty()) {
            return Optional.of(entry);
        }
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            ConfigMap part =
                    client.configMaps().inNamespace(namespace).withName(name).get();
            if (part == null) {
                return Optional.empty();
            }
            text.append(part.getData().get("part"));
        }
        return Optional.of(text.toString());
    }

    private String putAside(JournalRecord record, String line, String writer, Known known) {
        List<String> names = new ArrayList<>();
        for (int from = 0; from < line.length(); from += PART) {
            String name = Marks.rollout(record.rollout()) + "-" + Marks.key(record.sequence()) + "-" + writer + "-"
                    + names.size();
            names.add(name);
            try {
                client.configMaps()
                        .inNamespace(namespace)
                        .resource(new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(namespace)
                                .withLabels(Marks.labels("part"))
                                .addToLabels(Marks.TARGET_HASH, Marks.hash(record.target()))
                                .addToAnnotations(Marks.ROLLOUT, record.rollout())
                                .addNewOwnerReference()
                                .withApiVersion("v1")
                                .withKind("ConfigMap")
                                .withName(Marks.rollout(record.rollout()))
                                .withUid(known.uid())
                                .endOwnerReference()
                                .endMetadata()
                                .addToData("part", line.substring(from, Math.min(line.length(), from + PART)))
                                .build())
                        .create();
            } catch (KubernetesClientException e) {
                if (!ApiFault.isConflict(e)) {
                    throw e; // otherwise it is there from an attempt whose answer was lost
                }
            }
        }
        return Pointers.write(names, writer);
    }

    private Optional<Head> patch(String rollout, JsonPatch patch) {
        try {
            return Optional.of(remembered(
                    RawPatch.send(client, Marks.path(namespace, Marks.rollout(rollout)), patch, ConfigMap.class)));
        } catch (KubernetesClientException e) {
            if (ApiFault.isFailedTest(e) || ApiFault.isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Head remembered(ConfigMap object) {
        Head head = Head.of(object);
        synchronized (known) {
            known.put(head.rollout(), head.known());
        }
        return head;
    }

    private Resource<ConfigMap> object(String rollout) {
        return client.configMaps().inNamespace(namespace).withName(Marks.rollout(rollout));
    }
}
