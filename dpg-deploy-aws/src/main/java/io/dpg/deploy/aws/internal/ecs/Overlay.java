package io.dpg.deploy.aws.internal.ecs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Secret;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a release lays over a task definition: variables, secrets, sizes. What was there before is kept in a label of the
 * container, so that the next release starts from the application's own task definition and not from the settings of the
 * release before it. Not thread-safe.
 */
final class Overlay {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String VARIABLES = "variables";

    private final ObjectNode before = JSON.createObjectNode();
    private final Map<String, KeyValuePair> environment = new LinkedHashMap<>();
    private final Map<String, Secret> secrets = new LinkedHashMap<>();
    private final RegisterTaskDefinitionRequest.Builder task;
    private final ContainerDefinition.Builder container;
    private final boolean taskSizes;

    /** Begins to lay over {@code container} of {@code task}; sizes are the task's where {@code taskSizes}. */
    Overlay(RegisterTaskDefinitionRequest.Builder task, ContainerDefinition container, boolean taskSizes) {
        this.task = task;
        this.container = container.toBuilder();
        this.taskSizes = taskSizes;
        container.environment().forEach(e -> environment.put(e.name(), e));
        container.secrets().forEach(s -> secrets.put(s.name(), s));
        undo(container.dockerLabels().get(Labels.OVERLAY));
    }

    private void undo(String noted) {
        if (noted == null) {
            return;
        }
        JsonNode kept = JSON.readTree(noted);
        JsonNode variables = kept.path(VARIABLES);
        for (String name : variables.propertyNames()) {
            JsonNode own = variables.get(name);
            environment.remove(name);
            secrets.remove(name);
            if (own.has("value")) {
                environment.put(name, pair(name, own.get("value").asString()));
            } else if (own.has("from")) {
                secrets.put(name, secret(name, own.get("from").asString()));
            }
        }
        if (kept.has("cpu")) {
            cpu(kept.get("cpu"));
        }
        if (kept.has("memory")) {
            memory(kept.get("memory"));
        }
    }

    void variable(String name, String value) {
        keep(name);
        environment.put(name, pair(name, value));
    }

    void reads(String name, String from) {
        keep(name);
        secrets.put(name, secret(name, from));
    }

    private void keep(String name) {
        ObjectNode own = JSON.createObjectNode();
        KeyValuePair plain = environment.remove(name);
        Secret secret = secrets.remove(name);
        if (plain != null) {
            own.put("value", plain.value());
        } else if (secret != null) {
            own.put("from", secret.valueFrom());
        }
        ObjectNode all = before.withObjectProperty(VARIABLES);
        if (!all.has(name)) {
            all.set(name, own);
        }
    }

    void cpu(int units) {
        ContainerDefinition now = container.build();
        String own = taskSizes ? task.build().cpu() : now.cpu() == null ? null : String.valueOf(now.cpu());
        before.put("cpu", own);
        cpu(JSON.getNodeFactory().stringNode(String.valueOf(units)));
    }

    void memory(int mebibytes) {
        ContainerDefinition now = container.build();
        String own = taskSizes ? task.build().memory() : now.memory() == null ? null : String.valueOf(now.memory());
        before.put("memory", own);
        memory(JSON.getNodeFactory().stringNode(String.valueOf(mebibytes)));
    }

    private void cpu(JsonNode units) {
        String text = units.isNull() ? null : units.asString();
        if (taskSizes) {
            task.cpu(text);
        } else {
            container.cpu(text == null ? null : Integer.valueOf(text));
        }
    }

    private void memory(JsonNode mebibytes) {
        String text = mebibytes.isNull() ? null : mebibytes.asString();
        if (taskSizes) {
            task.memory(text);
        } else {
            container.memory(text == null ? null : Integer.valueOf(text));
        }
    }

    void image(String image) {
        container.image(image);
    }

    /** Returns the container with all that was laid over it, and a label that says what was there before. */
    ContainerDefinition done(Map<String, String> more) {
        Map<String, String> labels = new LinkedHashMap<>(container.build().dockerLabels());
        labels.keySet().removeAll(List.of(Labels.OVERLAY, Labels.VERSION, Labels.REQUEST));
        labels.putAll(more);
        if (!before.isEmpty()) {
            labels.put(Labels.OVERLAY, before.toString());
        }
        return container
                .environment(List.copyOf(environment.values()))
                .secrets(List.copyOf(secrets.values()))
                .dockerLabels(labels)
                .build();
    }

    private static KeyValuePair pair(String name, String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }

    private static Secret secret(String name, String from) {
        return Secret.builder().name(name).valueFrom(from).build();
    }
}
