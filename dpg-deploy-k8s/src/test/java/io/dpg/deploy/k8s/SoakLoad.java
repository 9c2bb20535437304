package io.dpg.deploy.k8s;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Users of the soak: a steady load of {@code GET /work}. Half of the clients keep their connection for up to two seconds
 * (less than the drain time, as any load balancer does), the other half open one for each request. Nothing is sent twice,
 * and every request that does not get a complete answer 2xx is kept with its time.
 */
final class SoakLoad implements AutoCloseable {

    static final Duration KEPT_AT_MOST = Duration.ofSeconds(2);

    private static final int CLIENTS = 16;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong onKept = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();
    private final Map<String, Instant> lastAnswers = new ConcurrentHashMap<>();
    private final Instant begun = Instant.now();
    private final URI server;
    private volatile boolean over;

    private SoakLoad(URI server) {
        this.server = server;
    }

    static SoakLoad on(URI server, int perSecond) {
        SoakLoad load = new SoakLoad(server);
        long pause = 1_000_000_000L * CLIENTS / perSecond;
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            Thread thread = new Thread(() -> load.run(number, pause), "soak-load-" + i);
            thread.setDaemon(true);
            load.threads.add(thread);
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    private void run(int number, long pause) {
        boolean keep = number % 2 == 0;
        long next = System.nanoTime() + pause * number / CLIENTS;
        SoakConnection kept = null;
        long until = 0;
        while (!over) {
            for (long left = next - System.nanoTime(); left > 0 && !over; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (kept != null && kept.ageMillis() >= until) {
                kept.close();
                kept = null;
            }
            if (kept == null) {
                until = ThreadLocalRandom.current().nextLong(200, KEPT_AT_MOST.toMillis());
            }
            kept = ask(kept, keep);
            // Whoever is late goes on from here: users do not come in bursts to catch up.
            next = Math.max(next + pause, System.nanoTime());
        }
        if (kept != null) {
            kept.close();
        }
    }

    /** Asks once; returns the connection where it can be used again. */
    private @Nullable SoakConnection ask(@Nullable SoakConnection kept, boolean keep) {
        Instant at = Instant.now();
        SoakConnection connection = kept;
        sent.incrementAndGet();
        try {
            if (connection == null) {
                connection = new SoakConnection(server, TIMEOUT_MILLIS);
            } else {
                onKept.incrementAndGet();
            }
            SoakConnection.Answer answer = connection.get("/work", keep);
            answers.computeIfAbsent(answer.version(), v -> new AtomicLong()).incrementAndGet();
            lastAnswers.put(answer.version(), at);
            if (answer.status() / 100 != 2) {
                failures.add(at + " answered " + answer.status() + " by " + answer.version());
            }
            if (answer.reusable()) {
                return connection;
            }
        } catch (IOException | RuntimeException e) {
            failures.add(at + " to " + Instant.now() + " " + e + (connection == null ? ", new" : ", " + connection));
        }
        if (connection != null) {
            connection.close();
        }
        return null;
    }

    long sent() {
        return sent.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    long answersBy(String version) {
        AtomicLong count = answers.get(version);
        return count == null ? 0 : count.get();
    }

    /** Stops, and waits until the requests under way are answered and counted. */
    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join(2L * TIMEOUT_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        double seconds = Math.max(1, Duration.between(begun, Instant.now()).toMillis()) / 1000.0;
        return String.format(
                "%,d requests (%.0f/s, %,d of them on kept connections), %d failed%s",
                sent.get(),
                sent.get() / seconds,
                onKept.get(),
                failures.size(),
                failures.isEmpty()
                        ? ""
                        : ":\n  "
                                + String.join(
                                        "\n  ", failures.stream().limit(20).toList()));
    }
}
