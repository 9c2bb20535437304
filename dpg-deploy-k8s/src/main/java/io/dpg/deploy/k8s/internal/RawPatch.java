package io.dpg.deploy.k8s.internal;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a JSON patch in one request. The client's own method reads the object first, which doubles the calls and tells
 * nothing that the patch does not test better.
 */
public final class RawPatch {

    private static final String TYPE = "application/json-patch+json";
    private static final long DEFAULT_TIMEOUT_MILLIS = 10_000;

    private RawPatch() {}

    /**
     * Applies {@code patch} and returns the object as it is then.
     *
     * @param path the object's path, such as {@code /api/v1/namespaces/shop/configmaps/settings}
     * @throws KubernetesClientException as all other calls do
     */
    public static <T> T send(KubernetesClient client, String path, JsonPatch patch, Class<T> type) {
        return send(client, path, TYPE, patch.json(), type);
    }

    /** Does the same with a patch of another kind. */
    static <T> T send(KubernetesClient client, String path, String kind, String patch, Class<T> type) {
        String master = client.getMasterUrl().toString();
        String url = (master.endsWith("/") ? master.substring(0, master.length() - 1) : master) + path;
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .patch(kind, patch)
                .uri(url)
                .build();
        HttpResponse<String> response = await(client, request);
        String body = response.body();
        if (!response.isSuccessful()) {
            throw new KubernetesClientException(
                    "PATCH " + path + " was answered with " + response.code(), response.code(), status(client, body));
        }
        return client.getKubernetesSerialization().unmarshal(body, type);
    }

    private static HttpResponse<String> await(KubernetesClient client, HttpRequest request) {
        CompletableFuture<HttpResponse<String>> sent = client.getHttpClient().sendAsync(request, String.class);
        int configured = client.getConfiguration().getRequestTimeout();
        try {
            return sent.get(configured > 0 ? configured : DEFAULT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", e);
        } catch (ExecutionException e) {
            throw new KubernetesClientException(
                    "PATCH " + request.uri().getPath() + " failed", e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new KubernetesClientException("PATCH " + request.uri().getPath() + " timed out", e);
        }
    }

    private static @Nullable Status status(KubernetesClient client, @Nullable String body) {
        try {
            return body == null || body.isEmpty()
                    ? null
                    : client.getKubernetesSerialization().unmarshal(body, Status.class);
        } catch (RuntimeException notJson) {
            return null; // of a proxy before the API server, say
        }
    }
}
