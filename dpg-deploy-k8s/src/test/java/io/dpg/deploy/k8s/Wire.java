package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Watches and disturbs the requests of one client. Their numbers make sense where one thread uses it. */
public final class Wire implements Interceptor {

    /** What a test does to a request, numbered from 1. */
    public interface Disturbance {
        /** Is called with the number of the request. */
        void at(int number);
    }

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int lost;
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

    /** Forgets the requests so far, and disturbs the following ones when their answer comes in: all was done by then. */
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

    /** Loses the answer to the request numbered {@code number}. */
    public void loseAnswer(int number) {
        after(n -> {
            if (n == number) {
                lost++;
                throw new UncheckedIOException(new IOException("connection lost"));
            }
        });
    }

    /** Returns how many answers were lost. */
    public int lost() {
        return lost;
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
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        int number = requests.size();
        return (bytes, body) -> {
            after.at(number);
            consumer.consume(bytes, body);
        };
    }
}
