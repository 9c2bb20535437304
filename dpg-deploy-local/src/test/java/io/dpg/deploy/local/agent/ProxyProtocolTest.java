package io.dpg.deploy.local.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProxyProtocolTest {

    private final Router router = new Router(new Stats());
    private StubInstance stub;
    private Backend backend;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        stub = new StubInstance();
        backend = new Backend("blue", "r1", stub.port(), () -> {});
        List<Backend> all = List.of(backend);
        router.table(new Router.Table(100, 0, Map.of("blue", all), Map.of("blue", all)));
        proxy = new Proxy("127.0.0.1", 0, router);
        proxy.start();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        stub.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(proxy.port());
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    @Test
    void oneConnectionCarriesManyRequestsOnBothSides() throws Exception {
        try (RawClient client = client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(get("/n" + i)).answer().body()).isEqualTo("/n" + i);
            }
        }
        assertThat(stub.connections).hasValue(1);
        assertThat(backend.drained(1_000_000_000)).isTrue();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (RawClient client = client()) {
            client.send(get("/a") + get("/chunked") + "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
                    + get("/c"));
            assertThat(client.answer().body()).isEqualTo("/a");
            assertThat(client.answer().body()).isEqualTo("abcdefg");
            assertThat(client.answer().body()).isEqualTo("hi");
            assertThat(client.answer().body()).isEqualTo("/c");
        }
    }

    @Test
    void chunkedBodiesPassBothWays() throws IOException {
        try (RawClient client = client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("wikipedia");
            RawClient.Answer answer = client.send(get("/chunked")).answer();
            assertThat(answer.head()).contains("Transfer-Encoding: chunked").doesNotContain("T: 1");
            assertThat(answer.body()).isEqualTo("abcdefg");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nA: b\nX: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "nonsense\r\n\r\n"
            })
    void whatTwoParsersCouldReadDifferentlyIsRefused(String request) throws IOException {
        try (RawClient client = client()) {
            RawClient.Answer answer = client.send(request).answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.head()).contains("Connection: close");
        }
    }

    @Test
    void unknownCodingsVersionsAndMethodsAreSaid() throws IOException {
        assertThat(once("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")
                        .status())
                .isEqualTo(501);
        assertThat(once("GET / HTTP/2.0\r\nHost: h\r\n\r\n").status()).isEqualTo(505);
        assertThat(once("CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n").status()).isEqualTo(501);
        assertThat(once("GET / HTTP/1.1\r\nHost: h\r\nA: " + "x".repeat(40_000) + "\r\n\r\n")
                        .status())
                .isEqualTo(431);
    }

    private RawClient.Answer once(String request) throws IOException {
        try (RawClient client = client()) {
            return client.send(request).answer();
        }
    }

    @Test
    void answersWithoutBodyKeepTheConnection() throws IOException {
        try (RawClient client = client()) {
            RawClient.Answer head =
                    client.send("HEAD /big HTTP/1.1\r\nHost: h\r\n\r\n").answer(true);
            assertThat(head.head()).contains("Content-Length: 5000000");
            assertThat(client.send(get("/204")).answer().status()).isEqualTo(204);
            assertThat(client.send(get("/304")).answer().status()).isEqualTo(304);
            assertThat(client.send(get("/after")).answer().body()).isEqualTo("/after");
        }
    }

    @Test
    void interimAnswersPass() throws IOException {
        try (RawClient client = client()) {
            client.send(get("/early-hints"));
            assertThat(client.answer(true).status()).isEqualTo(103);
            assertThat(client.answer().body()).isEqualTo("ok");
        }
    }

    @Test
    void expectContinueIsAnsweredBeforeTheBody() throws IOException {
        try (RawClient client = client()) {
            client.send("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.answer(true).status()).isEqualTo(100);
            assertThat(client.send("data").answer().body()).isEqualTo("data");
        }
        assertThat(stub.heads.get(0)).doesNotContain("Expect");
    }

    @Test
    void oldClientsGetPlainBodiesAndTheEndOfTheConnection() throws IOException {
        try (RawClient client = client()) {
            RawClient.Answer answer =
                    client.send("GET /chunked HTTP/1.0\r\n\r\n").answer();
            assertThat(answer.head()).doesNotContain("chunked").contains("Connection: close");
            assertThat(answer.body()).isEqualTo("abcdefg");
        }
        try (RawClient client = client()) {
            String request = "GET /k HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            assertThat(client.send(request).answer().head()).contains("Connection: keep-alive");
            assertThat(client.send(request).answer().body()).isEqualTo("/k");
        }
    }

    @Test
    void closeIsHonoured() throws IOException {
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.answer().head()).contains("Connection: close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsFramed() throws IOException {
        try (RawClient client = client()) {
            assertThat(client.send(get("/until-end")).answer().body()).isEqualTo("to the end");
            assertThat(client.send(get("/next")).answer().body()).isEqualTo("/next");
        }
    }

    @Test
    void aTruncatedAnswerEndsTheConnectionAndCountsAsFailed() throws IOException {
        try (RawClient client = client()) {
            client.send(get("/truncated"));
            assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
        }
        long now = Instant.now().toEpochMilli();
        assertThat(router.stats.query("blue", "r1", now - 10_000, now).number("errors"))
                .isEqualTo(1);
    }

    @Test
    void largeBodiesPassBothWays() throws IOException {
        try (RawClient client = client()) {
            int size = 3_000_000;
            client.send("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n" + "y".repeat(size));
            assertThat(client.answer().body()).isEqualTo(Integer.toString(size));
            assertThat(client.send(get("/big")).answer().body()).hasSize(5_000_000);
            assertThat(client.send(get("/after")).answer().body()).isEqualTo("/after");
        }
    }

    @Test
    void anEarlyAnswerToALargeBodyArrives() throws IOException {
        try (RawClient client = client()) {
            client.send("POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n" + "y".repeat(100_000));
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.head()).contains("Connection: close");
        }
    }

    @Test
    void aSlowClientOccupiesNoInstance() throws IOException {
        try (RawClient client = client()) {
            for (byte b :
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nslo".getBytes(StandardCharsets.UTF_8)) {
                client.send(String.valueOf((char) b));
            }
            assertThat(backend.open()).isZero();
            assertThat(client.send("wly").answer().body()).isEqualTo("slowly");
        }
    }

    @Test
    void anUpgradedConnectionIsATunnel() throws IOException {
        try (RawClient client = client()) {
            client.send(
                    "GET /upgrade HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\nearly ");
            RawClient.Answer answer = client.answer(true);
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.head()).contains("Upgrade: echo");
            client.send("ping");
            assertThat(new String(client.in.exactly(16), StandardCharsets.UTF_8))
                    .isEqualTo("hello early ping");
            assertThat(backend.open()).as("a tunnel is an open request").isEqualTo(1);
        }
    }

    @Test
    void http2UpgradesDoNotPass() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AA\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(stub.heads.get(0)).doesNotContain("Upgrade").doesNotContain("HTTP2-Settings");
    }

    @Test
    void fieldsOfTheConnectionStayBehindAndTheSenderIsNamed() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /x HTTP/1.1\r\nHost: shop.example\r\nConnection: X-Private, Content-Length\r\n"
                    + "X-Private: 1\r\nX-Forwarded-For: 10.0.0.9\r\nTE: trailers\r\nCookie: a=b\r\n\r\n");
            assertThat(client.answer().head()).doesNotContain("Keep-Alive");
        }
        assertThat(stub.heads.get(0))
                .contains("Host: shop.example", "Cookie: a=b", "X-Forwarded-For: 10.0.0.9, 127.0.0.1")
                .doesNotContain("X-Private", "TE:");
    }

    @Test
    void anIdleConnectionThatTheInstanceEndedIsNoFailure() throws IOException {
        try (RawClient client = client()) {
            for (int i = 0; i < 10; i++) {
                String post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi";
                assertThat(client.send(post).answer().status()).isEqualTo(200);
                stub.endConnections();
            }
        }
    }

    @Test
    void aDroppedRequestIsRepeatedOnlyWhereThatIsSafe() throws IOException {
        assertThat(once("POST /drop HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")
                        .status())
                .isEqualTo(502);
        assertThat(stub.requests).hasValue(1);
        assertThat(once(get("/drop")).status()).isEqualTo(502);
        assertThat(stub.requests).as("one instance, asked once").hasValue(2);
    }

    @Test
    void anInstanceThatRefusesConnectionsIsPassedOver() throws IOException {
        Backend dead = new Backend("blue", "r1", Ports.free(), () -> {});
        List<Backend> all = List.of(dead, backend);
        router.table(new Router.Table(100, 0, Map.of("blue", all), Map.of("blue", all)));
        for (int i = 0; i < 20; i++) {
            assertThat(once("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void garbageFromAnInstanceIsABadGateway() throws IOException {
        assertThat(once(get("/garbage")).status()).isEqualTo(502);
    }

    @Test
    void noInstanceIsSaid() throws IOException {
        router.table(Router.Table.EMPTY);
        assertThat(once(get("/")).status()).isEqualTo(503);
        assertThat(once(get("/")).body()).contains("No release has traffic");
        router.table(new Router.Table(0, 100, Map.of("blue", List.of(backend)), Map.of()));
        assertThat(once(get("/")).body()).contains("green");
    }

    @Test
    void aSlotWithoutReadyInstancesIsHelpedOutByOneThatHasAShare() throws IOException {
        Map<String, String> revisions = Map.of("blue", "r1", "green", "r2");
        Map<String, List<Backend>> live = Map.of("blue", List.of(backend), "green", List.of());
        router.table(new Router.Table(1, 99, live, Map.of(), revisions));
        for (int i = 0; i < 50; i++) {
            assertThat(once(get("/")).status()).isEqualTo(200);
        }
        long now = Instant.now().toEpochMilli();
        assertThat(router.stats.query("green", "r2", now - 10_000, now).number("errors"))
                .isGreaterThanOrEqualTo(49);
        router.table(new Router.Table(0, 100, live, Map.of(), revisions));
        assertThat(once(get("/")).status()).isEqualTo(503);
    }

    @Test
    void previewsReachASlotWithoutTrafficButNotFromBehindAProxy() throws IOException {
        router.table(new Router.Table(0, 0, Map.of(), Map.of("green", List.of(backend))));
        assertThat(once(get("/.dpg/green/health?x=1")).body()).isEqualTo("/health?x=1");
        assertThat(once(get("/.dpg/green")).body()).isEqualTo("/");
        assertThat(once(get("/.dpg/red/")).status()).isEqualTo(404);
        assertThat(once(get("/.dpg/greenish")).status()).isEqualTo(404);
        assertThat(once("GET /.dpg/green/ HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
                        .status())
                .isEqualTo(403);
        long now = Instant.now().toEpochMilli();
        assertThat(router.stats.query("blue", "r1", now - 10_000, now).number("requests"))
                .isZero();
    }

    @Test
    void absoluteTargetsAreReducedToPaths() throws IOException {
        assertThat(once("GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n").body()).isEqualTo("/a?b");
    }

    @Test
    void aClosedBackendTakesNoRequestAndDrains() throws Exception {
        assertThat(backend.enter()).isTrue();
        backend.close();
        assertThat(backend.enter()).isFalse();
        assertThat(backend.drained(10_000_000)).isFalse();
        backend.leave();
        assertThat(backend.drained(10_000_000)).isTrue();
        assertThat(once(get("/")).status()).isEqualTo(503);
    }
}
