package io.dpg.deploy.verify.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import io.dpg.deploy.spi.Time;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoadCheckTest {

    private static final Load LOAD =
            Load.get("/search").rate(200).duration(Duration.ofMillis(600)).warmUp(Duration.ofMillis(100));

    @TempDir
    Path folder;

    @AfterEach
    void leavesNoThreadBehind() throws InterruptedException {
        TestServer.awaitNoThreads();
    }

    private static CheckResult run(LoadCheck check, URI base) throws InterruptedException {
        return run(check, base, Duration.ofSeconds(60));
    }

    private static CheckResult run(LoadCheck check, URI base, Duration remaining) throws InterruptedException {
        return check.run(new CheckContext(base, Slot.GREEN, Release.of("shop", "v2"), remaining, Time.system()));
    }

    @Test
    void passesWithTheFiguresInItsMessage() throws Exception {
        try (TestServer server = TestServer.fine()) {
            CheckResult result = run(
                    LoadCheck.of(LOAD)
                            .p50(Duration.ofSeconds(30))
                            .p95(Duration.ofSeconds(30))
                            .p99(Duration.ofSeconds(30))
                            .minThroughput(1),
                    server.uri);
            assertThat(result.status()).isEqualTo(Status.PASSED);
            assertThat(result.check()).isEqualTo("load GET /search");
            assertThat(result.message()).startsWith("120 requests in ").contains("0 failed", "p99 ");
            assertThat(result.took()).isGreaterThan(Duration.ofMillis(600));
        }
    }

    @Test
    void oneInAHundredMayFailUnlessSaidOtherwise() throws Exception {
        Load all = LOAD.warmUp(Duration.ZERO); // else which requests fail depends on which come first
        try (TestServer server =
                TestServer.answering((exchange, number) -> TestServer.reply(exchange, number % 20 == 0 ? 500 : 200))) {
            CheckResult result = run(LoadCheck.of(all), server.uri);
            assertThat(result.status()).isEqualTo(Status.FAILED);
            assertThat(result.message())
                    .contains("error rate 5.00 % is above 1.00 %, for example GET /search: status 500");
            assertThat(run(LoadCheck.of(all).maxErrorRate(0.05), server.uri).status())
                    .isEqualTo(Status.PASSED);
        }
    }

    @Test
    void saysAllLimitsThatAreNotKept() throws Exception {
        try (TestServer server = TestServer.answering((exchange, number) -> {
            new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS);
            TestServer.reply(exchange, 200);
        })) {
            Duration most = Duration.ofMillis(10);
            CheckResult result =
                    run(LoadCheck.of(LOAD).p50(most).p95(most).p99(most).minThroughput(200), server.uri);
            assertThat(result.status()).isEqualTo(Status.FAILED);
            assertThat(result.message())
                    .contains("p50 ", "p95 ", "p99 ", " is above 10.0 ms", "throughput ", "is below 200.0/s");
        }
    }

    @Test
    void aServerThatIsNotThereFails() throws Exception {
        CheckResult result = run(LoadCheck.of(LOAD), TestServer.nobody());
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.message()).contains("error rate 100.00 %", "refused");
    }

    @Test
    void aTargetWithoutAPlaceIsAnError() throws Exception {
        assertThat(run(LoadCheck.of(LOAD), null).status()).isEqualTo(Status.ERROR);
        assertThat(run(LoadCheck.of(LOAD), URI.create("sim:shop/green")).status())
                .isEqualTo(Status.ERROR);
    }

    @Test
    void nothingIsSentWhereTheTimeWouldNotDo() throws Exception {
        try (TestServer server = TestServer.fine()) {
            CheckResult result = run(LoadCheck.of(LOAD), server.uri, Duration.ofMillis(500));
            assertThat(result.status()).isEqualTo(Status.ERROR);
            assertThat(result.message()).contains("only 500 ms are left", "Limits.verify");
            assertThat(server.requests.get()).isZero();
        }
    }

    @Test
    void aLoadThatDoesNotComeToItsEndIsAnErrorAndNotAPass() throws Exception {
        try (TestServer server = TestServer.raw(TestServer::untilGone)) {
            CheckResult result = run(LoadCheck.of(LOAD).maxErrorRate(1), server.uri, Duration.ofMillis(900));
            assertThat(result.status()).isEqualTo(Status.ERROR);
            assertThat(result.message()).contains("did not come to its end");
        }
    }

    @Test
    void holdsAgainstABaselineThatTheFirstRunMayBegin() throws Exception {
        Path file = folder.resolve("performance.json");
        PerformanceBaseline baseline = PerformanceBaseline.at(file);
        try (TestServer server = TestServer.fine()) {
            LoadCheck check = LoadCheck.of(LOAD).named("search");
            assertThat(run(check.against(baseline), server.uri).status()).isEqualTo(Status.ERROR);
            CheckResult first = run(check.against(baseline.firstRunPasses()), server.uri);
            assertThat(first.status()).isEqualTo(Status.PASSED);
            assertThat(first.message()).contains("firstRunPasses()");

            baseline.record("search", PerformanceBaselineTest.performance(20_000, 0, 1), "v1");
            assertThat(run(check.against(baseline), server.uri).status()).isEqualTo(Status.PASSED);

            baseline.record("search", PerformanceBaselineTest.performance(0, 0, 100_000), "v1");
            CheckResult worse = run(check.against(baseline), server.uri);
            assertThat(worse.status()).isEqualTo(Status.FAILED);
            assertThat(worse.message()).contains("worse than baseline 'search' of v1: ", "throughput");

            Files.writeString(file, "{");
            assertThat(run(check.against(baseline.firstRunPasses()), server.uri).status())
                    .isEqualTo(Status.ERROR);
        }
    }

    @Test
    void aFailedLimitCountsThoughTheBaselineWouldPass() throws Exception {
        PerformanceBaseline baseline = PerformanceBaseline.at(folder.resolve("performance.json"));
        baseline.record("search", PerformanceBaselineTest.performance(20_000, 1, 0.1), "v1");
        LoadCheck check = LoadCheck.of(LOAD).named("search").against(baseline);
        assertThat(run(check, TestServer.nobody()).status()).isEqualTo(Status.FAILED);
        assertThat(run(check.maxErrorRate(1), TestServer.nobody()).status()).isEqualTo(Status.ERROR);
    }

    @Test
    void isCriticalUnlessSaidOtherwise() throws Exception {
        assertThat(LoadCheck.of(LOAD).critical()).isTrue();
        CheckResult result = run(LoadCheck.of(LOAD).critical(false), TestServer.nobody());
        assertThat(result.critical()).isFalse();
        assertThat(result.passed()).isFalse();
    }

    @Test
    void refusesLimitsThatCannotBe() {
        LoadCheck check = LoadCheck.of(LOAD);
        assertThatThrownBy(() -> check.maxErrorRate(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check.p95(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check.minThroughput(201)).hasMessageContaining("at most the load's rate of 200");
        assertThatThrownBy(() -> check.named(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LoadCheck.of(LOAD.rate(5_000))).hasMessageContaining("allowing(");
    }
}
