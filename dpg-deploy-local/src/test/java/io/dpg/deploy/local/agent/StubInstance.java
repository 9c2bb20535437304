package io.dpg.deploy.local.agent;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An instance on raw sockets, whose every byte a test controls through the request's path. */
final class StubInstance implements Closeable {

    final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    StubInstance() throws IOException {
        Workers.start("stub", () -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    sockets.add(socket);
                    connections.incrementAndGet();
                    Workers.start("stub-connection", () -> serve(socket));
                } catch (IOException e) {
                    // closed
                }
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** Ends idle connections the way a server does that has waited long enough. */
    void endConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void serve(Socket socket) {
        try (Socket s = socket) {
            HttpInput in = new HttpInput(s.getInputStream());
            OutputStream out = s.getOutputStream();
            for (String head = in.head(1 << 20, Long.MAX_VALUE / 2); head != null; ) {
                requests.incrementAndGet();
                heads.add(head);
                if (!answer(head, in, out)) {
                    return;
                }
                head = in.head(1 << 20, Long.MAX_VALUE / 2);
            }
        } catch (IOException e) {
            // the proxy went
        }
    }

    private boolean answer(String head, HttpInput in, OutputStream out) throws IOException {
        Request request = Request.parse(head);
        if (request.target().equals("/early")) {
            write(out, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
            return false;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (request.chunked()) {
            Bodies.chunked(in, body, false);
        } else if (request.length() > 0) {
            Bodies.fixed(in, body, request.length());
        }
        switch (request.target()) {
            case "/drop" -> {
                return false;
            }
            case "/chunked" ->
                write(
                        out,
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nT: 1\r\n\r\n");
            case "/until-end" -> {
                write(out, "HTTP/1.1 200 OK\r\n\r\nto the end");
                return false;
            }
            case "/truncated" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
                return false;
            }
            case "/204" -> write(out, "HTTP/1.1 204 No Content\r\n\r\n");
            case "/304" -> write(out, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
            case "/early-hints" ->
                write(
                        out,
                        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            case "/garbage" -> {
                write(out, "SSH-2.0-nonsense\r\n\r\n");
                return false;
            }
            case "/upgrade" -> {
                write(out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello ");
                byte[] buffer = new byte[100];
                for (int count = in.read(buffer, 0, 100); count >= 0; count = in.read(buffer, 0, 100)) {
                    out.write(buffer, 0, count);
                }
                return false;
            }
            case "/size" -> text(out, request, Integer.toString(body.size()));
            case "/big" -> text(out, request, "x".repeat(5_000_000));
            default -> text(out, request, body.size() > 0 ? body.toString(StandardCharsets.UTF_8) : request.target());
        }
        return true;
    }

    private static void text(OutputStream out, Request request, String text) throws IOException {
        write(
                out,
                "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: " + text.length() + "\r\n\r\n"
                        + (request.isHead() ? "" : text));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        endConnections();
    }
}
