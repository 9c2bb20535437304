package io.dpg.deploy.local.agent;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client on a raw socket: sends exactly what a test says. */
final class RawClient implements Closeable {

    final Socket socket;
    final HttpInput in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        in = new HttpInput(socket.getInputStream());
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** An answer as it came, its body without chunks. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }
    }

    Answer answer() throws IOException {
        return answer(false);
    }

    Answer answer(boolean head) throws IOException {
        String text = in.head(1 << 20, Long.MAX_VALUE / 2);
        if (text == null) {
            throw new IOException("the proxy ended the connection");
        }
        Response response = Response.parse(text);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (!head && response.status() >= 200 && response.status() != 204 && response.status() != 304) {
            if (response.chunked()) {
                Bodies.chunked(in, body, false);
            } else if (response.length() >= 0) {
                Bodies.fixed(in, body, response.length());
            } else {
                Bodies.rest(in, body, false);
            }
        }
        return new Answer(text, body.toString(StandardCharsets.ISO_8859_1));
    }

    boolean ended() throws IOException {
        return in.read(new byte[1], 0, 1) < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
