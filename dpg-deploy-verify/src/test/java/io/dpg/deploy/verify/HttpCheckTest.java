package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpCheckTest {

    private final VirtualTime virtual = new VirtualTime();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private URI base;

    /** Answers a request; the number counts from 1. */
    private interface Answering {
        void answer(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/.dpg/green/");
    }

    @AfterEach
    void end() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(Answering answering) {
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            try {
                answering.answer(exchange, requests.size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private CheckResult run(HttpCheck check) throws InterruptedException {
        return run(check, base, Duration.ofMinutes(10), virtual);
    }

    private static CheckResult run(HttpCheck check, URI base, Duration remaining, Time time)
            throws InterruptedException {
        return check.run(new CheckContext(base, Slot.GREEN, Release.of("shop", "2.0.0"), remaining, time));
    }

    @Test
    void asksBelowThePathOfTheEndpoint() throws Exception {
        serve((exchange, number) -> reply(exchange, 200, "ok"));
        CheckResult result = run(HttpCheck.get("/health?deep=true"));
        assertThat(result.status()).isEqualTo(CheckResult.Status.PASSED);
        assertThat(requests).containsExactly("GET /.dpg/green/health?deep=true");
        assertThat(HttpDraft.resolve(URI.create("http://h:1"), "/health")).hasToString("http://h:1/health");
        assertThat(HttpDraft.resolve(URI.create("http://h/a?x=1#y"), "/b")).hasToString("http://h/a/b");
    }

    @Test
    void sendsMethodBodyAndHeaders() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        serve((exchange, number) -> {
            seen.set(exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("X-Trace") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            reply(exchange, 201, "");
        });
        CheckResult result = run(HttpCheck.post("orders")
                .json("{\"item\":\"Käse\"}")
                .header("Authorization", Secret.of("Bearer t0ken"))
                .header("X-Trace", "7")
                .status(201));
        assertThat(result.passed()).isTrue();
        assertThat(requests).containsExactly("POST /.dpg/green/orders");
        assertThat(seen.get()).isEqualTo("application/json; charset=UTF-8 Bearer t0ken 7 {\"item\":\"Käse\"}");
    }

    @Test
    void saysWhatWasExpectedAndWhatCame() throws Exception {
        serve((exchange, number) -> reply(exchange, 503, "database\n is  down"));
        CheckResult result = run(HttpCheck.get("/health").status(200).within(Duration.ofSeconds(1)));
        assertThat(result.status()).isEqualTo(CheckResult.Status.FAILED);
        assertThat(result.message())
                .isEqualTo("expected status 200, but got 503: database is down" + " (the last of 3 looks in 600 ms)");
        assertThat(result.attempts()).isEqualTo(3).isEqualTo(requests.size());
        assertThat(result.check()).isEqualTo("GET /health");
        assertThat(run(HttpCheck.get("/health").named("alive").within(Duration.ofMillis(100)))
                        .message())
                .startsWith("GET /health: expected status 200 to 299");
    }

    @Test
    void everyExpectationCanFail() throws Exception {
        serve((exchange, number) -> {
            exchange.getResponseHeaders().add("X-Version", "1.9");
            reply(exchange, 200, "{\"status\":\"down\",\"count\":3,\"ok\":true}");
        });
        HttpCheck check = HttpCheck.get("/health").within(Duration.ofMillis(100));
        assertThat(run(check.expectJson("/status", "up")).message())
                .contains("expected /status to be 'up', but it is 'down'");
        assertThat(run(check.expectJson("/state", "up")).message()).contains("expected /state", "there is nothing");
        assertThat(run(check.expectHeader("x-version", "2.0")).message())
                .contains("expected header x-version to be '2.0', but it is '1.9'");
        assertThat(run(check.expectHeader("X-None", "2.0")).message()).contains("there is none");
        assertThat(run(check.expectText("fine")).message()).contains("expected the body to contain 'fine'");
        assertThat(run(check.status(300, 399)).message()).contains("expected status 300 to 399, but got 200");
        assertThat(run(check.expectJson("/status", "down")
                                .expectJson("/count", "3")
                                .expectJson("/ok", "true")
                                .expectHeader("X-Version", "1.9")
                                .expectText("down")
                                .status(200, 204))
                        .passed())
                .isTrue();
    }

    @Test
    void aBodyThatIsNoJsonIsSaidToBeNone() throws Exception {
        serve((exchange, number) -> reply(exchange, 200, "<html>"));
        assertThat(run(HttpCheck.get("/").within(Duration.ofMillis(100)).expectJson("/status", "up"))
                        .message())
                .contains("the body is not JSON: <html>");
    }

    @Test
    void asksAgainWithGrowingPausesUntilItPasses() throws Exception {
        serve((exchange, number) -> reply(exchange, number < 5 ? 503 : 200, "x"));
        CheckResult result = run(HttpCheck.get("/health"));
        assertThat(result.passed()).isTrue();
        assertThat(result.attempts()).isEqualTo(5);
        assertThat(result.took()).isEqualTo(Duration.ofMillis(200 + 400 + 800 + 1600));
    }

    @Test
    void givesUpAfterItsOwnTimeAndNeverBeyondWhatTheRolloutAllows() throws Exception {
        serve((exchange, number) -> reply(exchange, 503, "x"));
        assertThat(run(HttpCheck.get("/health")).took()).isBetween(Duration.ofSeconds(290), Duration.ofSeconds(300));
        assertThat(run(HttpCheck.get("/health"), base, Duration.ofSeconds(7), virtual)
                        .took())
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(7));
        CheckResult none = run(HttpCheck.get("/health"), base, Duration.ZERO, virtual);
        assertThat(none.status()).isEqualTo(CheckResult.Status.ERROR);
    }

    @Test
    void asManyGoodAnswersInARowAsAskedFor() throws Exception {
        serve((exchange, number) -> reply(exchange, number == 3 ? 500 : 200, "x"));
        CheckResult result = run(HttpCheck.get("/health").successes(3));
        assertThat(result.passed()).isTrue();
        assertThat(result.attempts()).isEqualTo(6);
    }

    @Test
    void tooFewGoodAnswersInTimeAreNoPass() throws Exception {
        serve((exchange, number) -> reply(exchange, 200, "x"));
        CheckResult result = run(HttpCheck.get("/health").successes(9).within(Duration.ofSeconds(1)));
        assertThat(result.status()).isEqualTo(CheckResult.Status.FAILED);
        assertThat(result.message()).contains("only 5 of 9 good looks in a row");
    }

    @Test
    void failsAtOnceOnA4xxOnlyWhereAskedTo() throws Exception {
        serve((exchange, number) -> reply(exchange, 404, "no such page"));
        CheckResult result = run(HttpCheck.get("/health").failFastOn4xx());
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(result.took()).isZero();
        assertThat(run(HttpCheck.get("/health").within(Duration.ofSeconds(1))).attempts())
                .isEqualTo(3);
    }

    @Test
    void a429IsAskedAgainEvenWhereA4xxFailsAtOnce() throws Exception {
        serve((exchange, number) -> reply(exchange, number == 1 ? 429 : 200, ""));
        assertThat(run(HttpCheck.get("/health").failFastOn4xx()).passed()).isTrue();
    }

    @Test
    void aSecretAppearsInNoMessageAlsoWhereTheServerEchoesIt() throws Exception {
        serve((exchange, number) -> {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            exchange.getResponseHeaders().add("X-Echo", sent);
            // At the end of the excerpt, where it would be cut in two.
            reply(exchange, 401, "-".repeat(195) + sent.substring("Bearer ".length()) + " is wrong");
        });
        HttpCheck check = HttpCheck.get("/health?api_key=sesame").within(Duration.ofMillis(100));
        for (HttpCheck each : List.of(
                check.header("Authorization", Secret.of("Bearer t0ken-value")),
                check.header("Authorization", "Bearer t0ken-value"))) {
            assertThat(run(each).message()).contains("***").doesNotContain("t0ken", "sesame");
            assertThat(run(each.status(401).expectHeader("X-Echo", "nothing")).message())
                    .contains("***")
                    .doesNotContain("t0ken");
            assertThat(each.toString()).doesNotContain("t0ken", "sesame");
        }
        assertThatThrownBy(() -> check.header("Authorization", Secret.of("t0ken\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Authorization")
                .hasMessageNotContaining("t0ken");
    }

    @Test
    void anEndlessBodyIsReadOnlyToItsBound() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        serve((exchange, number) -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] block = "abcdefgh".repeat(8192).getBytes(StandardCharsets.US_ASCII);
                while (true) {
                    out.write(block);
                }
            } catch (IOException e) {
                gone.countDown();
            }
        });
        CheckResult result = run(
                HttpCheck.get("/").expectText("nothing").within(Duration.ofMillis(100)),
                base,
                Duration.ofMinutes(1),
                virtual);
        assertThat(result.message()).contains("in its first MiB").hasSizeLessThan(500);
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aServerThatNeverAnswersIsLeftAfterTheTimeout() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        serve((exchange, number) -> release.await());
        HttpCheck check =
                HttpCheck.get("/health").timeout(Duration.ofMillis(100)).within(Duration.ofMillis(150));
        CheckResult result = run(check, base, Duration.ofMinutes(1), Time.system());
        release.countDown();
        assertThat(result.status()).isEqualTo(CheckResult.Status.FAILED);
        assertThat(result.message()).contains("got no answer from 127.0.0.1:", "within 100 ms");
    }

    @Test
    void aServerThatDripsIsLeftAfterTheTimeoutAsAWhole() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        serve((exchange, number) -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (!gone.await(20, TimeUnit.MILLISECONDS)) {
                    out.write('.');
                    out.flush();
                }
            } catch (IOException e) {
                gone.countDown();
            }
        });
        HttpCheck check =
                HttpCheck.get("/health").timeout(Duration.ofMillis(300)).within(Duration.ofMillis(400));
        assertThat(run(check, base, Duration.ofMinutes(1), Time.system()).message())
                .contains("got no answer");
        assertThat(gone.await(10, TimeUnit.SECONDS))
                .as("the connection is closed")
                .isTrue();
    }

    @Test
    void aSlowAnswerIsTooSlowWhereALatencyIsSet() throws Exception {
        serve((exchange, number) -> {
            // Lets the check's own clock run on while the request is under way; both are on one machine.
            virtual.advance(Duration.ofMillis(250));
            reply(exchange, 200, "ok");
        });
        HttpCheck check = HttpCheck.get("/health").within(Duration.ofMillis(300));
        assertThat(run(check.maxLatency(Duration.ofMillis(200))).message())
                .contains("expected an answer within 200 ms, but it took 250 ms");
        assertThat(run(check.maxLatency(Duration.ofMillis(250))).passed()).isTrue();
    }

    @Test
    void aRefusedConnectionNamesThePlaceAndTheReason() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        HttpCheck check = HttpCheck.get("/health").within(Duration.ofMillis(100));
        URI user = URI.create("http://joe:pass@127.0.0.1:" + port + "/");
        assertThat(run(check, user, Duration.ofMinutes(1), virtual).message())
                .startsWith("could not connect to 127.0.0.1:" + port + ": Connection refused")
                .doesNotContain("joe", "pass");
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() throws Exception {
        serve((exchange, number) -> {
            exchange.getResponseHeaders().add("Location", "/login");
            reply(exchange, 302, "");
        });
        assertThat(run(HttpCheck.get("/").status(302).expectHeader("Location", "/login"))
                        .passed())
                .isTrue();
        assertThat(requests).hasSize(1);
    }

    @Test
    void interruptionEndsTheCheckAndClosesTheConnection() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        serve((exchange, number) -> {
            asked.countDown();
            release.await();
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                run(HttpCheck.get("/health"), base, Duration.ofMinutes(5), Time.system());
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.start();
        asked.await();
        thread.interrupt();
        thread.join(10_000);
        release.countDown();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void withoutAnEndpointItIsAnErrorAndNoPass() throws Exception {
        CheckResult result = run(HttpCheck.get("/health"), null, Duration.ofMinutes(1), virtual);
        assertThat(result.status()).isEqualTo(CheckResult.Status.ERROR);
        assertThat(result.message()).contains("no place where green can be reached");
    }

    @Test
    void settingsReturnCopies() {
        HttpCheck check = HttpCheck.get("/health?x=1");
        assertThat(check.named("alive").critical(false).name()).isEqualTo("alive");
        assertThat(check.named("alive").critical(false).critical()).isFalse();
        assertThat(check.name()).isEqualTo("GET /health");
        assertThat(check.critical()).isTrue();
    }

    @Test
    void whatCannotBeIsRefusedWhereItIsSaid() {
        HttpCheck check = HttpCheck.get("/health");
        assertThatThrownBy(() -> HttpCheck.get("http://elsewhere/health")).hasMessageContaining("whole URL");
        assertThatThrownBy(() -> HttpCheck.get("/a b")).hasMessageContaining("not a path");
        assertThatThrownBy(() -> HttpCheck.request("G T", "/")).hasMessageContaining("not a method");
        assertThatThrownBy(() -> check.status(99)).hasMessageContaining("100 to 599");
        assertThatThrownBy(() -> check.expectJson("status", "up")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check.header("bad name", "x")).hasMessageContaining("bad name");
        assertThatThrownBy(() -> check.timeout(Duration.ZERO)).hasMessageContaining("timeout must be positive");
        assertThatThrownBy(() -> check.successes(0)).hasMessageContaining("at least 1");
    }
}
