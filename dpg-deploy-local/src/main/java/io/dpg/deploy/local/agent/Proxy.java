package io.dpg.deploy.local.agent;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** The reverse proxy: accepts connections and serves each on a thread of its own. */
final class Proxy implements Closeable {

    private static final int MOST_CONNECTIONS = 4_000;
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
                free.acquire(); // more clients wait in the backlog
                Socket socket = server.accept();
                threads.execute(() -> {
                    try {
                        new ClientConnection(socket, router, threads).run();
                    } finally {
                        free.release();
                    }
                });
            } catch (IOException | RejectedExecutionException e) {
                free.release(); // out of descriptors, perhaps; the next one may do
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
