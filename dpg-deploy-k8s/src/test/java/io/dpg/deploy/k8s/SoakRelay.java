package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a deployer and the API server, and takes it away for a while, as an upgrade of the control plane or a
 * broken network does: connections are cut and refused, or nothing comes through any more.
 */
final class SoakRelay implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(SoakRelay::daemon);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Config config;
    private final URI server;
    private final KubernetesClient client;
    private volatile boolean silent;
    private volatile boolean refusing;
    private volatile String what = "not cut";

    SoakRelay(Config direct) throws IOException {
        server = URI.create(direct.getMasterUrl());
        config = new ConfigBuilder(direct)
                .withMasterUrl("https://127.0.0.1:" + door.getLocalPort() + "/")
                .withRequestTimeout(5_000)
                .withRequestRetryBackoffLimit(1)
                .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
        daemon(this::accept).start();
    }

    KubernetesTarget target(String namespace) {
        return KubernetesTarget.deployment("app")
                .namespace(namespace)
                .client(client)
                .build();
    }

    /** Cuts everything off after {@code delay} milliseconds, for {@code length} ones. */
    void cutAfter(int delay, int length, boolean silently) {
        clock.schedule(
                () -> {
                    what = (silently ? "silent" : "refusing") + " for " + length + " ms from " + delay + " ms on";
                    silent = silently;
                    refusing = !silently;
                    if (!silently) {
                        cut();
                    }
                },
                delay,
                TimeUnit.MILLISECONDS);
        clock.schedule(
                () -> {
                    cut(); // what was silent is not heard later
                    silent = false;
                    refusing = false;
                },
                delay + length,
                TimeUnit.MILLISECONDS);
    }

    private void cut() {
        open.forEach(SoakRelay::close);
        open.clear();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                if (refusing) {
                    near.setSoLinger(true, 0);
                    near.close();
                    continue;
                }
                Socket far = new Socket(server.getHost(), server.getPort());
                open.add(near);
                open.add(far);
                daemon(() -> pump(near, far)).start();
                daemon(() -> pump(far, near)).start();
            } catch (IOException e) {
                // closed, or the server is away: the client sees it
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16_384];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!silent) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            // ends here
        }
        close(from);
        close(to);
        open.remove(from);
        open.remove(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed enough
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "soak-relay");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        door.close();
        cut();
        client.close();
    }

    @Override
    public String toString() {
        return what;
    }
}
