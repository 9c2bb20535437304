package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.k8s.internal.Permissions.Feature;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Time;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of the API server on behalf of one target: faults translated, writes under our own field manager and conditional
 * on the version of the object that they were decided on. Thread-safe.
 */
public final class Api {

    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";

    private static final int FORBIDDEN = 403;

    private final KubernetesClient client;
    private final App app;
    private final Time time;
    private final Set<Feature> features;

    /** Calls {@code client} for {@code app}, which must be allowed what {@code features} need. */
    public Api(KubernetesClient client, App app, Time time, Set<Feature> features) {
        this.client = client;
        this.app = app;
        this.time = time;
        this.features = Set.copyOf(features);
    }

    /** Returns a fault for each permission that is missing for what this target does, and for {@code also}. */
    List<Fault> missingPermissions(Set<Feature> also) {
        Set<Feature> all = new HashSet<>(features);
        all.addAll(also);
        return call("ask for permissions", c -> Permissions.missing(c, app.namespace(), all));
    }

    KubernetesClient client() {
        return client;
    }

    App app() {
        return app;
    }

    Time time() {
        return time;
    }

    /** Runs {@code call}, its faults translated. */
    <T> T call(String what, Function<KubernetesClient, T> call) {
        try {
            return call.apply(client);
        } catch (KubernetesClientException e) {
            throw fault(what, e);
        }
    }

    /** Runs {@code call}, whose result may be absent. */
    <T> Optional<T> find(String what, Function<KubernetesClient, @Nullable T> call) {
        try {
            return Optional.ofNullable(call.apply(client));
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404) {
                return Optional.empty();
            }
            throw fault(what, e);
        }
    }

    /**
     * Turns {@code before} into {@code after} unless somebody changed meanwhile what that was decided on; nothing where
     * they are equal.
     *
     * @return the object as the API server has it now
     * @throws ConflictException if it has to be decided again
     */
    <T extends HasMetadata> T patch(T before, T after) {
        JsonNode was = json(before);
        JsonNode is = json(after);
        ObjectNode patch = MergePatch.between(was, is);
        if (patch.isEmpty()) {
            return before;
        }
        String what = "change " + name(before);
        JsonPatch precise = PatchOnCondition.between(before, was, is);
        if (precise != null) {
            return call(what, c -> send(before, JSON_PATCH, precise.json()));
        }
        patch.withObjectProperty("metadata")
                .put("resourceVersion", before.getMetadata().getResourceVersion());
        return call(what, c -> send(before, MERGE, patch.toString()));
    }

    /** Changes labels of a pod, whatever else changes about it; nothing where it is gone. */
    void label(Pod before, Pod after) {
        ObjectNode patch = MergePatch.between(json(before), json(after));
        find("label " + name(before), c -> send(before, MERGE, patch.toString()));
    }

    @SuppressWarnings("unchecked")
    private <T extends HasMetadata> T send(T object, String kind, String patch) {
        String version = object.getApiVersion();
        String path = (version.contains("/") ? "/apis/" : "/api/") + version + "/namespaces/"
                + object.getMetadata().getNamespace() + "/" + object.getPlural() + "/"
                + object.getMetadata().getName() + "?fieldManager=" + Names.MANAGER;
        return (T) RawPatch.send(client, path, kind, patch, object.getClass());
    }

    private DeployException fault(String what, KubernetesClientException e) {
        if (e.getCode() == FORBIDDEN) {
            return Permissions.forbidden(client, app.namespace(), features, ApiFault.of(what, app.key(), e));
        }
        DeployException fault = ApiFault.of(what, app.key(), e);
        return ApiFault.isConflict(e) || ApiFault.isFailedTest(e)
                ? new ConflictException(String.valueOf(fault.getMessage()))
                : fault;
    }

    JsonNode json(Object object) {
        return MergePatch.parse(client.getKubernetesSerialization().asJson(object));
    }

    DeployException fault(String message) {
        return new DeployException(message, DeployException.Details.NONE.at(ApiFault.PROVIDER, app.key()));
    }

    DeployException retryable(String message) {
        return new DeployException(
                message,
                DeployException.Details.NONE.at(ApiFault.PROVIDER, app.key()).mayRetry());
    }

    static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getNamespace() + "/"
                + object.getMetadata().getName();
    }

    /** Looks again and again until {@code look} returns something or {@code limit} is over. */
    <T> Optional<T> poll(Duration limit, Duration every, Supplier<Optional<T>> look) {
        long end = time.nanos() + limit.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent() || time.nanos() >= end) {
                return seen;
            }
            nap(every);
        }
    }

    void nap(Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw retryable("Tried to wait for " + app.key() + ", but was interrupted");
        }
    }
}
