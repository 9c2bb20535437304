package io.dpg.deploy.examples;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.local.LocalTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the quickstart plays on: a local target in a folder of its own, and the load. Closing it ends every process. */
final class Stage implements AutoCloseable {

    private static final AtomicInteger STAGES = new AtomicInteger();

    private final Path folder;
    private final LocalTarget target;
    private @Nullable LoadGenerator users;
    private @Nullable LoadGenerator probe;
    private @Nullable Deployer deployer;
    private boolean closed;
    private volatile boolean stopped;

    private Stage(Path folder) {
        this.folder = folder;
        this.target = LocalTarget.in(folder)
                .command(DemoService.command("--error-rate", "{error-rate}", "--error-path", "{error-path}"))
                .readyHttp("/health")
                .drainTime(Duration.ofSeconds(5))
                .build();
    }

    /** Returns a stage in a new temporary folder, for a play with its audit trail in {@code audit}. */
    static Stage open(Path audit) {
        try {
            Files.createDirectories(audit.toAbsolutePath().getParent());
            Files.deleteIfExists(audit);
            // Not createTempDirectory: the path is part of every plan, and its 20 digits are no joy to read.
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            return new Stage(Files.createDirectory(temporary.resolve(
                    "dpg-quickstart-" + ProcessHandle.current().pid() + suffix())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String suffix() {
        int number = STAGES.incrementAndGet();
        return number == 1 ? "" : "-" + number;
    }

    Path folder() {
        return folder;
    }

    LocalTarget target() {
        return target;
    }

    /** Returns a deployer that remembers, in the folder, what its predecessors did. */
    synchronized Deployer deployer(Listener... listeners) {
        if (closed) {
            throw new DeployException("The stage is closed", DeployException.Details.NONE);
        }
        Deployer.Builder builder = Deployer.builder().journal(Journals.file(folder.resolve("journal")));
        for (Listener listener : listeners) {
            builder.listener(listener);
        }
        deployer = builder.build();
        return deployer;
    }

    /** Starts the load against the proxy. */
    synchronized void load(int usersPerSecond, int probesPerSecond) {
        if (!closed) {
            URI front = target.liveEndpoint().orElseThrow();
            users = LoadGenerator.start(front, "/work", usersPerSecond);
            probe = LoadGenerator.start(front, "/report", probesPerSecond);
        }
    }

    synchronized void stopLoad() {
        if (users != null && probe != null) {
            users.close();
            probe.close();
        }
    }

    synchronized LoadReport users() {
        return Objects.requireNonNull(users, "no load yet").report();
    }

    synchronized LoadReport probe() {
        return Objects.requireNonNull(probe, "no load yet").report();
    }

    /** Stops load, rollout, services and proxy, in that order: a rollout under way would start the proxy again. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopLoad();
        if (deployer != null) {
            deployer.close();
        }
        target.shutdown();
    }

    /** Closes and deletes what is not closed yet: for the end of the JVM. */
    void stop() {
        stopped = true;
        synchronized (this) {
            if (!closed) {
                close();
                try {
                    delete();
                } catch (IOException e) {
                    // a temporary folder stays
                }
            }
        }
    }

    /** Returns whether the JVM is ending. */
    boolean stopped() {
        return stopped;
    }

    /** Deletes what the proxy and the services left behind. */
    void delete() throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
