package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/** Watches and disturbs the requests of one client. Their numbers make sense where one thread uses it. */
public final class Wire implements Interceptor {

    /** What a test does to a request, numbered from 1. */
    public interface Disturbance {
        /** Is called with the number of the request. */
        void at(int number);
    }

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private Disturbance before = n -> {};
    private Disturbance after = n -> {};

    /** Returns a new client whose requests go through this. */
    public KubernetesClient client() {
        return TestNamespace.newClient(
                b -> b.withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("disturbance", this)));
    }

    /** Forgets the requests so far, and disturbs the following ones before they are sent. */
    public void before(Disturbance disturbance) {
        requests.clear();
        after = n -> {};
        before = disturbance;
    }

    /** Forgets the requests so far, and disturbs the following ones when their answer is there. */
    public void after(Disturbance disturbance) {
        requests.clear();
        before = n -> {};
        after = disturbance;
    }

    /** Lets requests pass, and forgets those so far. */
    public void calm() {
        before(n -> {});
    }

    /** Returns the requests since the last setting, as method and path. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Loses the answer to, or the request of, the call that is disturbed. */
    public static void lose() {
        throw new CompletionException(new IOException("connection lost"));
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        requests.add(request.method() + " " + path(request));
        before.at(requests.size());
    }

    private static String path(HttpRequest request) {
        String query = request.uri().getQuery();
        return request.uri().getPath() + (query == null ? "" : "?" + query);
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        after.at(requests.size());
    }
}
