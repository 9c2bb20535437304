package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DemoServiceTest {

    private static HttpConnection.Answer get(DemoService service, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.port());
        try (HttpConnection connection = new HttpConnection(uri, Duration.ofSeconds(5))) {
            return connection.get(path, false);
        }
    }

    private static String metrics(DemoService service) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + "/metrics");
        try (InputStream body = uri.toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void isWellAndSaysItsVersion() throws Exception {
        try (DemoService service = DemoService.start(Map.of(), "--port", "0", "--version", "1.2")) {
            assertThat(get(service, "/health").status()).isEqualTo(200);
            assertThat(get(service, "/work").version()).isEqualTo("1.2");
            assertThat(get(service, "/report").status()).isEqualTo(200);
            assertThat(get(service, "/elsewhere").status()).isEqualTo(404);
        }
    }

    @Test
    void isUnwellWhenBroken() throws Exception {
        try (DemoService service = DemoService.start(Map.of("BROKEN", "true"), "--port", "0")) {
            assertThat(get(service, "/health").status()).isEqualTo(503);
        }
    }

    @Test
    void failsTheShareOfRequestsItIsToldToOnThatPathOnly() throws Exception {
        try (DemoService service = DemoService.start(Map.of("PORT", "0", "ERROR_RATE", "0.2", "LATENCY_MS", "0"))) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                statuses.add(get(service, "/work").status());
                assertThat(get(service, "/report").status()).isEqualTo(200);
            }
            assertThat(statuses).containsExactly(200, 200, 200, 200, 500, 200, 200, 200, 200, 500);
        }
    }

    @Test
    void takesItsTime() throws Exception {
        try (DemoService service = DemoService.start(Map.of(), "--port", "0", "--latency-ms", "60")) {
            long begin = System.nanoTime();
            get(service, "/work");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        }
    }

    @Test
    void tellsPrometheusWhatItDidAndWhereItIs(@TempDir Path folder) throws Exception {
        try (DemoService service = DemoService.start(
                Map.of("PORT", "0", "ERROR_RATE", "0.5", "LATENCY_MS", "3", "DISCOVERY", folder.toString()),
                "--version",
                "1\"2\\3")) {
            assertThat(metrics(service)).contains("code=\"500\"} 0.0\n");
            for (int i = 0; i < 4; i++) {
                get(service, "/work");
            }
            get(service, "/made-up");
            String labels = "{version=\"1\\\"2\\\\3\",route=\"/work\"";
            assertThat(metrics(service).lines())
                    .contains(
                            "http_requests_total" + labels + ",code=\"200\"} 2.0",
                            "http_requests_total" + labels + ",code=\"500\"} 2.0",
                            "http_request_duration_seconds_bucket" + labels + ",le=\"0.0025\"} 0.0",
                            "http_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 4.0",
                            "http_request_duration_seconds_count" + labels + "} 4.0")
                    .noneMatch(line -> line.contains("made-up"));
            assertThat(folder.resolve(service.port() + ".json"))
                    .content()
                    .isEqualToIgnoringNewLines("[{\"targets\": [\"127.0.0.1:" + service.port() + "\"]}]");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysWhatIsWrongWithItsOptions() {
        assertThatThrownBy(() -> DemoService.start(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--port must be a number from 0.0 to 65535.0, but is missing");
        assertThatThrownBy(() -> DemoService.start(Map.of("PORT", "0"), "--error-rat", "1"))
                .hasMessageContaining("There is no option --error-rat; known are --port and [--broken, --discovery,");
        assertThatThrownBy(() -> DemoService.start(Map.of("PORT", "0"), "--version"))
                .hasMessageContaining("--version needs a value");
        assertThatThrownBy(() -> DemoService.start(Map.of("PORT", "0", "ERROR_RATE", "2")))
                .hasMessageContaining("but is 2");
    }

    @Test
    void asAProcessStartsAndEndsFast() throws Exception {
        List<String> command = DemoService.command("--latency-ms", "1").stream()
                .map(word -> word.replace("{port}", "0").replace("{version}", "7"))
                .toList();
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).startsWith("version 7 listens on port ");
            System.out.println("[figure] demo service listens after "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
            process.destroy();
            assertThat(process.waitFor(3, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
