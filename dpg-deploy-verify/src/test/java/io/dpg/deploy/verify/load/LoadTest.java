package io.dpg.deploy.verify.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @AfterEach
    void leavesNoThreadBehind() throws InterruptedException {
        TestServer.awaitNoThreads();
    }

    private static Load load() {
        return Load.get("/search").rate(100).duration(SECOND).warmUp(Duration.ZERO);
    }

    @Test
    void anOpenLoadSendsExactlyWhatItsRateSays() throws Exception {
        try (TestServer server = TestServer.fine()) {
            LoadResult result = load().rate(150).run(server.uri);
            assertThat(result.requests()).isEqualTo(150).isEqualTo(server.requests.get());
            assertThat(result.ok()).isEqualTo(150);
            assertThat(result.failedBy()).isEmpty();
            assertThat(result.complete()).isTrue();
            assertThat(result.elapsed()).isGreaterThanOrEqualTo(SECOND);
            assertThat(result.throughput()).isPositive().isLessThanOrEqualTo(150);
            assertThat(result.histogram().getTotalCount()).isEqualTo(150);
        }
    }

    @Test
    void aRateMayBeAFraction() throws Exception {
        try (TestServer server = TestServer.fine()) {
            assertThat(load().rate(2.5).run(server.uri).requests()).isEqualTo(3);
        }
    }

    @Test
    void theWarmUpIsSentAndNotCounted() throws Exception {
        try (TestServer server = TestServer.fine()) {
            LoadResult result = load().warmUp(Duration.ofMillis(500)).run(server.uri);
            assertThat(result.warmUp()).isEqualTo(50);
            assertThat(result.requests()).isEqualTo(100);
            assertThat(result.histogram().getTotalCount()).isEqualTo(100);
            assertThat(server.requests.get()).isEqualTo(150);
        }
    }

    @Test
    void countsFailuresByStatusWithExamplesAndLeavesThemOutOfLatencies() throws Exception {
        try (TestServer server = TestServer.answering((exchange, number) ->
                TestServer.reply(exchange, number % 4 == 0 ? 503 : number % 10 == 1 ? 404 : 200))) {
            LoadResult result = load().run(server.uri);
            assertThat(result.failedBy())
                    .containsExactlyInAnyOrderEntriesOf(
                            java.util.Map.of(LoadFailure.STATUS_5XX, 25L, LoadFailure.STATUS_4XX, 10L));
            assertThat(result.errorRate()).isEqualTo(0.35);
            assertThat(result.histogram().getTotalCount()).isEqualTo(65);
            assertThat(result.examples())
                    .containsExactlyInAnyOrder("GET /search: status 503", "GET /search: status 404");
        }
    }

    @Test
    void anExpectedStatusIsNoFailure() throws Exception {
        try (TestServer server = TestServer.answering((exchange, number) -> TestServer.reply(exchange, 404))) {
            assertThat(load().status(404).run(server.uri).ok()).isEqualTo(100);
            assertThat(load().status(300, 403).run(server.uri).failed()).isEqualTo(100);
        }
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        try (TestServer server = TestServer.answering((exchange, number) -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            TestServer.reply(exchange, 302);
        })) {
            assertThat(load().run(server.uri).failedBy()).containsEntry(LoadFailure.STATUS_3XX, 100L);
            assertThat(server.requests.get()).isEqualTo(100);
        }
    }

    @Test
    void countsAServerThatIsNotThere() throws Exception {
        LoadResult result = load().run(TestServer.nobody());
        assertThat(result.failedBy()).containsExactly(java.util.Map.entry(LoadFailure.REFUSED, 100L));
        assertThat(result.p99()).isZero();
        assertThatThrownBy(result::performance).hasMessageContaining("none of its 100 requests got an answer");
    }

    @Test
    void aServerThatNeverAnswersIsGivenUpAndCountsWithTheTimeWaited() throws Exception {
        try (TestServer server = TestServer.raw(TestServer::untilGone)) {
            LoadResult result = load().rate(20).timeout(Duration.ofMillis(300)).run(server.uri);
            assertThat(result.failedBy()).containsExactly(java.util.Map.entry(LoadFailure.TIMEOUT, 20L));
            assertThat(result.p50()).isGreaterThanOrEqualTo(Duration.ofMillis(299));
            assertThat(result.examples()).containsExactly("GET /search: no complete answer within 300 ms");
            TestServer.await(
                    () -> server.connections.stream().allMatch(java.net.Socket::isClosed), "connections are closed");
        }
    }

    @Test
    void aBodyThatNeverEndsIsGivenUp() throws Exception {
        try (TestServer server = TestServer.raw(socket -> {
            TestServer.readHead(socket);
            TestServer.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!socket.isClosed()) {
                TestServer.write(socket, "1\r\nx\r\n");
            }
        })) {
            LoadResult result = load().rate(4).timeout(Duration.ofMillis(500)).run(server.uri);
            assertThat(result.failedBy()).containsExactly(java.util.Map.entry(LoadFailure.TIMEOUT, 4L));
        }
    }

    @Test
    void aConnectionThatEndsInTheMiddleOfABodyIsBrokenAndNotTriedAgain() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.raw(socket -> {
            if (TestServer.readHead(socket)) {
                requests.incrementAndGet();
                TestServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
            }
        })) {
            LoadResult result = load().rate(50).run(server.uri);
            assertThat(result.failedBy()).containsExactly(java.util.Map.entry(LoadFailure.BROKEN, 50L));
            assertThat(requests.get()).isEqualTo(50);
        }
    }

    @Test
    void aKeptConnectionThatTheServerClosesWithoutAnAnswerIsNotTriedAgain() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.raw(socket -> {
            if (TestServer.readHead(socket)) {
                requests.incrementAndGet();
                TestServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                if (TestServer.readHead(socket)) {
                    requests.incrementAndGet();
                }
            }
        })) {
            LoadResult result = load().rate(50).connections(1).run(server.uri);
            assertThat(result.failedBy()).containsExactly(java.util.Map.entry(LoadFailure.BROKEN, 25L));
            assertThat(result.ok()).isEqualTo(25);
            assertThat(requests.get()).isEqualTo(50);
        }
    }

    @Test
    void nonsenseIsBroken() throws Exception {
        try (TestServer server = TestServer.raw(socket -> {
            TestServer.readHead(socket);
            TestServer.write(socket, "220 smtp.example.org ESMTP\r\n\r\n");
        })) {
            assertThat(load().rate(10).run(server.uri).failedBy())
                    .containsExactly(java.util.Map.entry(LoadFailure.BROKEN, 10L));
        }
    }

    @Test
    void whatCannotBeSentIsCounted() throws Exception {
        try (TestServer server = TestServer.raw(TestServer::untilGone)) {
            LoadResult result =
                    load().connections(2).timeout(Duration.ofMillis(400)).run(server.uri);
            assertThat(result.requests()).isEqualTo(100);
            assertThat(result.ok()).isZero();
            assertThat(result.failedBy()).containsOnlyKeys(LoadFailure.TIMEOUT, LoadFailure.NOT_SENT);
            assertThat(result.sent()).isLessThan(20);
            // What was given up gave its connection back, for others to be sent.
            TestServer.await(() -> server.connections.size() > 2, "new connections");
            assertThat(result.p50()).isGreaterThanOrEqualTo(Duration.ofMillis(399));
        }
    }

    /** Answers at once, but stops the world for a second, once, at request 100. */
    private static TestServer stalling() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        CountDownLatch stalls = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        // Not the JDK's server, which needs 40 ms for each request on a kept connection (delayed ACK).
        return TestServer.raw(socket -> {
            while (TestServer.readHead(socket)) {
                try {
                    if (requests.incrementAndGet() == 100) {
                        stalls.countDown();
                        new CountDownLatch(1).await(1, TimeUnit.SECONDS);
                        over.countDown();
                    } else if (stalls.getCount() == 0) {
                        over.await(10, TimeUnit.SECONDS);
                    }
                } catch (InterruptedException e) {
                    return;
                }
                TestServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    @Test
    void aStallShowsInTheLatenciesOfAllWhoCameMeanwhile() throws Exception {
        try (TestServer server = stalling()) {
            LoadResult result = load().duration(Duration.ofSeconds(4)).run(server.uri);
            assertThat(result.ok()).isEqualTo(400);
            assertThat(result.p99()).isGreaterThan(Duration.ofMillis(900));
            assertThat(result.histogram().getCountBetweenValues(200_000, 100_000_000))
                    .isGreaterThan(75);
        }
    }

    @Test
    void aStallShowsEvenWithOneConnectionAsLatenciesCountFromWhenRequestsWereDue() throws Exception {
        try (TestServer server = stalling()) {
            LoadResult result =
                    load().duration(Duration.ofSeconds(4)).connections(1).run(server.uri);
            assertThat(result.ok()).isEqualTo(400);
            assertThat(result.p99()).isGreaterThan(Duration.ofMillis(900));
            assertThat(result.histogram().getCountBetweenValues(200_000, 100_000_000))
                    .isGreaterThan(75);
        }
    }

    @Test
    void aClosedLoadHasSoManyUnderWayAndNoMore() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (TestServer server = TestServer.answering((exchange, number) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            new CountDownLatch(1).await(2, TimeUnit.MILLISECONDS);
            now.decrementAndGet();
            TestServer.reply(exchange, 200);
        })) {
            LoadResult result = Load.get("/")
                    .concurrency(4)
                    .count(200)
                    .warmUp(Duration.ZERO)
                    .duration(Duration.ofSeconds(30))
                    .run(server.uri);
            assertThat(result.ok()).isEqualTo(200);
            assertThat(server.requests.get()).isEqualTo(200);
            assertThat(most.get()).isBetween(2, 4);
            assertThat(result.elapsed()).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void aClosedLoadKeepsBelowTheAllowedRateToo() throws Exception {
        try (TestServer server = TestServer.fine()) {
            LoadResult result = Load.get("/")
                    .concurrency(8)
                    .allowing(50, Load.MOST_DURATION)
                    .duration(SECOND)
                    .warmUp(Duration.ZERO)
                    .run(server.uri);
            assertThat(result.requests()).isBetween(2L, 51L);
        }
    }

    @Test
    void aClosedLoadOfRefusedConnectionsIsBoundedToo() throws Exception {
        LoadResult result = Load.get("/")
                .concurrency(8)
                .duration(SECOND)
                .warmUp(Duration.ZERO)
                .run(TestServer.nobody());
        assertThat(result.failedBy()).containsOnlyKeys(LoadFailure.REFUSED);
        assertThat(result.requests()).isBetween(8L, 1_001L);
    }

    @Test
    void sendsMethodsHeadersAndBodiesInTurn() throws Exception {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        try (TestServer server = TestServer.answering((exchange, number) -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            seen.add(String.join(
                    " ",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    body));
            TestServer.reply(exchange, 200);
        })) {
            LoadResult result = Load.get("/a?b=c")
                    .thenPost("/orders")
                    .json("{\"n\":1}", "{\"n\":\"zwölf\"}")
                    .then("DELETE", "/x")
                    .header("Authorization", Secret.of("Bearer abc"))
                    .concurrency(1)
                    .count(6)
                    .warmUp(Duration.ZERO)
                    .run(server.uri.resolve("/green/"));
            assertThat(result.ok()).isEqualTo(6);
            assertThat(seen)
                    .containsExactly(
                            "GET /green/a?b=c Bearer abc null ",
                            "POST /green/orders Bearer abc application/json; charset=UTF-8 {\"n\":1}",
                            "DELETE /green/x Bearer abc null ",
                            "GET /green/a?b=c Bearer abc null ",
                            "POST /green/orders Bearer abc application/json; charset=UTF-8 {\"n\":\"zwölf\"}",
                            "DELETE /green/x Bearer abc null ");
        }
    }

    @Test
    void aDeadlineEndsItAndWhatIsUnderWayHasFailed() throws Exception {
        try (TestServer server = TestServer.raw(TestServer::untilGone)) {
            LoadResult result = load().duration(Duration.ofMinutes(1)).run(server.uri, Duration.ofMillis(300));
            assertThat(result.complete()).isFalse();
            assertThat(result.ok()).isZero();
            assertThat(result.requests()).isPositive();
            assertThat(result.table()).contains("stopped before its end");
        }
    }

    @Test
    void anInterruptionEndsItAtOnceWithItsConnections() throws Exception {
        try (TestServer server = TestServer.raw(TestServer::untilGone)) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    load().duration(Duration.ofMinutes(5)).run(server.uri);
                } catch (InterruptedException e) {
                    thrown.set(e);
                }
            });
            thread.start();
            TestServer.await(() -> server.connections.size() >= 3, "connections");
            thread.interrupt();
            thread.join(10_000);
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            TestServer.await(
                    () -> server.connections.stream().allMatch(java.net.Socket::isClosed), "connections are closed");
        }
    }

    @Test
    void aRunningLoadTellsWhatItHasAndStopsWithAllAnswersCounted() throws Exception {
        // Few connections, as the JDK's server closes idle ones from 200 on, also under a request.
        try (TestServer server = TestServer.fine();
                RunningLoad load =
                        load().connections(50).duration(Duration.ofMinutes(5)).start(server.uri)) {
            TestServer.await(() -> load.soFar().ok() >= 20, "20 answers");
            LoadResult result = load.stop();
            assertThat(result.ok()).isEqualTo(result.requests()).isEqualTo(server.requests.get());
            assertThat(result.complete()).isFalse();
            assertThat(load.stop().ok()).isEqualTo(result.ok());
        }
    }

    @Test
    void aRunningLoadEndsByItself() throws Exception {
        try (TestServer server = TestServer.fine();
                RunningLoad load = load().start(server.uri)) {
            LoadResult result = load.await(Duration.ofSeconds(30));
            assertThat(result.complete()).isTrue();
            assertThat(result.ok()).isEqualTo(100);
        }
    }
}
