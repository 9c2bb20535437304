package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Recording;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.verify.HttpAccess;
import io.dpg.deploy.verify.metric.HttpQueries;
import io.dpg.deploy.verify.metric.PrometheusSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus makes of our queries, and we of its answers. It asks for a password. */
@Timeout(120)
class PromQlTest {

    /** All that PromQL, regular expressions and templates might stumble over. */
    private static final String VERSION = "1\"2\\3'4`{}|.*${version}#é";

    /** The password of user "reader", as bcrypt. */
    private static final String PASSWORD = "s3cret-word";

    @TempDir
    static Path folder;

    private static PrometheusServer server;
    private static DemoService service;
    private static PrometheusSource source;
    private static LoadReport sent;

    @BeforeAll
    static void start() throws Exception {
        if (!PrometheusServer.present()) {
            return;
        }
        Path discovery = folder.resolve("discovery");
        Path web = Files.writeString(
                folder.resolve("web.yml"),
                "basic_auth_users: {reader: '$2b$04$abcdefghijklmnopqrstuuzQDw2v3CQSMowG.sq3X.nH1lfmlmQMW'}\n");
        server = PrometheusServer.start(folder, discovery, "--web.config.file=" + web);
        source = PrometheusSource.at(server.uri()).access(HttpAccess.basic("reader", Secret.of(PASSWORD)));
        service = DemoService.start(
                Map.of("PORT", "0", "DISCOVERY", discovery.toString(), "ERROR_RATE", "0.25", "VERSION", VERSION));
        PrometheusSource scrapes = source.instant("scrapes", "min(count_over_time(up[1m]))");
        LoadGeneratorTest.await(
                () -> read(scrapes, "scrapes", VERSION) instanceof Reading.Value value && value.mean() >= 2);
        try (LoadGenerator load =
                LoadGenerator.start(java.net.URI.create("http://127.0.0.1:" + service.port()), "/work", 100)) {
            double before = number(scrapes, "scrapes");
            LoadGeneratorTest.await(() -> load.report().sent() >= 200);
            LoadGeneratorTest.await(() -> number(scrapes, "scrapes") >= before + 2);
            load.close();
            sent = load.report();
        }
        double before = number(scrapes, "scrapes");
        LoadGeneratorTest.await(() -> number(scrapes, "scrapes") >= before + 2);
    }

    @BeforeEach
    void needsPrometheus() {
        PrometheusServer.required();
    }

