package io.dpg.deploy.k8s;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection that asks and reads the answer to the last byte. It never asks twice, as both HTTP clients of the JDK
 * do when a kept connection turns out to be closed: that would hide just the failures to be counted.
 *
 * <p>Nor does it use a port of its own again before it has used 50,000 others. When a container ends, Docker 20.10 lists
 * the connections to its address that the kernel remembers (closed ones, for two minutes), and then deletes them one by
 * one, by their addresses and ports on this side. A client that has opened a new one from the same port meanwhile, to a
 * pod that is well, loses it. On loopback Linux reuses ports after a second, so one client was hit once in 60,000
 * requests. Users, who are many and far away, are not.
 */
final class SoakConnection implements AutoCloseable {

    private static final boolean REUSES_PORTS = Boolean.getBoolean("soak.reuse-ports");
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 60_000;
    private static final byte[] SELF = {
        127,
        (byte) (ProcessHandle.current().pid() >> 8),
        (byte) ProcessHandle.current().pid(),
        1
    };
    private static final AtomicInteger PORTS =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(50_000));

    private final String host;
    private final Socket socket;
    private final InputStream in;
    private final long opened = System.nanoTime();
    private int asked;
    private String pod = "nobody yet";

    record Answer(int status, String version, boolean reusable) {}

    SoakConnection(URI server, int timeoutMillis) throws IOException {
        host = server.getHost() + ":" + server.getPort();
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            if (!REUSES_PORTS) {
                bind(socket);
            }
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), timeoutMillis);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Binds {@code socket} to the next of many ports, so that none is used again soon; see the class. */
    static void bind(Socket socket) throws IOException {
        for (int tries = 0; ; tries++) {
            int port = FIRST_PORT + Math.floorMod(PORTS.getAndIncrement(), LAST_PORT - FIRST_PORT);
            try {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(SELF), port));
                return;
            } catch (BindException e) {
                if (tries == 100) { // somebody listens there
                    throw e;
                }
            }
        }
    }

    /** Asks for {@code path}; anything but a complete answer with a stated length is an {@code IOException}. */
    Answer get(String path, boolean keep) throws IOException {
        asked++;
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: "
                + (keep ? "keep-alive" : "close") + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String status = line();
        int length = -1;
        boolean reusable = keep;
        String version = "";
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "x-version" -> version = value;
                case "x-pod" -> pod = value;
                case "connection" -> reusable = keep && !value.equalsIgnoreCase("close");
                default -> {}
            }
        }
        if (length < 0 || !status.matches("HTTP/1\\.1 [0-9]{3}( .*)?")) {
            throw new IOException("expected an answer with a stated length, but got: " + status);
        }
        if (in.readNBytes(length).length < length) {
            throw new EOFException("the answer is cut off");
        }
        return new Answer(Integer.parseInt(status.substring(9, 12)), version, reusable);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended before an answer");
            } else if (line.length() > 8_192) {
                throw new IOException("the answer has a line without end");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    long ageMillis() {
        return (System.nanoTime() - opened) / 1_000_000;
    }

    /** Describes the connection in a failure, with its own port, by which conntrack and captures know it. */
    @Override
    public String toString() {
        return "from port " + socket.getLocalPort() + ", request " + asked + ", open for " + ageMillis()
                + " ms, answered by " + pod;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // of no use any more
        }
    }
}
