package io.dpg.deploy.verify.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which rates the load generator reaches, and what it costs. The server runs in a process of its own. Run with the test
 * class path: {@code LoadBench [seconds] [rate …]}; a rate of 0 is a closed load of 8.
 */
final class LoadBench {

    private LoadBench() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("serve")) {
            serve();
            return;
        }
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<Integer> rates = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            rates.add(Integer.parseInt(args[i]));
        }
        Process server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx256m",
                        LoadBench.class.getName(),
                        "serve")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = server.inputReader()) {
            URI uri = URI.create(out.readLine());
            System.out.println("rate wanted, rate reached, failed, p50, p95, p99, max, own delay p99, processor used");
            for (int rate : rates.isEmpty() ? List.of(200, 1_000, 5_000, 0) : rates) {
                measure(uri, rate, Duration.ofSeconds(seconds));
            }
        } finally {
            server.destroy();
        }
    }

    private static void measure(URI uri, int rate, Duration duration) throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Load load = Load.get("/").duration(duration).allowing(100_000, Load.MOST_DURATION);
        Load spread = rate > 0 ? load.rate(rate) : load.concurrency(8);
        spread.warmUp(Duration.ZERO).duration(Duration.ofSeconds(3)).run(uri);
        long processor = system.getProcessCpuTime();
        long begun = System.nanoTime();
        LoadResult result = spread.warmUp(Duration.ZERO).run(uri);
        double used = (double) (system.getProcessCpuTime() - processor) / (System.nanoTime() - begun);
        System.out.printf(
                Locale.ROOT,
                "%,d %,.1f %s %s %s %s %s %s %.0f %%%n",
                rate,
                result.throughput(),
                result.failedBy(),
                Millis.text(result.p50()),
                Millis.text(result.p95()),
                Millis.text(result.p99()),
                Millis.text(result.max()),
                Millis.text(result.ownDelay()),
                used * 100);
    }

    /** Answers until it is ended. */
    private static void serve() throws IOException, InterruptedException {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else 40 ms for each request on a kept connection
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000"); // else it closes them under requests
        TestServer server = TestServer.fine();
        System.out.println(server.uri);
        new BufferedReader(new InputStreamReader(System.in, java.nio.charset.StandardCharsets.US_ASCII)).readLine();
        server.close();
    }
}
