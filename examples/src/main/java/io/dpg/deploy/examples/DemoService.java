package io.dpg.deploy.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP service to roll out; needs nothing but a JDK. Listens on the loopback address.
 *
 * <p>{@code /health} answers whether it is well, {@code /version} which version it is, {@code /work} and {@code /report}
 * do something, {@code /metrics} tells Prometheus of these. Options are arguments ({@code --error-rate 0.2}) or variables ({@code ERROR_RATE=0.2}):
 *
 * <ul>
 *   <li>{@code --port}: required
 *   <li>{@code --version}: what it says it is; default {@code dev}
 *   <li>{@code --error-rate}: the share of requests for the error path that get a 500, from 0 (the default) to 1; evenly
 *       spread, not random, so that a demonstration goes the same way twice
 *   <li>{@code --error-path}: default {@code /work}
 *   <li>{@code --latency-ms}: how long work takes; default 2
 *   <li>{@code --broken}: {@code true} makes {@code /health} answer 503
 *   <li>{@code --discovery}: a folder in which a file tells Prometheus where it is; default none
 * </ul>
 *
 * <p>SIGTERM ends it at once, as it does any JVM without slow shutdown hooks.
 */
public final class DemoService implements AutoCloseable {

    private static final Map<String, String> DEFAULTS = Map.of(
            "version", "dev",
            "error-rate", "0",
            "error-path", "/work",
            "latency-ms", "2",
            "broken", "false",
            "discovery", "");

    private final Options options;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final AtomicLong requests = new AtomicLong();
    private final DemoMetrics metrics;
    private @Nullable Discovery discovery;

    private record Options(
            int port,
            String version,
            double errorRate,
            String errorPath,
            Duration latency,
            boolean broken,
            String discovery) {}

    private DemoService(Options options) throws IOException {
        this.options = options;
        this.metrics = new DemoMetrics(options.version(), List.of("/work", "/report"));
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()), 256);
    }

    /** Runs the service until the process is ended; exit code 2 where the options are wrong. */
    public static void main(String[] args) throws IOException {
        try {
            DemoService service = start(System.getenv(), args);
            if (service.discovery != null) {
                Runtime.getRuntime().addShutdownHook(new Thread(service.discovery::close));
            }
            System.out.println("version " + service.options.version() + " listens on port " + service.port());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /**
     * Starts the service in this JVM.
     *
     * @param environment variables that are looked at where an argument is missing
     * @param args the arguments
     * @throws IllegalArgumentException if an option is unknown, missing or no good
     * @throws IOException if the port is taken
     */
    public static DemoService start(Map<String, String> environment, String... args) throws IOException {
        DemoService service = new DemoService(options(environment, args));
        service.server.setExecutor(service.threads);
        service.server.createContext("/", service::answer);
        service.server.start();
        String folder = service.options.discovery();
        if (!folder.isEmpty()) {
            service.discovery = Discovery.register(Path.of(folder), service.port());
        }
        return service;
    }

    /**
     * Returns a command line that runs the service as an instance of a local target, in well under a second, with
     * {@code {port}} and {@code {version}} left to be filled in.
     *
     * @param more further arguments
     */
    public static List<String> command(String... more) {
        try {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String classes = Path.of(DemoService.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
            List<String> command = new ArrayList<>(List.of(
                    java,
                    "-Xmx32m",
                    "-Xshare:auto",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-XX:-UsePerfData",
                    // Else every answer waits 40 ms for an acknowledgement.
                    "-Dsun.net.httpserver.nodelay=true",
                    "-cp",
                    classes,
                    DemoService.class.getName()));
            command.addAll(List.of("--port", "{port}", "--version", "{version}"));
            command.addAll(List.of(more));
            return List.copyOf(command);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Classes come from a place that has no path", e);
        }
    }

    /** Returns the port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops listening, without waiting for open requests. */
    @Override
    public void close() {
        if (discovery != null) {
            discovery.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            boolean failing = path.equals(options.errorPath()) && nextFails();
            switch (path) {
                case "/health" -> send(exchange, options.broken() ? 503 : 200, options.broken() ? "broken" : "well");
                case "/version" -> send(exchange, 200, options.version());
                case "/metrics" -> send(exchange, 200, metrics.text(), DemoMetrics.CONTENT_TYPE);
                case "/work", "/report" -> {
                    long begin = System.nanoTime();
                    work();
                    metrics.count(path, failing ? 500 : 200, System.nanoTime() - begin);
                    send(exchange, failing ? 500 : 200, failing ? "it went wrong" : "done");
                }
                default -> send(exchange, 404, "there is no " + path);
            }
        }
    }

    private boolean nextFails() {
        long number = requests.incrementAndGet();
        return Math.floor(number * options.errorRate()) > Math.floor((number - 1) * options.errorRate());
    }

    private void work() {
        long end = System.nanoTime() + options.latency().toNanos();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void send(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, text, "text/plain; charset=utf-8");
    }

    private void send(HttpExchange exchange, int status, String text, String type) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("X-Version", options.version());
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Options options(Map<String, String> environment, String... args) {
        Map<String, String> given = new TreeMap<>(DEFAULTS);
        for (String name :
                List.of("port", "version", "error-rate", "error-path", "latency-ms", "broken", "discovery")) {
            String value = environment.get(name.replace('-', '_').toUpperCase(Locale.ROOT));
            if (value != null) {
                given.put(name, value);
            }
        }
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : args[i];
            if (!name.equals("port") && !DEFAULTS.containsKey(name)) {
                throw new IllegalArgumentException("There is no option " + args[i] + "; known are --port and "
                        + DEFAULTS.keySet().stream().sorted().map(n -> "--" + n).toList());
            } else if (i + 1 == args.length) {
                throw new IllegalArgumentException("The option " + args[i] + " needs a value after it");
            }
            given.put(name, args[i + 1]);
        }
        return new Options(
                (int) number(given, "port", 0, 65_535),
                given.getOrDefault("version", ""),
                number(given, "error-rate", 0, 1),
                given.getOrDefault("error-path", ""),
                Duration.ofNanos((long) (number(given, "latency-ms", 0, 60_000) * TimeUnit.MILLISECONDS.toNanos(1))),
                Boolean.parseBoolean(given.get("broken")),
                given.getOrDefault("discovery", ""));
    }

    private static double number(Map<String, String> given, String name, double least, double most) {
        String value = given.getOrDefault(name, "missing");
        try {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "--" + name + " must be a number from " + least + " to " + most + ", but is " + value);
    }
}
