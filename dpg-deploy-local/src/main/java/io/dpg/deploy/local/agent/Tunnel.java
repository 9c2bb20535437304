package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.Executor;

/** Both directions of an upgraded connection, such as a WebSocket, byte for byte until either side ends it. */
final class Tunnel {

    private final Socket client;
    private final HttpInput in;
    private final OutputStream out;
    private final Upstream upstream;
    private final Executor threads;

    Tunnel(Socket client, HttpInput in, OutputStream out, Upstream upstream, Executor threads) {
        this.client = client;
        this.in = in;
        this.out = out;
        this.upstream = upstream;
        this.threads = threads;
    }

    void run(byte[] head) throws IOException {
        out.write(head);
        out.flush();
        client.setSoTimeout(0); // either side may be silent for hours
        upstream.patience(0);
        threads.execute(() -> {
            try {
                Bodies.rest(in, upstream.out, false);
                upstream.out.flush();
            } catch (IOException e) {
                // the other direction ends with it
            } finally {
                upstream.close();
            }
        });
        try {
            Bodies.rest(upstream.in, out, false);
            out.flush();
        } finally {
            client.close();
        }
    }
}
