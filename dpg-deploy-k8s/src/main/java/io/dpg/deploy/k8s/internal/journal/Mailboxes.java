package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.k8s.internal.JsonPatch;
import io.dpg.deploy.k8s.internal.RawPatch;
import io.dpg.deploy.spi.JournalText;
import io.dpg.deploy.spi.Message;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ConfigMaps with the messages for rollouts. Apart from the records, so that whoever may talk to a rollout disturbs
 * none of its writes. A message is never refused for want of room: a full one is followed by another.
 */
final class Mailboxes {

    /** The longest message, in characters of JSON: {@value}. */
    static final int LONGEST = 64 * 1024;

    /** How many characters of messages one ConfigMap takes: {@value}. */
    static final int FULL = 256 * 1024;

    private final KubernetesClient client;
    private final String namespace;

    Mailboxes(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Adds {@code message}, whose text is {@code line}, unless an earlier attempt of {@code writer} did.
     *
     * @return true, or empty where another message was faster
     */
    Optional<Boolean> post(String rollout, String line, String writer) {
        for (int number = 0; ; number++) {
            ConfigMap box = object(rollout, number).get();
            if (box == null) {
                create(rollout, number, line); // a conflict means that somebody else just did
                return Optional.of(true);
            }
            Map<String, String> lines = lines(box);
            if (lines.values().stream()
                    .anyMatch(l -> JournalText.writer(l).filter(writer::equals).isPresent())) {
                return Optional.of(true);
            }
            String next = box.getMetadata().getAnnotations().get(Marks.NEXT);
            JsonPatch patch = new JsonPatch().test(JsonPatch.annotation(Marks.NEXT), next);
            if (next.equals(Marks.FULL)) {
                continue;
            }
            boolean full = lines.values().stream().mapToInt(String::length).sum() + line.length() > FULL;
            if (full) {
                patch.set(JsonPatch.annotation(Marks.NEXT), Marks.FULL);
            } else {
                patch.set(JsonPatch.annotation(Marks.NEXT), String.valueOf(Long.parseLong(next) + 1))
                        .set("/data/" + Marks.key(Long.parseLong(next)), line);
            }
            // A failed test means that another message was faster.
            RawPatch.send(client, Marks.path(namespace, Marks.messages(rollout, number)), patch, ConfigMap.class);
            if (!full) {
                return Optional.of(true);
            }
        }
    }

    List<Message> read(String rollout) {
        List<Message> messages = new ArrayList<>();
        for (int number = 0; ; number++) {
            ConfigMap box = object(rollout, number).get();
            if (box == null) {
                return List.copyOf(messages);
            }
            lines(box).values().forEach(line -> messages.add(JournalText.message(line)));
            if (!Marks.FULL.equals(box.getMetadata().getAnnotations().get(Marks.NEXT))) {
                return List.copyOf(messages);
            }
        }
    }

    void delete(String rollout) {
        for (int number = 0; !object(rollout, number).delete().isEmpty(); number++) {
            // one was there, so another may be
        }
    }

    private void create(String rollout, int number, String line) {
        client.configMaps()
                .inNamespace(namespace)
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(Marks.messages(rollout, number))
                        .withNamespace(namespace)
                        .withLabels(Marks.labels("messages"))
                        .withAnnotations(Map.of(Marks.ROLLOUT, rollout, Marks.NEXT, "1"))
                        .endMetadata()
                        .addToData(Marks.key(0), line)
                        .build())
                .create();
    }

    private static Map<String, String> lines(ConfigMap box) {
        return new TreeMap<>(box.getData());
    }

    private Resource<ConfigMap> object(String rollout, int number) {
        return client.configMaps().inNamespace(namespace).withName(Marks.messages(rollout, number));
    }
}
