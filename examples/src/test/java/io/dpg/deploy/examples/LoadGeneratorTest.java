package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorTest {

    @Test
    void countsRequestsFailuresAndVersions() throws Exception {
        try (DemoService service = DemoService.start(
                Map.of(), "--port", "0", "--version", "3", "--error-rate", "0.25", "--latency-ms", "0")) {
            LoadGenerator load = LoadGenerator.start(URI.create("http://127.0.0.1:" + service.port()), "/work", 1_000);
            await(() -> load.report().sent() >= 200);
            load.close();
            LoadReport report = load.report();
            assertThat(report.answered()).containsOnly(Map.entry("3", report.sent()));
            assertThat(report.failed()).isEqualTo(report.sent() / 4);
            assertThat(report.failedBy()).containsOnly(Map.entry("3", report.failed()));
            assertThat(report.examples()).hasSize(5).contains("status 500 from 3");
            assertThat(report.p50()).isPositive().isLessThanOrEqualTo(report.p95());
            assertThat(report.longest()).isGreaterThanOrEqualTo(report.p95());
            assertThat(load.report()).isEqualTo(report);
        }
    }

    /** A client that asks again by itself would get its second answer here, and nobody would know. */
    @Test
    void countsAKeptConnectionThatEndsWithoutAnAnswer() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerFirstOfEachConnection(server, requests));
            thread.setDaemon(true);
            thread.start();
            LoadGenerator load = LoadGenerator.start(URI.create("http://127.0.0.1:" + server.getLocalPort()), "/", 200);
            await(() -> load.report().failed() >= 5);
            load.close();
            LoadReport report = load.report();
            assertThat(report.failedBy()).containsOnlyKeys(LoadReport.NOBODY);
            assertThat(report.sent()).isLessThanOrEqualTo(requests.get());
            assertThat(report.examples().get(0)).contains("the connection ended before an answer");
        }
    }

    private static void answerFirstOfEachConnection(ServerSocket server, AtomicInteger requests) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(1_000);
                read(socket, requests);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Version: 1\r\n\r\nok"
                                .getBytes(StandardCharsets.US_ASCII));
                read(socket, requests);
            } catch (java.io.IOException e) {
                // the next connection
            }
        }
    }

    private static void read(Socket socket, AtomicInteger requests) throws java.io.IOException {
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return;
            }
            head += (char) next;
        }
        requests.incrementAndGet();
    }

    @Test
    void countsAServerThatIsNotThere() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0)) {
            port = server.getLocalPort();
        }
        LoadGenerator load = LoadGenerator.start(URI.create("http://127.0.0.1:" + port), "/", 200);
        await(() -> load.report().failed() >= 5);
        load.close();
        assertThat(load.report().failed()).isEqualTo(load.report().sent());
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        await(20, condition);
    }

    static void await(int seconds, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited %s s", seconds).isLessThan(deadline);
            new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
        }
    }
}
