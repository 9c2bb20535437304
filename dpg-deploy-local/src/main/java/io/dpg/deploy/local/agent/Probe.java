package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Looks whether an instance can take requests. */
final class Probe {

    private static final int PATIENCE_MILLIS = 2_000;

    private Probe() {}

    /** Returns null where the instance on {@code port} is ready, else why it is not. */
    static @Nullable String fault(int port, @Nullable String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            if (path == null) {
                return null;
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port
                    + "\r\nUser-Agent: dpg-deploy-local\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String head = new HttpInput(socket.getInputStream()).head(64 * 1024, PATIENCE_MILLIS * 1_000_000L);
            if (head == null) {
                return path + " was not answered";
            }
            int status = Response.parse(head).status();
            return status / 100 == 2 ? null : path + " answered " + status;
        } catch (IOException e) {
            return "port " + port + ": " + e.getMessage();
        }
    }
}
