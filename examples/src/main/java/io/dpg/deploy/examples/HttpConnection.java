package io.dpg.deploy.examples;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * One connection that asks and reads the answer, to the last byte. It never asks twice: both HTTP clients of the JDK send
 * a request again when a kept connection turns out to be closed, which would hide just the failures to be counted.
 */
final class HttpConnection implements AutoCloseable {

    private final String host;
    private final Socket socket;
    private final InputStream in;

    /**
     * What came back.
     *
     * @param status the status
     * @param version the version that says to have answered; empty where none does, as the proxy itself
     * @param reusable whether the connection can carry another request
     */
    record Answer(int status, String version, boolean reusable) {}

    HttpConnection(URI server, Duration timeout) throws IOException {
        this.host = server.getHost() + ":" + server.getPort();
        this.socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) timeout.toMillis());
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), (int) timeout.toMillis());
            this.in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Asks for {@code path} and reads the answer.
     *
     * @throws IOException if no complete answer with a stated length came
     */
    Answer get(String path, boolean keep) throws IOException {
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
                case "connection" -> reusable = keep && !value.equalsIgnoreCase("close");
                default -> {}
            }
        }
        if (length < 0 || !status.matches("HTTP/1\\.1 [0-9]{3}( .*)?")) {
            throw new IOException("expected an answer with a stated length, but got: " + status);
        }
        int read = in.readNBytes(length).length;
        if (read < length) {
            throw new EOFException("only " + read + " of " + length + " bytes came");
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

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