    @AfterAll
    static void end() throws Exception {
        if (service != null) {
            service.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static Reading read(PrometheusSource source, String metric, String version) {
        Group group = Group.of(Slot.GREEN, version, new Revision("r"), 1, 1, 50, 1);
        Instant now = Instant.now();
        try {
            return source.read(new MetricQuery(metric, group, now.minusSeconds(60), now));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double number(PrometheusSource source, String metric) {
        Reading reading = read(source, metric, VERSION);
        assertThat(reading).isInstanceOf(Reading.Value.class);
        return ((Reading.Value) reading).mean();
    }

    @Test
    void aVersionStaysInsideItsString() {
        PrometheusSource counts = source.instant("double", "count(http_requests_total{version=\"${version}\"})")
                .instant("single", "count(http_requests_total{version='${version}'})")
                .instant("pattern", "count(http_requests_total{version=~\"${version}\"})")
                .instant("not", "count(http_requests_total{version!~'${version}'})");
        assertThat(number(counts, "double")).isEqualTo(4);
        assertThat(number(counts, "single")).isEqualTo(4);
        assertThat(number(counts, "pattern")).isEqualTo(4);
        assertThat(read(counts, "not", VERSION)).isInstanceOf(Reading.NoData.class);
        assertThat(read(counts, "pattern", ".*")).isInstanceOf(Reading.NoData.class);
        assertThat(read(counts, "double", "\"} or http_requests_total{version!=\""))
                .isInstanceOf(Reading.NoData.class);
        assertThat(read(counts, "double", "\u0000\n\uD800\uFFFD")).isInstanceOf(Reading.NoData.class);
    }

    @Test
    void readyMadeQueriesSeeErrorsAndLatency() {
        PrometheusSource ready = source.with(HttpQueries.standard()).window(Duration.ofSeconds(5));
        Reading.Value errors = (Reading.Value) read(ready, HttpQueries.ERROR_RATIO, VERSION);
        assertThat(errors.counts()).contains(new Reading.Counts(sent.failed(), sent.sent()));
        assertThat(number(ready, "latency-p50")).isBetween(0.001, 0.5);
        assertThat(number(ready, "latency-p99")).isGreaterThanOrEqualTo(number(ready, "latency-p50"));
        assertThat(read(ready, HttpQueries.ERROR_RATIO, "another")).isInstanceOf(Reading.NoData.class);
        assertThat(read(ready, "latency-p95", "another")).isInstanceOf(Reading.NoData.class);
        assertThat(read(ready.minCoverage(0), "latency-p95-series", VERSION)).isInstanceOf(Reading.Value.class);
    }

    @Test
    void allReadyMadeQueriesArePromQl() {
        for (HttpQueries queries :
                List.of(HttpQueries.micrometer(), HttpQueries.istio(), HttpQueries.ingressNginx("shop-${slot}"))) {
            PrometheusSource ready = source.with(queries.where("job", "it's \"x\\y\""));
            for (String metric : ready.metrics()) {
                assertThat(read(ready, metric, VERSION)).as(metric).isInstanceOf(Reading.NoData.class);
            }
        }
    }

    @Test
    void tellsOutcomesApart() {
        PrometheusSource odd = source.instant("nan", "vector(0) / 0")
                .instant("inf", "1 / 0")
                .instant("text", "'hello'")
                .instant("several", "http_requests_total")
                .instant("raw", "up[${window}]")
                .instant("wrong", "sum(")
                .instant("impossible", "up + on() http_requests_total")
                .range("points", "up")
                .step(Duration.ofSeconds(1))
                .minCoverage(0);
        assertThat(read(odd, "nan", VERSION)).isInstanceOf(Reading.Invalid.class);
        assertThat(read(odd.nanIsNoData(), "nan", VERSION)).isInstanceOf(Reading.NoData.class);
        assertThat(read(odd, "inf", VERSION)).isInstanceOf(Reading.Invalid.class);
        assertThat(read(odd, "text", VERSION)).isInstanceOf(Reading.Invalid.class);
        assertThat(read(odd, "several", VERSION)).asString().contains("4 series, such as {__name__=");
        assertThat(((Reading.Value) read(odd, "raw", VERSION)).samples()).hasSizeGreaterThan(3);
        assertThat(((Reading.Value) read(odd, "points", VERSION)).samples()).hasSizeGreaterThan(3);
        assertThat(read(odd, "wrong", VERSION)).asString().contains("answered 400 (bad_data: ", "parse error");
        assertThat(read(odd, "impossible", VERSION)).asString().contains("answered 422 (execution: ");
        assertThat(read(odd.access(HttpAccess.standard()), "nan", VERSION))
                .isInstanceOf(Reading.ProviderError.class)
                .asString()
                .contains("answered 401", "set credentials");
    }

    @Test
    void whatHappenedIsRecorded() throws Exception {
        Group group = Group.of(Slot.GREEN, VERSION, new Revision("r"), 1, 1, 50, 1);
        Instant now = Instant.now();
        Recording recording = source.with(HttpQueries.standard())
                .record(
                        "demo",
                        List.of(HttpQueries.ERROR_RATIO),
                        group,
                        group,
                        now.minusSeconds(60),
                        now,
                        Duration.ofSeconds(3));
        Reading reading =
                recording.source().read(new MetricQuery(HttpQueries.ERROR_RATIO, group, now.minusSeconds(60), now));
        assertThat(((Reading.Value) reading).counts()).contains(new Reading.Counts(sent.failed(), sent.sent()));
    }

    /** Looks beside each other miss nothing and count nothing twice, whatever lies between two scrapes. */
    @Test
    void looksOneAfterAnotherAddUpToWhatWasSent() throws Exception {
        PrometheusSource ready = source.with(HttpQueries.standard());
        Group group = Group.of(Slot.GREEN, VERSION, new Revision("r"), 1, 1, 50, 1);
        double total = 0;
        Instant end = Instant.now();
        for (Instant at = end.minusSeconds(90); at.isBefore(end); at = at.plusMillis(1_700)) {
            Reading reading = ready.read(new MetricQuery(HttpQueries.REQUESTS, group, at, at.plusMillis(1_700)));
            total += reading instanceof Reading.Value value ? value.mean() : 0;
        }
        assertThat(total).isEqualTo(sent.sent());
    }
}
