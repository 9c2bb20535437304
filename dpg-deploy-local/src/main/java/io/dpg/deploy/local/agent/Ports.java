package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds free ports below those that the system hands to outgoing connections, of which a proxy has many: one of those
 * could otherwise occupy the port between its choice and the start of the instance.
 */
final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final long RESERVED_NANOS = 60_000_000_000L;
    private static final Map<Integer, Long> GIVEN = new HashMap<>();

    private Ports() {}

    static synchronized int free() throws IOException {
        long now = Clock.nanos();
        GIVEN.values().removeIf(at -> now - at > RESERVED_NANOS);
        for (int tries = 0; tries < 200; tries++) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            if (!GIVEN.containsKey(port) && isFree(port)) {
                GIVEN.put(port, now);
                return port;
            }
        }
        throw new IOException("no free port among " + FIRST + " to " + (FIRST + COUNT - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port)); // fails where any single address listens, too
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
