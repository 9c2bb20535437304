package io.dpg.deploy.k8s.internal.router;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.k8s.internal.JsonPatch;
import io.dpg.deploy.k8s.internal.Names;
import io.dpg.deploy.k8s.internal.RawPatch;
import io.dpg.deploy.spi.ConflictException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object whose kind may not be installed, in the newest version of its API that the cluster serves. Read and written
 * as it is, so that fields nobody here knows survive.
 *
 * @param kind the kind, for messages
 * @param group its API group
 * @param versions its versions, newest first
 * @param plural how paths name it
 * @param name its name
 */
public record RouteObject(String kind, String group, List<String> versions, String plural, String name) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** Checks the name. */
    public RouteObject {
        versions = List.copyOf(versions);
        if (!Objects.requireNonNull(name, "name").matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            throw new IllegalArgumentException("The name of a " + kind + " must be a Kubernetes name (lower case"
                    + " letters, digits, '-' and '.'), but is '" + name + "'");
        }
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }

    /** Returns the object, or empty where it or its kind does not exist. */
    public Optional<ObjectNode> find(KubernetesClient client, String namespace) {
        for (String version : versions) {
            String text = client.raw(path(group + "/" + version, namespace));
            if (text != null) {
                return Optional.of((ObjectNode) MAPPER.readTree(text));
            }
        }
        return Optional.empty();
    }

    /** Returns the object. */
    public ObjectNode get(KubernetesClient client, String namespace) {
        return find(client, namespace)
                .orElseThrow(() -> new DeployException(
                        "Tried to read " + this + " in namespace " + namespace + ", but there is none",
                        Details.NONE
                                .at(ApiFault.PROVIDER, namespace + "/" + name)
                                .remedy("create it, or correct the router's name; does the cluster know " + plural + "."
                                        + group + "?")));
    }

    /** Returns the version of {@code object}. */
    public static String version(ObjectNode object) {
        return object.path("metadata").path("resourceVersion").asString("");
    }

    /**
     * Makes {@code before} what {@code after} says of annotations and spec; nothing where that is the same.
     *
     * @throws ConflictException if somebody changed it meanwhile
     */
    public void replace(KubernetesClient client, String namespace, ObjectNode before, ObjectNode after) {
        JsonPatch patch = new JsonPatch().test("/metadata/resourceVersion", version(before));
        boolean changed = false;
        JsonNode annotations = after.path("metadata").path("annotations");
        if (!annotations.equals(before.path("metadata").path("annotations"))) {
            patch.put("/metadata/annotations", annotations.isObject() ? annotations : MAPPER.createObjectNode());
            changed = true;
        }
        if (!after.path("spec").equals(before.path("spec"))) {
            patch.put("/spec", after.path("spec"));
            changed = true;
        }
        if (!changed) {
            return;
        }
        String path = path(before.path("apiVersion").asString(""), namespace) + "?fieldManager=" + Names.MANAGER;
        try {
            RawPatch.send(client, path, patch, GenericKubernetesResource.class);
        } catch (KubernetesClientException e) {
            if (ApiFault.isFailedTest(e) || ApiFault.isConflict(e)) {
                throw changedMeanwhile();
            }
            throw e;
        }
    }

    /** Returns the exception for a write whose object has another version than the one decided on. */
    public ConflictException changedMeanwhile() {
        return new ConflictException(
                "Tried to change the weights of " + this + ", but somebody else changed it; read it again");
    }

    private String path(String apiVersion, String namespace) {
        return "/apis/" + apiVersion + "/namespaces/" + namespace + "/" + plural + "/" + name;
    }
}
