package io.dpg.deploy.examples;

import io.dpg.deploy.examples.HttpConnection.Answer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Users, as far as a service can tell: asks for a path so many times a second, in the background, and counts what comes
 * back. Half of the clients keep their connection, the other half open one for each request. Nothing is ever sent twice,
 * so every failure that a user could see is counted. Stops by itself after {@link #MOST}.
 */
public final class LoadGenerator implements AutoCloseable {

    /** How long it runs at most: 5 minutes. */
    public static final Duration MOST = Duration.ofMinutes(5);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int CLIENTS = 4;

    private final URI server;
    private final String path;
    private final long pause;
    private final LoadReport.Tally tally = new LoadReport.Tally();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private LoadGenerator(URI server, String path, int perSecond) {
        this.server = server;
        this.path = path;
        this.pause = TimeUnit.SECONDS.toNanos(1) * CLIENTS / perSecond;
    }

    /**
     * Starts to ask {@code server} for {@code path}.
     *
     * @param server where to connect to; only host and port are looked at
     * @param perSecond requests a second; fewer where the answers take longer
     * @throws IllegalArgumentException if {@code perSecond} is not within 1 and 10,000
     */
    public static LoadGenerator start(URI server, String path, int perSecond) {
        if (perSecond < 1 || perSecond > 10_000) {
            throw new IllegalArgumentException("perSecond must be within 1 and 10,000, but is " + perSecond);
        }
        LoadGenerator load = new LoadGenerator(server, path, perSecond);
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            Thread thread = new Thread(() -> load.run(number), "load " + path + " " + number);
            thread.setDaemon(true);
            load.threads.add(thread);
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    /** Returns what was counted so far. */
    public LoadReport report() {
        return tally.report();
    }

    /** Stops, and waits until the requests under way are answered and counted. */
    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join(TIMEOUT.toMillis() * 2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(int number) {
        boolean keep = number % 2 == 0;
        long begin = System.nanoTime();
        long next = begin + pause * number / CLIENTS;
        HttpConnection kept = null;
        while (!over && System.nanoTime() - begin < MOST.toNanos()) {
            for (long left = next - System.nanoTime(); left > 0 && !over; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            kept = ask(kept, keep);
            // Whoever is late goes on from here: users do not come in bursts to catch up.
            next = Math.max(next + pause, System.nanoTime());
        }
        close(kept);
    }

    /** Asks once; returns the connection where it can be used again. */
    private @Nullable HttpConnection ask(@Nullable HttpConnection kept, boolean keep) {
        long begin = System.nanoTime();
        HttpConnection connection = kept;
        try {
            if (connection == null) {
                connection = new HttpConnection(server, TIMEOUT);
            }
            Answer answer = connection.get(path, keep);
            tally.answer(answer, System.nanoTime() - begin);
            if (answer.reusable()) {
                return connection;
            }
        } catch (IOException | RuntimeException e) {
            tally.broken(e);
        }
        close(connection);
        return null;
    }

    private static void close(@Nullable HttpConnection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}
