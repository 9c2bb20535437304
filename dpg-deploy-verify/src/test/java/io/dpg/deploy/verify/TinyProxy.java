package io.dpg.deploy.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An HTTP proxy for one request a connection: forwards absolute addresses and opens tunnels. */
final class TinyProxy implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final @Nullable String demanded;
    final List<String> heads = new CopyOnWriteArrayList<>();

    /** Demands this value of Proxy-Authorization, if any. */
    TinyProxy(@Nullable String demanded) throws IOException {
        this.demanded = demanded;
        threads.execute(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    threads.execute(() -> serve(client));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            heads.add(head);
            OutputStream out = client.getOutputStream();
            if (demanded != null && !head.contains("Proxy-Authorization: " + demanded + "\r\n")) {
                out.write(
                        ascii("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                                + "Content-Length: 0\r\nConnection: close\r\n\r\n"));
                return;
            }
            String target = head.split(" ")[1];
            boolean tunnel = head.startsWith("CONNECT ");
            URI to = URI.create(tunnel ? "tcp://" + target : target);
            try (Socket server = new Socket(to.getHost(), to.getPort())) {
                if (tunnel) {
                    out.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
                } else {
                    server.getOutputStream().write(ascii(head.replace(target, to.getRawPath())));
                }
                threads.execute(() -> copy(client, server));
                server.getInputStream().transferTo(out);
            }
        } catch (IOException e) {
            // the other side has gone
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the other side has gone
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no whole request");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
