package io.dpg.deploy.local;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask without pause, half of them with POST, and count what comes back. */
final class Load implements AutoCloseable {

    final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    final AtomicInteger total = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Load(URI uri, int clients) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < clients; i++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
            HttpRequest get = i % 2 == 0
                    ? request.build()
                    : request.POST(HttpRequest.BodyPublishers.ofString("body")).build();
            Thread thread = new Thread(() -> {
                while (!over) {
                    try {
                        HttpResponse<String> answer = http.send(get, HttpResponse.BodyHandlers.ofString());
                        if (answer.statusCode() == 200) {
                            answers.computeIfAbsent(answer.body(), v -> new AtomicInteger())
                                    .incrementAndGet();
                        } else {
                            failures.add(answer.statusCode() + " " + answer.body());
                        }
                    } catch (Exception e) {
                        failures.add(e.toString());
                    }
                    total.incrementAndGet();
                }
            });
            thread.start();
            threads.add(thread);
        }
    }

    int of(String version) {
        AtomicInteger count = answers.get(version);
        return count == null ? 0 : count.get();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
