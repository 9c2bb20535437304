package io.dpg.deploy.aws.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * As much of an HTTP/1.1 server as the SDK needs. The JDK's own sends headers and body apart and, unless a system property says
 * otherwise, without TCP_NODELAY: each call would cost 40 ms, most of a test's time.
 */
final class Wire implements AutoCloseable {

    private static final int LARGEST_HEAD = 64 * 1024;
    private static final int LARGEST_BODY = 4 * 1024 * 1024;

    private final Handler handler;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** What goes back. */
    record Answer(int status, Map<String, String> headers, String body) {}

    /** Answers requests, on several threads. */
    @FunctionalInterface
    interface Handler {

        /** Returns the answer, or null to cut the connection. */
        @Nullable
        Answer answer(Map<String, String> headers, String body);
    }

    Wire(Handler handler) {
        this.handler = handler;
        try {
            server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("Tried to open a port of 127.0.0.1 for the fake AWS, but it failed", e);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private static void start(Runnable run) {
        Thread thread = new Thread(run, "fake-aws");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean more = true;
            while (more && !closed) {
                more = one(in, out);
            }
        } catch (IOException | NumberFormatException e) {
            // the client went away, or speaks no HTTP: nobody to tell
        } finally {
            open.remove(socket);
        }
    }

    /** Serves one request and returns whether the connection goes on. */
    private boolean one(InputStream in, OutputStream out) throws IOException {
        String first = line(in);
        if (first == null) {
            return false;
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0 && headers.size() < 200) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        if (length < 0 || length > LARGEST_BODY) {
            return false;
        }
        if (headers.containsKey("expect")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            return false;
        }
        Answer answer = handler.answer(headers, new String(body, StandardCharsets.UTF_8));
        if (answer == null) {
            return false;
        }
        out.write(bytes(answer));
        out.flush();
        return !"close".equalsIgnoreCase(headers.get("connection"));
    }

    private static byte[] bytes(Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " -\r\n");
        answer.headers()
                .forEach((key, value) ->
                        head.append(key).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(head.toString().getBytes(StandardCharsets.US_ASCII));
        whole.write(body);
        return whole.toByteArray(); // in one write, so in one packet where it fits
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LARGEST_HEAD) {
                return null;
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Tried to close the port of the fake AWS, but it failed", e);
        }
    }
}
