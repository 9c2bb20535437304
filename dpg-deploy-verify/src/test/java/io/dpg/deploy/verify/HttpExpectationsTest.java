package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be asked of an answer, what can be sent, and when to stop asking. */
@Timeout(60)
class HttpExpectationsTest {

    private static final HttpCheck ONCE = HttpCheck.get("/").failAfter(1);

    private final VirtualTime time = new VirtualTime();

    @TempDir
    Path folder;

    private String said(String body, HttpCheck check) throws Exception {
        try (LocalServer server = LocalServer.answering(200, body)) {
            CheckResult result = check.run(server.context(time));
            return result.passed() ? "passed" : result.message();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"n":3}                  | passed
            {"n":3.0}                | passed
            {"n":3e0}                | passed
            {"n":2.999999}           | expected /n to be at least 3.0, but it is 2.999999
            {"n":"3"}                | expected /n to be at least 3.0, but '"3"' is not a number
            {"n":null}               | expected /n to be at least 3.0, but 'null' is not a number
            {"n":1e999}              | is not a number that can be compared
            {"m":3}                  | but there is nothing
            {"n":3} {"n":3}          | the body is not JSON
            {"n":NaN}                | the body is not JSON
            """)
    void aNumberIsComparedAndNothingElseIs(String body, String expected) throws Exception {
        assertThat(said(body, ONCE.expectJsonAtLeast("/n", 3))).contains(expected);
    }

    @Test
    void boundsAreExactWhereDecimalsAreWritten() throws Exception {
        assertThat(said("{\"n\":0.1}", ONCE.expectJsonAtMost("/n", 0.1).expectJsonAtLeast("/n", 0.1)))
                .isEqualTo("passed");
        assertThat(said("{\"n\":0.11}", ONCE.expectJsonAtMost("/n", 0.1)))
                .contains("expected /n to be at most 0.1, but it is 0.11");
        assertThat(said("{\"n\":12345678901234567890123}", ONCE.expectJsonAtLeast("/n", 1e22)))
                .isEqualTo("passed");
        assertThatThrownBy(() -> ONCE.expectJsonAtLeast("/n", Double.NaN)).hasMessageContaining("finite");
    }

    @Test
    void somethingCanBeExpectedToBeThere() throws Exception {
        assertThat(said("{\"a\":[null]}", ONCE.expectJsonExists("/a/0"))).isEqualTo("passed");
        assertThat(said("{\"a\":[]}", ONCE.expectJsonExists("/a/0"))).contains("expected /a/0 to be there");
        assertThat(said("", ONCE.expectJsonExists("/a"))).contains("there is nothing");
        assertThat(said("x", ONCE.expectHeader("Content-Length"))).isEqualTo("passed");
        assertThat(said("x", ONCE.expectHeader("X-None"))).contains("expected header X-None, but there is none");
    }

    @Test
    void aHostileBodyIsABadAnswerAndNothingWorse() throws Exception {
        assertThat(said("[".repeat(100_000), ONCE.expectJsonExists("/a"))).contains("not JSON");
        assertThat(said("{\"n\":" + "9".repeat(100_000) + "}", ONCE.expectJsonAtLeast("/n", 1)))
                .contains("not JSON");
        assertThat(said("{\"n\":1e-999999999}", ONCE.expectJsonAtLeast("/n", 1)))
                .startsWith("expected /n to be at least 1.0, but it is 0.0");
    }

    @Test
    void aBodyOf384NumbersIsSentFromTextFileOrResource() throws Exception {
        String vector = SampleVector.json(384);
        String query = "{\"limit\":5,\"vector\":" + vector + "}";
        assertThat(vector.split(",")).hasSize(384);
        double length = 0;
        for (String number : vector.substring(1, vector.length() - 1).split(",")) {
            length += Math.pow(Double.parseDouble(number), 2);
        }
        assertThat(length).isBetween(0.999, 1.001);
        AtomicReference<String> seen = new AtomicReference<>();
        try (LocalServer server = new LocalServer().on("/search", exchange -> {
            seen.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            LocalServer.reply(exchange, 200, "{\"hits\":[1]}");
        })) {
            Path file = Files.writeString(folder.resolve("query.json"), query);
            HttpCheck check = HttpCheck.post("/search").failAfter(1).expectJsonExists("/hits/0");
            for (HttpCheck each : new HttpCheck[] {
                check.json(query),
                check.json(file),
                check.json(new ByteArrayInputStream(query.getBytes(StandardCharsets.UTF_8)))
            }) {
                seen.set("");
                assertThat(each.run(server.context(time)).passed()).isTrue();
                assertThat(seen.get()).isEqualTo(query);
            }
        }
    }

    @Test
    void whatIsNoJsonIsNotSentAsJson() throws Exception {
        Path large = folder.resolve("large.json");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(17L * 1024 * 1024);
        }
        for (String wrong : new String[] {"", "{", "{} {}", "{'a':1}", "[1,]"}) {
            assertThatThrownBy(() -> ONCE.json(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ONCE.json("{\"password\":\"hunter2\",}"))
                .hasMessageContaining("not JSON; look at line 1")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> ONCE.json(large)).hasMessageContaining("16 MiB");
        assertThatThrownBy(() -> ONCE.json(folder.resolve("none.json"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> ONCE.json(folder)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> ONCE.json(getClass().getResourceAsStream("none.json")))
                .hasMessageContaining("no such resource");
    }

    @Test
    void aServerThatAnswersBadlyNowAndThenFailsAtTheCountOfBadAnswers() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (LocalServer server = new LocalServer()
                .on("/", exchange -> LocalServer.reply(exchange, count.incrementAndGet() % 5 == 0 ? 500 : 200, ""))) {
            HttpCheck check = HttpCheck.get("/").successes(10);
            CheckResult forever = check.run(server.context(time));
            assertThat(forever.took()).isGreaterThan(Duration.ofMinutes(4));
            count.set(0);
            CheckResult bounded = check.failAfter(3).run(server.context(time));
            assertThat(bounded.status()).isEqualTo(CheckResult.Status.FAILED);
            assertThat(bounded.message())
                    .isEqualTo("expected status 200 to 299, but got 500 and no body"
                            + " (3 bad of 15 looks, and failAfter is 3)");
            assertThat(bounded.attempts()).isEqualTo(15);
            assertThat(bounded.took()).isLessThan(Duration.ofSeconds(5));
        }
        assertThatThrownBy(() -> ONCE.failAfter(0)).hasMessageContaining("at least 1");
    }

    @Test
    void aProcessThatIsGoneFailsAtOnceOnlyWhereAskedTo() throws Exception {
        URI gone = LocalServer.gone();
        CheckResult result = HttpCheck.get("/health").failFastOnRefused().run(LocalServer.context(gone, time));
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(result.message()).contains("Connection refused");
        assertThat(TcpCheck.endpoint()
                        .failFastOnRefused()
                        .run(LocalServer.context(gone, time))
                        .attempts())
                .isEqualTo(1);
        assertThat(TcpCheck.endpoint()
                        .failAfter(4)
                        .run(LocalServer.context(gone, time))
                        .attempts())
                .isEqualTo(4);
        assertThat(HttpCheck.get("/health").run(LocalServer.context(gone, time)).attempts())
                .isGreaterThan(50);
    }

    @Test
    void aRefusalIsNotTakenForGoodWhereSomethingAnswersLate() throws Exception {
        try (LocalServer server = LocalServer.answering(503, "starting")) {
            HttpCheck check = HttpCheck.get("/").failFastOnRefused().within(Duration.ofSeconds(2));
            assertThat(check.run(server.context(time)).attempts()).isGreaterThan(2);
        }
    }

    @Test
    void theAccessAuthenticatesAndItsSecretIsInNoMessage() throws Exception {
        try (LocalServer server = new LocalServer().on("/", exchange -> {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            LocalServer.reply(exchange, "Bearer t0ken-value".equals(sent) ? 200 : 401, "you sent " + sent);
        })) {
            HttpCheck check = ONCE.access(HttpAccess.bearer(Secret.of("t0ken-value")));
            assertThat(check.run(server.context(time)).passed()).isTrue();
            assertThat(check.expectText("other").run(server.context(time)).message())
                    .contains("you sent ***")
                    .doesNotContain("t0ken");
            assertThat(ONCE.run(server.context(time)).passed()).isFalse();
        }
    }
}
