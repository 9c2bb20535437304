package io.dpg.deploy.local.agent;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The reverse proxy: accepts connections and serves each on a thread of its own. */
final class Proxy implements Closeable {

    /** With some 35 kB each, these fit into the agent's heap; more clients wait in the backlog. */
    private static final int MOST_CONNECTIONS = 1_500;

    private static final int MANY_CONNECTIONS = MOST_CONNECTIONS / 2;
    private static final int PAUSE_MILLIS = 20;
    private static final int BACKLOG = 1_024;

    private final ServerSocket server;
    private final Router router;
    private final ExecutorService threads = Workers.perTask("connection");
    private final Semaphore free = new Semaphore(MOST_CONNECTIONS);

    /** Listens on {@code port} of {@code address}; 0 picks one that no outgoing connection can occupy. */
    Proxy(String address, int port, Router router) throws IOException {
        this.router = router;
        InetAddress at = InetAddress.getByName(address);
        this.server = new ServerSocket();
        server.setReuseAddress(true); // a new agent takes the port over while old connections time out
        server.bind(new InetSocketAddress(at, port == 0 ? Ports.free() : port), BACKLOG);
    }

    int port() {
        return server.getLocalPort();
    }

    void start() {
        Workers.start("accept", this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                free.acquire();
                if (!acceptOne()) {
                    free.release();
                    new CountDownLatch(1).await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean acceptOne() {
        Socket socket = null;
        try {
            Socket accepted = server.accept();
            socket = accepted;
            threads.execute(() -> {
                try {
                    new ClientConnection(accepted, router, threads, this::crowded).run();
                } finally {
                    free.release();
                }
            });
            return true;
        } catch (IOException | RejectedExecutionException | OutOfMemoryError e) {
            // Out of descriptors, threads or memory: this client is lost, but the proxy must not be.
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException gone) {
                // it is gone either way
            }
            return false;
        }
    }

    private boolean crowded() {
        return free.availablePermits() < MOST_CONNECTIONS - MANY_CONNECTIONS;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
