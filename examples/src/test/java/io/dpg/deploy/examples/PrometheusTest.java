package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Revision;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.examples.Showcase.Ending;
import io.dpg.deploy.examples.Showcase.Mishap;
import io.dpg.deploy.verify.metric.PrometheusSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus, real processes, real load, and what may happen to each. All rollouts run at the same time, in a little
 * more than the longest takes; each test waits for its own.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class PrometheusTest {

    @TempDir
    static Path folder;

    private static final List<PrometheusServer> SERVERS = new ArrayList<>();
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static Future<Ending> good;
    private static Future<Ending> failing;
    private static Future<Ending> slow;
    private static Future<Ending> killed;
    private static Future<Ending> paused;
    private static Future<Ending> emptied;
    private static Future<Ending> hiccup;

    @BeforeAll
    static void startAll() throws Exception {
        if (!PrometheusServer.present()) {
            return;
        }
        Path discovery = folder.resolve("discovery");
        PrometheusServer shared = server(discovery);
        // The first request of a JVM loads classes for seconds where the machine is busy; showcases allow five.
        Group nobody = Group.of(Slot.BLUE, "0", new Revision("0"), 1, 1, 100, 1);
        assertThat(PrometheusSource.at(shared.uri())
                        .share("none", "nothing", "nothing")
                        .read(new MetricQuery("none", nobody, Instant.EPOCH, Instant.now())))
                .isInstanceOf(Reading.NoData.class);
        good = play(new Showcase("good", folder, discovery, shared));
        failing = play(new Showcase("failing", folder, discovery, shared).errorRate("0.3"));
        slow = play(new Showcase("slow", folder, discovery, shared).latency("300"));
        killed = playWithOwn("killed", (server, showcase) -> server.kill());
        paused = playWithOwn("paused", (server, showcase) -> server.pause());
        emptied = playWithOwn("emptied", (server, showcase) -> server.empty());
        hiccup = playWithOwn("hiccup", (server, showcase) -> {
            server.pause();
            showcase.awaitLook(Verdict.ERROR);
            server.goOn();
        });
    }

    private static PrometheusServer server(Path discovery) throws Exception {
        PrometheusServer server = PrometheusServer.start(folder, discovery);
        SERVERS.add(server);
        return server;
    }

    private static Future<Ending> playWithOwn(String name, Mishap mishap) throws Exception {
        Path discovery = folder.resolve(name + "-discovery");
        return play(new Showcase(name, folder, discovery, server(discovery)).mishap(mishap));
    }

    private static Future<Ending> play(Showcase showcase) {
        return THREADS.submit(showcase::play);
    }

    @BeforeEach
    void needsPrometheus() {
        PrometheusServer.required();
    }

    @AfterAll
    static void endAll() throws Exception {
        THREADS.shutdown();
        assertThat(THREADS.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        for (PrometheusServer server : SERVERS) {
            server.close();
        }
    }

    @Test
    void aGoodCanaryIsPromoted() throws Exception {
        Ending ending = good.get();
        assertThat(ending.result()).as(ending.story()).isInstanceOf(RolloutResult.Promoted.class);
        assertThat(ending.load().failed()).as(ending.story()).isZero();
        assertThat(ending.looks())
                .filteredOn(look -> look.judgement().verdict() == Verdict.PASS)
                .extracting(look -> look.analysis())
                .contains("errors", "latency", "latency-series");
    }

    @Test
    void anInjectedErrorRateIsCaught() throws Exception {
        assertCaught(failing.get(), "analysis 'errors' failed");
    }

    @Test
    void anInjectedLatencyIsCaught() throws Exception {
        assertCaught(slow.get(), "analysis 'latency");
    }

    @Test
    void aPrometheusThatIsKilledInTheMiddleHoldsAndThenFails() throws Exception {
        assertHeldAndFailed(killed.get(), "the source could not be asked", "refused");
    }

    @Test
    void aPrometheusThatIsPausedInTheMiddleHoldsAndThenFails() throws Exception {
        assertHeldAndFailed(paused.get(), "the source could not be asked", "no answer");
    }

    @Test
    void aPrometheusThatIsEmptiedInTheMiddleHoldsAndThenFails() throws Exception {
        assertHeldAndFailed(emptied.get(), "no data", "the query matched no sample");
    }

    @Test
    void aPrometheusThatOnlyPausedForAWhileCostsNoRelease() throws Exception {
        Ending ending = hiccup.get();
        assertThat(ending.result()).as(ending.story()).isInstanceOf(RolloutResult.Promoted.class);
        assertThat(ending.looks())
                .anyMatch(look -> look.judgement().verdict() == Verdict.ERROR)
                .last()
                .matches(look -> look.judgement().verdict() == Verdict.PASS);
    }

    private static void assertCaught(Ending ending, String reason) {
        assertThat(ending.result()).as(ending.story()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(ending.result().reason()).as(ending.story()).contains(reason);
        Duration detect = ending.result().metrics().timeToDetect().orElseThrow();
        assertThat(detect).isLessThan(Duration.ofSeconds(40));
        System.out.println("[figure] caught through Prometheus after " + detect.toMillis() + " ms, "
                + ending.load().failed() + " of " + ending.load().sent() + " requests failed: "
                + ending.result().reason());
    }

    private static void assertHeldAndFailed(Ending ending, String... reasons) {
        assertThat(ending.result()).as(ending.story()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(ending.result().reason())
                .as(ending.story())
                .contains("no verdict within 24 s")
                .contains(reasons);
        assertThat(ending.load().failed()).as(ending.story()).isZero();
        assertThat(ending.looks())
                .as("it passed before, so only the end of the bake stood between it and a promotion")
                .anyMatch(look -> look.judgement().verdict() == Verdict.PASS);
        System.out.println("[figure] held and failed: " + ending.result().reason());
    }
}
