package io.dpg.deploy.k8s.internal;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a release lays over the container of a template: variables, limits, a preStop hook. The template keeps what was
 * there before in an annotation, so that the next release starts from the application's own template and not from the
 * settings of the release before it.
 */
final class Overlay {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final KubernetesSerialization SERIAL = new KubernetesSerialization();

    private final ObjectNode before;
    private final Container container;

    /** Begins to lay over {@code container}. */
    Overlay(Container container) {
        this.container = container;
        this.before = JSON.createObjectNode();
        before.put("container", container.getName());
    }

    static String json(@Nullable Object value) {
        return value == null ? "{}" : SERIAL.asJson(value);
    }

    static <T> T object(String json, Class<T> type) {
        return SERIAL.unmarshal(json, type);
    }

    static PodTemplateSpec copy(PodTemplateSpec template) {
        return SERIAL.clone(template);
    }

    /** Sets a variable, in the place of one of the same name where there is one. */
    void env(EnvVar variable) {
        List<EnvVar> all = new ArrayList<>(container.getEnv());
        int at = indexOf(all, variable.getName());
        ObjectNode kept = before.withObjectProperty("env");
        if (!kept.has(variable.getName())) {
            kept.set(variable.getName(), at < 0 ? JSON.nullNode() : JSON.readTree(SERIAL.asJson(all.get(at))));
        }
        if (at < 0) {
            all.add(variable);
        } else {
            all.set(at, variable);
        }
        container.setEnv(all);
    }

    /** Limits a resource; a request above the limit comes down to it. */
    void limit(String resource, String quantity) {
        ResourceRequirements own = container.getResources();
        ResourceRequirements resources = own == null ? new ResourceRequirements() : own;
        Map<String, Quantity> limits = mutable(resources.getLimits());
        Map<String, Quantity> requests = mutable(resources.getRequests());
        ObjectNode kept = before.withObjectProperty("resources").withObjectProperty(resource);
        Quantity limit = new Quantity(quantity);
        keep(kept, "limit", limits.put(resource, limit));
        Quantity request = requests.get(resource);
        if (request != null && request.getNumericalAmount().compareTo(limit.getNumericalAmount()) > 0) {
            keep(kept, "request", requests.put(resource, limit));
        }
        resources.setLimits(limits);
        resources.setRequests(requests);
        container.setResources(resources);
    }

    /** Notes that the container's lifecycle is ours. */
    void lifecycle() {
        before.put("preStop", true);
    }

    /** Notes that the grace period is ours; it was {@code seconds}. */
    void grace(long seconds) {
        before.put("grace", seconds);
    }

    /** Keeps what was there in an annotation of {@code template}. */
    void note(PodTemplateSpec template) {
        if (before.size() > 1) {
            Map<String, String> annotations = new HashMap<>(Templates.annotations(template));
            annotations.put(Names.OVERLAY, before.toString());
            template.getMetadata().setAnnotations(annotations);
        }
    }

    /** Takes what an earlier release laid over {@code template} away again. */
    static void undo(PodTemplateSpec template) {
        String noted = Templates.annotations(template).get(Names.OVERLAY);
        if (noted == null) {
            return;
        }
        JsonNode before = JSON.readTree(noted);
        String name = before.path("container").asString("");
        template.getSpec().getContainers().stream()
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .ifPresent(c -> restore(c, before));
        if (before.has("grace")) {
            template.getSpec()
                    .setTerminationGracePeriodSeconds(before.get("grace").asLong());
        }
        ObjectMeta meta = template.getMetadata();
        Map<String, String> annotations = new HashMap<>(meta.getAnnotations());
        annotations.remove(Names.OVERLAY);
        meta.setAnnotations(annotations);
    }

    private static void restore(Container container, JsonNode before) {
        List<EnvVar> all = new ArrayList<>(container.getEnv());
        JsonNode env = before.path("env");
        for (String name : env.propertyNames()) {
            int at = indexOf(all, name);
            JsonNode own = env.get(name);
            if (own.isNull()) {
                all.removeIf(e -> name.equals(e.getName()));
            } else {
                EnvVar variable = SERIAL.unmarshal(own.toString(), EnvVar.class);
                if (at < 0) {
                    all.add(variable);
                } else {
                    all.set(at, variable);
                }
            }
        }
        container.setEnv(all);
        JsonNode resources = before.path("resources");
        ResourceRequirements present = container.getResources();
        if (present != null) {
            for (String resource : resources.propertyNames()) {
                JsonNode kept = resources.get(resource);
                present.setLimits(restored(present.getLimits(), resource, kept.get("limit")));
                if (kept.has("request")) {
                    present.setRequests(restored(present.getRequests(), resource, kept.get("request")));
                }
            }
        }
        if (before.path("preStop").asBoolean(false) && container.getLifecycle() != null) {
            container.getLifecycle().setPreStop(null);
            if (container.getLifecycle().getPostStart() == null) {
                container.setLifecycle(null);
            }
        }
    }

    private static Map<String, Quantity> restored(
            @Nullable Map<String, Quantity> present, String resource, @Nullable JsonNode own) {
        Map<String, Quantity> all = mutable(present);
        if (own == null || own.isNull()) {
            all.remove(resource);
        } else {
            all.put(resource, new Quantity(own.asString()));
        }
        return all;
    }

    /** Makes a template that read the secrets of one slot read those of another. */
    static void useSecret(PodTemplateSpec template, String from, String to) {
        for (Container container : template.getSpec().getContainers()) {
            container.getEnv().stream()
                    .map(EnvVar::getValueFrom)
                    .filter(Objects::nonNull)
                    .map(v -> v.getSecretKeyRef())
                    .filter(r -> r != null && from.equals(r.getName()))
                    .forEach(r -> r.setName(to));
        }
    }

    private static void keep(ObjectNode kept, String name, @Nullable Quantity was) {
        if (was == null) {
            kept.putNull(name);
        } else {
            kept.put(name, was.toString());
        }
    }

    private static Map<String, Quantity> mutable(@Nullable Map<String, Quantity> map) {
        return map == null ? new HashMap<>() : new HashMap<>(map);
    }

    private static int indexOf(List<EnvVar> all, String name) {
        for (int i = 0; i < all.size(); i++) {
            if (name.equals(all.get(i).getName())) {
                return i;
            }
        }
        return -1;
    }
}
