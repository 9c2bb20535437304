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
import io.fabric8.kubernetes.client.VersionInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
    private static final int ATTEMPTS = 3;
    private static final int SLOWEST = 20;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

    private final KubernetesClient client;
    private final App app;
    private final Time time;
    private final Set<Feature> features;
    private final Contact contact;
    private volatile @Nullable Integer version;

    /** Calls {@code client} for {@code app}, which must be allowed what {@code features} need. */
    public Api(KubernetesClient client, App app, Time time, Set<Feature> features) {
        this.client = client;
        this.app = app;
        this.time = time;
        this.features = Set.copyOf(features);
        this.contact = new Contact(time, app.settle());
    }

    /** Returns a fault for each permission that is missing for what this target does, and for {@code also}. */
    List<Fault> missingPermissions(Set<Feature> also) {
        Set<Feature> all = new HashSet<>(features);
        all.addAll(also);
        return call("ask for permissions", c -> Permissions.missing(c, app.namespace(), all));
    }

    /** Returns whether the API server is of version 1.{@code minor} or later; asked once. */
    boolean atLeast(int minor) {
        Integer known = version;
        if (known == null) {
            known = minor(call("read the API server's version", c -> c.getKubernetesVersion()));
            version = known;
        }
        return known >= minor;
    }

    /** A later major version has everything; one that cannot be read counts as old. */
    static int minor(VersionInfo version) {
        String major = String.valueOf(version.getMajor()).replaceAll("\\D.*", "");
        String minor = String.valueOf(version.getMinor()).replaceAll("\\D.*", "");
        if (!major.matches("[0-9]{1,4}") || !minor.matches("[0-9]{1,4}")) {
            return 0;
        }
        return Integer.parseInt(major) > 1 ? Integer.MAX_VALUE : Integer.parseInt(minor);
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

    /**
     * Runs {@code call}, its faults translated. What got no answer is repeated: not everybody who calls does so himself.
     * Harmless for writes: they are conditional, or say that what they create is there already.
     */
    <T> T call(String what, Function<KubernetesClient, T> call) {
        for (int tries = 1; ; tries++) {
            try {
                T answer = call.apply(client);
                contact.answered();
                return answer;
            } catch (KubernetesClientException e) {
                contact.failed(e);
                if (tries == ATTEMPTS
                        || !ApiFault.isTransient(e)
                        || Thread.currentThread().isInterrupted()) {
                    throw fault(what, e);
                }
            }
            nap(BETWEEN_ATTEMPTS.multipliedBy(tries));
        }
    }

    /** Runs {@code call}, whose result may be absent. */
    <T> Optional<T> find(String what, Function<KubernetesClient, @Nullable T> call) {
        return call(what, c -> {
            try {
                return Optional.ofNullable(call.apply(c));
            } catch (KubernetesClientException e) {
                if (ApiFault.isMissing(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /**
     * Refuses to go on where pods that had traffic are to end, but nodes may not know yet that they have none any more.
     *
     * @throws DeployException retryable, after an outage of the API server
     */
    void settled(String what) {
        Duration left = contact.unsettled();
        if (!left.isZero()) {
            throw retryable(
                    "Tried to " + what + ", but the API server was out of reach, and nodes may send requests where "
                            + "they went before for another " + Math.max(1, left.toSeconds()) + " s; waits for that");
        }
    }

    /** Returns when the API server went out of reach, if nodes may still not have caught up with it. */
    Optional<Instant> unsettledSince() {
        return contact.unsettledSince();
    }

    /** Takes in that a watch was lost. */
    void watchLost(Throwable why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                contact.lost();
                return;
            }
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

    /** Has the API server judge {@code wanted}, new or in the place of {@code present}, and keep nothing. */
    <T extends HasMetadata> void rehearse(@Nullable T present, T wanted) {
        String what = "rehearse " + name(wanted);
        if (present == null) {
            call(what, c -> c.resource(wanted).dryRun().create());
            return;
        }
        ObjectNode patch = MergePatch.between(json(present), json(wanted));
        call(what, c -> send(present, MERGE, patch.toString(), "&dryRun=All"));
    }

    private <T extends HasMetadata> T send(T object, String kind, String patch) {
        return send(object, kind, patch, "");
    }

    @SuppressWarnings("unchecked")
    private <T extends HasMetadata> T send(T object, String kind, String patch, String how) {
        String version = object.getApiVersion();
        String path = (version.contains("/") ? "/apis/" : "/api/") + version + "/namespaces/"
                + object.getMetadata().getNamespace() + "/" + object.getPlural() + "/"
                + object.getMetadata().getName() + "?fieldManager=" + Names.MANAGER + how;
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

    /** Looks again and again, less and less often, until {@code look} returns something or {@code limit} is over. */
    <T> Optional<T> poll(Duration limit, Duration every, Supplier<Optional<T>> look) {
        long end = time.nanos() + limit.toNanos();
        long pause = every.toNanos();
        while (true) {
            Optional<T> seen = look.get();
            if (seen.isPresent() || time.nanos() >= end) {
                return seen;
            }
            nap(Duration.ofNanos(Math.min(pause, Math.max(1, end - time.nanos()))));
            pause = Math.min(SLOWEST * every.toNanos(), pause + pause / 4);
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
