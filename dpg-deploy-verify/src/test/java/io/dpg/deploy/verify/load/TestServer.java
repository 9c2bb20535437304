package io.dpg.deploy.verify.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Real servers of this host that behave, or do not. */
final class TestServer implements AutoCloseable {

    final AtomicInteger requests = new AtomicInteger();
    final List<Socket> connections = new CopyOnWriteArrayList<>();
    final URI uri;
    private final List<AutoCloseable> parts = new ArrayList<>();

    /** Answers a request; the number counts from 1. */
    interface Answer {
        void to(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    /** Talks on a raw connection. */
    interface Talk {
        void on(Socket socket) throws IOException;
    }

    private TestServer(int port) {
        this.uri = URI.create("http://127.0.0.1:" + port);
    }

    static TestServer answering(Answer answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        TestServer made = new TestServer(server.getAddress().getPort());
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.to(exchange, made.requests.incrementAndGet());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        made.parts.add(() -> server.stop(0));
        made.parts.add(threads::shutdownNow);
        return made;
    }

    static TestServer fine() throws IOException {
        return answering((exchange, number) -> reply(exchange, 200));
    }

    static TestServer raw(Talk talk) throws IOException {
        ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        TestServer made = new TestServer(server.getLocalPort());
        ExecutorService threads = Executors.newCachedThreadPool();
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    made.connections.add(socket);
                    threads.execute(() -> {
                        try (socket) {
                            talk.on(socket);
                        } catch (IOException e) {
                            // the client went away
                        }
                    });
                } catch (IOException e) {
                    // closed
                }
            }
        });
        made.parts.add(server);
        made.parts.add(() -> made.connections.forEach(TestServer::close));
        made.parts.add(threads::shutdownNow);
        return made;
    }

    static URI nobody() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + server.getLocalPort());
        }
    }

    static void reply(HttpExchange exchange, int status) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            body.readAllBytes();
        }
        byte[] text = "ok".getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
    }

    /** Reads a request without a body; returns whether there was one. */
    static boolean readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        return true;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Waits until the client has gone away. */
    static void untilGone(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // more requests that get no answer
        }
    }

    static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited 20 s: " + what);
            }
            new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
        }
    }

    static void awaitNoThreads() throws InterruptedException {
        await(
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("dpg-deploy-load")),
                "no thread of a load is left");
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
