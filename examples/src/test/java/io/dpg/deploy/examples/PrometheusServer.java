package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.testkit.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A real Prometheus, for one test: on a free port of the loopback address, with its data in a folder, scraping every
 * second what the files in another folder name. The program is what the variable {@code DPG_PROMETHEUS} says.
 */
final class PrometheusServer implements AutoCloseable {

    private static final String PROGRAM = "DPG_PROMETHEUS";

    private final String program;
    private final Path folder;
    private final int port;
    private final List<String> options;
    private int starts;
    private Process process;

    private PrometheusServer(String program, Path folder, int port, List<String> options) {
        this.options = options;
        this.program = program;
        this.folder = folder;
        this.port = port;
    }

    /** Starts one that scrapes the targets in {@code discovery}; the calling test is skipped where there is no program. */
    static PrometheusServer start(Path folder, Path discovery, String... options)
            throws IOException, InterruptedException {
        String program = Servers.find(PROGRAM);
        Files.createDirectories(discovery);
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        PrometheusServer server = new PrometheusServer(program, folder, free, List.of(options));
        server.launch(discovery);
        return server;
    }

    private void launch(Path discovery) throws IOException, InterruptedException {
        String name = "prometheus-" + port + "-" + ++starts;
        Path config = Files.writeString(folder.resolve(name + ".yml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: demo
                    file_sd_configs: [{files: ['%s/*.json'], refresh_interval: 1s}]
                """.formatted(discovery));
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(
                program,
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve(name),
                "--web.listen-address=127.0.0.1:" + port));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        LoadGeneratorTest.await(60, () -> {
            assertThat(process.isAlive()).as("Prometheus runs; see " + log).isTrue();
            return Files.exists(log) && text(log).contains("Server is ready to receive web requests");
        });
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Skips the calling test where there is no program; one test at a time, so that a report shows each. */
    static void required() {
        Servers.find(PROGRAM);
    }

    /** Returns whether there is a program. */
    static boolean present() {
        return !Objects.requireNonNullElse(System.getenv(PROGRAM), "").isBlank();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it go on after {@link #pause}. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Ends it in the middle of what it does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Stops it from running without ending it: connections open, and nothing answers. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Starts it again at the same port, without any data and with nothing to scrape. */
    void empty() throws IOException, InterruptedException {
        kill();
        launch(Files.createDirectories(folder.resolve("nothing")));
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
