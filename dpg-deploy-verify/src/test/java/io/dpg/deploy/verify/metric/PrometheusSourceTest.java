package io.dpg.deploy.verify.metric;

import static io.dpg.deploy.verify.metric.FakePrometheus.matrix;
import static io.dpg.deploy.verify.metric.FakePrometheus.query;
import static io.dpg.deploy.verify.metric.FakePrometheus.reply;
import static io.dpg.deploy.verify.metric.FakePrometheus.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Reading;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.testkit.VirtualTime;
import io.dpg.deploy.verify.HttpAccess;
import io.dpg.deploy.verify.metric.FakePrometheus.Asked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrometheusSourceTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTime virtual = new VirtualTime();

    private static String reason(Reading reading) {
        assertThat(reading).isInstanceOf(Reading.ProviderError.class);
        return ((Reading.ProviderError) reading).reason();
    }

    private PrometheusSource at(FakePrometheus prometheus) {
        return PrometheusSource.at(prometheus.uri()).time(virtual).instant("x", "x");
    }

    @Test
    void asksForTheEndOfTheTimeInQuestion() throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(vector("1"))) {
            PrometheusSource.at(URI.create(prometheus.uri() + "/prefix/"))
                    .access(HttpAccess.bearer(Secret.of("t0ken")).header("X-Scope-OrgID", "shop"))
                    .variable("application", "it's \"shop\"")
                    .parameter("partial_response", "false")
                    .instant(
                            "x",
                            "increase(x{v=\"${version}\",s='${slot}',r=\"${revision}\",a='${application}'}[${window}])")
                    .read(query("x", Duration.ofMillis(90_500), "1\"} or y{v=\""));
            Asked asked = prometheus.asked().get(0);
            assertThat(asked.method()).isEqualTo("POST");
            assertThat(asked.path()).isEqualTo("/prefix/api/v1/query");
            assertThat(asked.form())
                    .containsEntry(
                            "query",
                            "increase(x{v=\"1\\\"} or y{v=\\\"\",s='green',r=\"7f9c\",a='it\\'s \"shop\"'}[90500ms])")
                    .containsEntry("time", "1767226200.000")
                    .containsEntry("timeout", "10")
                    .containsEntry("lookback_delta", "90.5")
                    .containsEntry("partial_response", "false");
            assertThat(asked.headers())
                    .containsEntry("Authorization", java.util.List.of("Bearer t0ken"))
                    .containsEntry("X-scope-orgid", java.util.List.of("shop"));
        }
    }

    @Test
    void aRangeAsksForPointsOfWhichNoneLooksBackBeyondTheTimeInQuestion() throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(matrix(60, "1", "2", "3"))) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri())
                    .range("windowed", "rate(x[${window}])")
                    .range("plain", "x");
            assertThat(source.read(query("windowed", Duration.ofSeconds(200))))
                    .isEqualTo(Reading.of(java.util.List.of(1.0, 2.0, 3.0)));
            assertThat(prometheus.asked().get(0).path()).isEqualTo("/api/v1/query_range");
            assertThat(prometheus.asked().get(0).form())
                    .containsEntry("query", "rate(x[60s])")
                    .containsEntry("start", "1767226080.000") // looks back to 180 s before the end
                    .containsEntry("end", "1767226200.000")
                    .containsEntry("step", "60");
            source.read(query("plain", Duration.ofSeconds(40)));
            assertThat(prometheus.asked().get(1).form())
                    .containsEntry("start", "1767226185.000")
                    .containsEntry("step", "15")
                    .containsEntry("lookback_delta", "15");
        }
    }

    @Test
    void aRangeThatHoldsNoWindowIsNoDataWithoutAsking() throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(matrix(60, "1"))) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri()).range("x", "rate(x[${window}])");
            assertThat(source.read(query("x", Duration.ofSeconds(59))))
                    .isEqualTo(new Reading.NoData("the 59 s asked about hold no window of 1 min yet"));
            assertThat(source.read(query("x", Duration.ZERO))).isInstanceOf(Reading.NoData.class);
            assertThat(prometheus.asked()).isEmpty();
        }
    }

    @Test
    void asksAgainAfter429And5xxWithGrowingPauses() throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus((exchange, asked, number) -> {
            if (number < 5) {
                reply(exchange, number % 2 == 0 ? 429 : 502, "");
            } else {
                reply(exchange, 200, vector("1"));
            }
        })) {
            long begun = virtual.nanos();
            assertThat(at(prometheus).read(query("x", MINUTE))).isEqualTo(Reading.of(1));
            assertThat(prometheus.asked()).hasSize(5);
            assertThat(Duration.ofNanos(virtual.nanos() - begun)).isEqualTo(Duration.ofMillis(200 + 400 + 800 + 1600));
        }
    }

    @Test
    void givesUpInTheEndAndSaysWhatTheServerSaid() throws Exception {
        String json = "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out in query queue\"}";
        try (FakePrometheus prometheus = FakePrometheus.saying(503, json)) {
            assertThat(reason(at(prometheus).read(query("x", MINUTE))))
                    .startsWith("Prometheus at 127.0.0.1:")
                    .contains("answered 503 (timeout: query timed out in query queue) (the last of 9 tries in 21.2 s)");
            assertThat(prometheus.asked()).hasSize(9);
        }
    }

    @Test
    void waitsAsLongAsItIsAskedToIfThereIsTime() throws Exception {
        AtomicReference<String> after = new AtomicReference<>("7");
        try (FakePrometheus prometheus = new FakePrometheus((exchange, asked, number) -> {
            if (number % 2 == 1) {
                exchange.getResponseHeaders().set("Retry-After", after.get());
            }
            reply(exchange, number % 2 == 1 ? 429 : 200, number % 2 == 1 ? "slow down" : vector("1"));
        })) {
            PrometheusSource source = at(prometheus);
            long begun = virtual.nanos();
            assertThat(source.read(query("x", MINUTE))).isEqualTo(Reading.of(1));
            assertThat(Duration.ofNanos(virtual.nanos() - begun)).isEqualTo(Duration.ofSeconds(7));
            after.set("Thu, 01 Jan 2026 00:00:20 GMT");
            assertThat(source.read(query("x", MINUTE))).isEqualTo(Reading.of(1));
            assertThat(Duration.ofNanos(virtual.nanos() - begun)).isEqualTo(Duration.ofSeconds(20));
            after.set("300");
            assertThat(reason(source.read(query("x", MINUTE))))
                    .endsWith("answered 429 (slow down); it asks to wait for 5 min");
            assertThat(Duration.ofNanos(virtual.nanos() - begun)).isEqualTo(Duration.ofSeconds(20));
        }
    }

    @Test
    void saysAtOnceWhatAskingAgainDoesNotChange() throws Exception {
        assertSaysAtOnce(
                400,
                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:6: parse error: unexpected end\"}",
                "answered 400 (bad_data: 1:6: parse error: unexpected end)");
        assertSaysAtOnce(
                422,
                "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}",
                "answered 422 (execution: too many samples)");
        assertSaysAtOnce(401, "Unauthorized", "answered 401 (Unauthorized); set credentials");
        assertSaysAtOnce(404, "<h1>Not Found</h1>", "is '' the path under which it serves /api/v1/query?");
        assertSaysAtOnce(302, "", "redirects are not followed");
        assertSaysAtOnce(200, "<html>Log in</html>", "something that is no answer of Prometheus");
        assertSaysAtOnce(200, "", "no answer of Prometheus");
        assertSaysAtOnce(200, "{\"status\":\"error\",\"errorType\":\"internal\",\"error\":\"x\"}", "(internal: x)");
        assertSaysAtOnce(200, " ".repeat(Endpoint.MOST_BYTES + 1), "answered with more than 16 MiB");
    }

    private void assertSaysAtOnce(int status, String body, String reason) throws Exception {
        try (FakePrometheus prometheus = FakePrometheus.saying(status, body)) {
            assertThat(reason(at(prometheus).read(query("x", MINUTE)))).contains(reason);
            assertThat(prometheus.asked()).hasSize(1);
        }
    }

    @Test
    void asksAgainWhenTheConnectionIsLost() throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus((exchange, asked, number) -> {
            if (number == 1) {
                exchange.sendResponseHeaders(200, 1_000);
                exchange.getResponseBody().write('{');
                throw new IOException("cut");
            }
            reply(exchange, 200, vector("1"));
        })) {
            assertThat(at(prometheus).read(query("x", MINUTE))).isEqualTo(Reading.of(1));
            assertThat(prometheus.asked()).hasSize(2);
        }
    }

    @Test
    void aServerThatIsNotThereIsAProviderError() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        PrometheusSource source = PrometheusSource.at(URI.create("http://127.0.0.1:" + port))
                .time(virtual)
                .within(Duration.ofSeconds(3))
                .instant("x", "x");
        assertThat(reason(source.read(query("x", MINUTE)))).contains("refused").contains("the last of 4 tries");
    }

    @Test
    void aServerThatDoesNotAnswerIsLeftAfterTheTimeout() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (FakePrometheus prometheus = new FakePrometheus((exchange, asked, number) -> end.await())) {
            Reading reading = PrometheusSource.at(prometheus.uri())
                    .timeout(Duration.ofMillis(200))
                    .within(Duration.ofMillis(700))
                    .instant("x", "x")
                    .read(query("x", MINUTE));
            assertThat(reason(reading)).contains("got no answer from").contains("within 200 ms (the last of 2 tries");
            assertThat(prometheus.asked().get(0).form()).containsEntry("timeout", "0.2");
            end.countDown();
        }
    }

    @Test
    void interruptionEndsTheRequest() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicReference<Object> outcome = new AtomicReference<>();
        try (FakePrometheus prometheus = new FakePrometheus((exchange, request, number) -> {
            asked.countDown();
            end.await();
        })) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri()).instant("x", "x");
            Thread thread = new Thread(() -> {
                try {
                    outcome.set(source.read(query("x", MINUTE)));
                } catch (InterruptedException e) {
                    outcome.set(e);
                }
            });
            thread.start();
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            thread.join(20_000);
            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
            end.countDown();
        }
    }

    @Test
    void neverRepeatsASecret() throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus((exchange, asked, number) -> reply(
                exchange,
                asked.promql().equals("json") ? 400 : 403,
                asked.promql().equals("json")
                        ? "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"no Bearer hunter2hunter2\"}"
                        : "hunter2hunter2 is wrong"))) {
            PrometheusSource source = PrometheusSource.at(prometheus.uri())
                    .access(HttpAccess.bearer(Secret.of("hunter2hunter2")))
                    .instant("json", "json")
                    .instant("text", "text");
            assertThat(reason(source.read(query("json", MINUTE))))
                    .contains("bad_data")
                    .doesNotContain("hunter2");
            assertThat(reason(source.read(query("text", MINUTE))))
                    .contains("403")
                    .doesNotContain("hunter2");
            assertThat(source.toString()).doesNotContain("hunter2");
        }
    }

    @Test
    void namesTheMetricsItKnows() throws Exception {
        PrometheusSource source = PrometheusSource.at(URI.create("http://127.0.0.1:1"))
                .instant("b", "x")
                .instant("a", "x");
        assertThat(source.read(query("c", MINUTE)))
                .isEqualTo(new Reading.Invalid("there is no metric 'c'; known are [a, b]"));
        assertThat(source).hasToString("Prometheus at 127.0.0.1:1 [a, b]");
        assertThat(source.metrics()).containsExactlyInAnyOrder("a", "b");
        assertThatThrownBy(() -> source.reduce("c", Reducer.SUM)).hasMessageContaining("known are [a, b]");
    }

    @Test
    void saysWhatIsWrongWithItsSettings() {
        PrometheusSource source =
                PrometheusSource.at(URI.create("http://p:9090")).instant("x", "x");
        assertThatThrownBy(() -> source.share("x", "a{b=\"${c}\"}", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tried to add the metric 'x', but there is a metric of that name already; and there is no"
                        + " placeholder ${c}; known are [revision, slot, version, window], and those that are set with"
                        + " variable(name, value) before the query; and a query is blank");
        assertThatThrownBy(() -> source.variable("version", "1")).hasMessageContaining("'version'");
        assertThatThrownBy(() -> source.variable("a b", "1")).hasMessageContaining("'a b'");
        assertThatThrownBy(() -> source.parameter("time", "1")).hasMessageContaining("'time'");
        assertThatThrownBy(() -> source.step(Duration.ZERO)).hasMessageContaining("step must be at least 1 ms");
        assertThatThrownBy(() -> source.minCoverage(Double.NaN)).hasMessageContaining("within 0 and 1");
        for (String address : new String[] {"p:9090", "ftp://p", "/p", "http:///x"}) {
            assertThatThrownBy(() -> PrometheusSource.at(URI.create(address)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("http://prometheus:9090");
        }
        assertThatThrownBy(() -> PrometheusSource.at(URI.create("http://me:hunter2@p")))
                .hasMessageContaining("access(HttpAccess.basic")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> PrometheusSource.at(URI.create("ftp://me:hunter2@p")))
                .hasMessageNotContaining("hunter2");
    }
}
