package io.dpg.deploy.k8s;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A steady load on the test application, which answers {@code /version} with the version it runs; counts failures. */
final class Load implements AutoCloseable {

    private static final int TIMEOUT = 5000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> versions = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    static Load on(URI address, int threads, int perSecond) {
        awaitAnswer(address);
        Load load = new Load();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> load.run(address, 1_000_000_000L * threads / perSecond), "load-" + i);
            thread.setDaemon(true);
            thread.start();
            load.threads.add(thread);
        }
        return load;
    }

    /** Users come once there is something: nodes hear of a new Service a moment after the API server has it. */
    private static void awaitAnswer(URI address) {
        long end = System.nanoTime() + 30_000_000_000L;
        for (int answers = 0; answers < 20; ) {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(TIMEOUT);
                socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), TIMEOUT);
                socket.getOutputStream().write("GET /version HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                answers = socket.getInputStream().read() < 0 ? 0 : answers + 1;
            } catch (IOException e) {
                answers = 0;
                if (System.nanoTime() > end) {
                    throw new AssertionError("nobody answers at " + address, e);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private void run(URI address, long pause) {
        while (!stopped) {
            long begun = System.nanoTime();
            sent.incrementAndGet();
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(TIMEOUT);
                SoakConnection.bind(socket);
                socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), TIMEOUT);
                socket.getOutputStream().write("GET /version HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                if (answer.startsWith("HTTP/1.1 200") || answer.startsWith("HTTP/1.0 200")) {
                    String version =
                            answer.substring(answer.lastIndexOf("\r\n\r\n") + 4).strip();
                    versions.computeIfAbsent(version, v -> new AtomicInteger()).incrementAndGet();
                } else {
                    failed.add("answered " + answer.lines().findFirst().orElse("nothing"));
                }
            } catch (IOException e) {
                failed.add(java.time.Instant.now() + " " + e);
            }
            LockSupport.parkNanos(Math.max(0, pause - (System.nanoTime() - begun)));
        }
    }

    int sent() {
        return sent.get();
    }

    List<String> failures() {
        return List.copyOf(failed);
    }

    int answers(String version) {
        AtomicInteger count = versions.get(version);
        return count == null ? 0 : count.get();
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(2L * TIMEOUT);
        }
    }

    @Override
    public String toString() {
        return sent + " requests, " + failed.size() + " failed "
                + failed.stream().limit(5).toList() + ", answers by " + versions;
    }
}
