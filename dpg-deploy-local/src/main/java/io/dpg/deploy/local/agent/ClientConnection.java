package io.dpg.deploy.local.agent;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** One connection of a client: its requests, one after the other. */
final class ClientConnection implements Runnable {

    private static final int IDLE_MILLIS = 75_000;
    private static final int CROWDED_IDLE_MILLIS = 2_000;
    private static final int READ_MILLIS = 30_000;
    private static final int LINGER_MILLIS = 1_000;
    private static final int MOST_HEAD = 32 * 1024;

    private final Socket socket;
    private final Router router;
    private final Executor threads;
    private final BooleanSupplier crowded;

    ClientConnection(Socket socket, Router router, Executor threads, BooleanSupplier crowded) {
        this.crowded = crowded;
        this.socket = socket;
        this.router = router;
        this.threads = threads;
    }

    @Override
    public void run() {
        try {
            socket.setTcpNoDelay(true);
            HttpInput in = new HttpInput(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 8 * 1024);
            while (serve(in, out)) {
                // the next request of this connection
            }
            linger(in);
        } catch (IOException e) {
            // the client has gone, or its answer broke off: ending the connection is all that can be said
        } finally {
            try {
                socket.close();
            } catch (IOException e) {
                // it is gone either way
            }
        }
    }

    private boolean serve(HttpInput in, OutputStream out) throws IOException {
        if (in.buffered() == 0) {
            socket.setSoTimeout(crowded.getAsBoolean() ? CROWDED_IDLE_MILLIS : IDLE_MILLIS);
            try {
                if (!in.await()) {
                    return false;
                }
            } catch (SocketTimeoutException e) {
                return false;
            }
        }
        socket.setSoTimeout(READ_MILLIS);
        boolean isHead = false;
        Exchange exchange = null;
        try {
            String text = in.head(MOST_HEAD, READ_MILLIS * 1_000_000L);
            if (text == null) {
                return false;
            }
            Request request = Request.parse(text);
            isHead = request.isHead();
            exchange = new Exchange(router, threads, socket, in, out, request);
            return exchange.serve();
        } catch (HttpFault fault) {
            if (exchange != null && exchange.answered()) {
                throw fault;
            }
            out.write(Heads.fault(fault, isHead));
            out.flush();
            return false;
        }
    }

    /**
     * Ends the connection gently: closing while the client still sends would reset it, and the client might lose the
     * answer that it has not read yet.
     */
    private void linger(HttpInput in) throws IOException {
        if (socket.isClosed()) {
            return;
        }
        socket.shutdownOutput();
        socket.setSoTimeout(LINGER_MILLIS);
        byte[] rest = new byte[16 * 1024];
        long deadline = Clock.nanos() + LINGER_MILLIS * 1_000_000L;
        while (Clock.nanos() < deadline && in.read(rest, 0, rest.length) >= 0) {
            // thrown away
        }
    }
}
