package io.dpg.deploy.k8s;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.SecretText;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The source of {@code k8s:namespace/name#key}: the value of {@code key} in a Secret of a cluster, decoded. Without
 * {@code #key} the value is a JSON document with all keys. A value that is not UTF-8 text, such as a keystore, comes as
 * Base64, as the cluster shows it.
 *
 * <p>{@code Secrets.standard()} finds it by itself and reaches the cluster that {@code kubectl} would, or the one that it
 * runs in. It connects for each fetch anew and leaves nothing open. Needs the permission to {@code get} the Secret; with
 * that to {@code get} the namespace, too, it can tell which of both is missing. Thread-safe.
 */
public final class KubernetesSecrets implements SecretSource {

    // The names that the API server allows, so that no path leads elsewhere.
    private static final String NAME = "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?";
    private static final Pattern PATH = Pattern.compile("(" + NAME + ")/(" + NAME + ")");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final @Nullable KubernetesClient given;

    /** For {@link java.util.ServiceLoader}. Connects when first asked. */
    public KubernetesSecrets() {
        this(null);
    }

    private KubernetesSecrets(@Nullable KubernetesClient given) {
        this.given = given;
    }

    /** Returns a source that asks through {@code client}, which stays the caller's to close. */
    public static SecretSource of(KubernetesClient client) {
        return new KubernetesSecrets(client);
    }

    @Override
    public String scheme() {
        return "k8s";
    }

    /**
     * Fetches the Secret at {@code ref} as a JSON document.
     *
     * @throws DeployException if its path has not the form {@code namespace/name}, its namespace does not exist, or the
     *     API server refused or did not answer
     */
    @Override
    public Optional<Found> fetch(SecretRef ref) {
        Matcher path = PATH.matcher(ref.path());
        if (!path.matches()) {
            throw new DeployException(
                    "Tried to read a secret of Kubernetes, but its address has not the form k8s:namespace/name#key",
                    Details.NONE.remedy("correct the address"));
        }
        return with(client -> fetch(client, path.group(1), path.group(2)));
    }

    private static Optional<Found> fetch(KubernetesClient client, String namespace, String name) {
        io.fabric8.kubernetes.api.model.Secret secret;
        try {
            secret = client.secrets().inNamespace(namespace).withName(name).get();
        } catch (KubernetesClientException e) {
            // What a server or proxy says may quote anything; the code and the client's class tell enough.
            throw new DeployException(
                    "Tried to read the Secret " + namespace + "/" + name + ", but " + why(e),
                    new Details(ApiFault.PROVIDER, null, null, ApiFault.isTransient(e), remedy(e)));
        }
        if (secret == null) {
            requireNamespace(client, namespace, name);
            return Optional.empty();
        }
        Map<String, String> values = new TreeMap<>();
        if (secret.getData() != null) {
            secret.getData().forEach((key, value) -> values.put(key, text(value)));
        }
        // When it was changed the API does not say: its creation is another thing, and must not warn of an old secret.
        return Optional.of(new Found(Secret.of(MAPPER.writeValueAsString(values)), null));
    }

    private static void requireNamespace(KubernetesClient client, String namespace, String name) {
        boolean there;
        try {
            there = client.namespaces().withName(namespace).get() != null;
        } catch (KubernetesClientException mayNotLook) {
            return;
        }
        if (!there) {
            throw new DeployException(
                    "Tried to read the Secret " + namespace + "/" + name + ", but there is no namespace " + namespace
                            + " in the cluster at " + client.getMasterUrl().getHost(),
                    Details.NONE.remedy("correct the namespace, or the kubeconfig's context"));
        }
    }

    private <T> T with(Function<KubernetesClient, T> call) {
        if (given != null) {
            return call.apply(given);
        }
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            return call.apply(client);
        }
    }

    private static String text(String base64) {
        return SecretText.of(Base64.getDecoder().decode(base64));
    }

    private static String why(KubernetesClientException e) {
        return switch (e.getCode()) {
            case 401 -> "the API server does not know who asks (401)";
            case 403 -> "the API server forbids to get this Secret (403)";
            default -> e.getCode() <= 0 ? "the API server gave no answer" : "the API server answered " + e.getCode();
        };
    }

    private static String remedy(KubernetesClientException e) {
        return switch (e.getCode()) {
            case 401 -> "log in to the cluster again";
            case 403 -> "grant the verb get on secrets in that namespace";
            default -> "check the kubeconfig and that the API server is reachable and well";
        };
    }
}
