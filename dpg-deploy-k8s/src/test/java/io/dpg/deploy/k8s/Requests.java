package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests of a client to the API server, by method and kind. Thread-safe. */
final class Requests implements Interceptor {

    private final Map<String, AtomicInteger> kinds = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> refused = new ConcurrentSkipListMap<>();
    private final AtomicInteger all = new AtomicInteger();

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        all.incrementAndGet();
        String path = request.uri().getPath().replaceAll(".*/namespaces/[^/]+/", "");
        String query = String.valueOf(request.uri().getQuery());
        boolean watch = query.contains("watch=true");
        String kind = (watch ? "WATCH" : request.method()) + " " + path.replaceAll("/.*", "");
        kinds.computeIfAbsent(kind, k -> new AtomicInteger()).incrementAndGet();
    }

    @Override
    public void after(
            HttpRequest request,
            HttpResponse<?> response,
            io.fabric8.kubernetes.client.http.AsyncBody.Consumer<java.util.List<java.nio.ByteBuffer>> consumer) {
        if (response.code() == 429 || response.code() >= 500) {
            refused.computeIfAbsent(String.valueOf(response.code()), k -> new AtomicInteger())
                    .incrementAndGet();
        }
    }

    int all() {
        return all.get();
    }

    Map<String, AtomicInteger> refused() {
        return refused;
    }

    @Override
    public String toString() {
        return all + " requests " + kinds + ", refused or failed " + refused;
    }
}
