package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.StaleFenceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalTargetTest {

    @TempDir
    Path folder;

    @Test
    void anUntouchedFolderHasNothingAndStartsNothing() {
        LocalTarget target = LocalFixture.target(folder, "ok");
        assertThat(target.observe()).isEqualTo(Observation.EMPTY);
        assertThat(target.history()).isEmpty();
        assertThat(target.liveEndpoint()).isEmpty();
        assertThat(target.diagnose(Slot.BLUE)).contains("Nothing");
        target.shutdown();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aGroupIsLaunchedPreviewedRoutedAndRetired() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            LocalTarget target = fixture.target;
            Group blue = fixture.launch(Slot.BLUE, "1", 2);
            assertThat(blue.weight()).isZero();
            assertThat(blue.version()).isEqualTo("1");
            assertThat(fixture.get("/").statusCode())
                    .as("no traffic before it is routed")
                    .isEqualTo(503);
            assertThat(fixture.get(target.endpoint(Slot.BLUE).orElseThrow(), "/health")
                            .body())
                    .isEqualTo("1");
            assertThat(fixture.get(target.endpoint(Slot.GREEN).orElseThrow(), "/health")
                            .statusCode())
                    .isEqualTo(503);
            target.route(fixture.fence(), Traffic.all(Slot.BLUE));
            assertThat(fixture.get("/").body()).isEqualTo("1");
            assertThat(fixture.group(Slot.BLUE).weight()).isEqualTo(100);
            assertThatThrownBy(() -> target.retire(fixture.fence(), Slot.BLUE))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("traffic");
            target.route(fixture.fence(), Traffic.NONE);
            target.retire(fixture.fence(), Slot.BLUE);
            LocalFixture.await("blue to go", () -> target.observe().groups().isEmpty());
            target.retire(fixture.fence(), Slot.BLUE);
        }
    }

    @Test
    void repeatingALaunchChangesNothingAndResizingKeepsTheRevision() {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            Change first = fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.BLUE, "1", 1));
            Change again = fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.BLUE, "1", 1));
            assertThat(again).isEqualTo(first);
            Change more = fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.BLUE, "1", 2));
            assertThat(more.revision()).isEqualTo(first.revision());
            assertThat(more.generation()).isGreaterThan(first.generation());
            LocalFixture.await("2 ready", () -> fixture.target.observe().ready(Slot.BLUE) == 2);
            fixture.target.scale(fixture.fence(), Slot.BLUE, 1);
            LocalFixture.await("1 ready", () -> fixture.target.observe().ready(Slot.BLUE) == 1);
            assertThat(fixture.group(Slot.BLUE).desired()).isEqualTo(1);
        }
    }

    @Test
    void aSlotWithTrafficIsNotReplaced() {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.serve(Slot.BLUE, "1", 1);
            assertThatThrownBy(() -> fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 1)))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("100 % of the traffic");
            assertThatThrownBy(() -> fixture.target.route(fixture.fence(), Traffic.all(Slot.GREEN)))
                    .hasMessageContaining("nothing runs in green");
        }
    }

    @Test
    void sharesAreExactAndWeightZeroGetsNothing() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.launch(Slot.BLUE, "1", 1);
            fixture.launch(Slot.GREEN, "2", 2);
            fixture.target.route(fixture.fence(), Traffic.of(Slot.GREEN, 25));
            assertThat(count(fixture, 400)).isEqualTo(Map.of("1", 300, "2", 100));
            fixture.target.route(fixture.fence(), Traffic.all(Slot.BLUE));
            assertThat(count(fixture, 300)).isEqualTo(Map.of("1", 300));
        }
    }

    private static Map<String, Integer> count(LocalFixture fixture, int requests) throws Exception {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            counts.merge(fixture.get("/").body(), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void aLowerFenceIsRefused() {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.target.launch(new Fence(5), LocalFixture.request(Slot.BLUE, "1", 1));
            fixture.fence = 5;
            assertThatThrownBy(() -> fixture.target.scale(new Fence(4), Slot.BLUE, 3))
                    .isInstanceOf(StaleFenceException.class)
                    .hasMessageContaining("fence 5");
            assertThat(fixture.group(Slot.BLUE).desired()).isEqualTo(1);
        }
    }

    @Test
    void anUnknownPlaceholderIsAFault() {
        LocalTarget target =
                LocalTarget.in(folder).command("run", "{prot}", "{flavour}").build();
        assertThat(target.validate(Release.of("demo", "1").setting("flavour", "x"), Environment.of("test")))
                .singleElement()
                .satisfies(
                        fault -> assertThat(fault.toString()).contains("{prot}").contains("flavour"));
        assertThatThrownBy(() -> target.launch(new Fence(1), LocalFixture.request(Slot.BLUE, "1", 1)))
                .isInstanceOf(PlanInvalidException.class);
    }

    @Test
    void anEarlierRevisionRunsAgainAsItWasRecorded() {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            Revision one = fixture.launch(Slot.BLUE, "1", 1).revision();
            fixture.launch(Slot.GREEN, "2", 1);
            assertThat(fixture.target.history()).extracting(Known::version).containsExactly("2", "1");
            GroupRequest again =
                    new GroupRequest(Slot.GREEN, Release.of("demo", "1"), one, 1, LocalFixture.ENVIRONMENT, Map.of());
            assertThat(fixture.target.launch(fixture.fence(), again).revision()).isEqualTo(one);
            LocalFixture.await("1 in green", () -> fixture.group(Slot.GREEN).ready() == 1);
            assertThat(fixture.group(Slot.GREEN).version()).isEqualTo("1");
            assertThatThrownBy(() -> fixture.target.launch(
                            fixture.fence(),
                            new GroupRequest(
                                    Slot.GREEN,
                                    Release.of("demo", "0"),
                                    new Revision("0-none"),
                                    1,
                                    LocalFixture.ENVIRONMENT,
                                    Map.of())))
                    .hasMessageContaining("0-none");
        }
    }

    @Test
    void aCrashLoopIsNoticedAtOnceWithExitCodeAndLastLines() {
        try (LocalFixture fixture = new LocalFixture(folder, "crash")) {
            long before = System.nanoTime();
            Change change = fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.GREEN, "2", 1));
            LocalFixture.await("a condition", () -> fixture.group(Slot.GREEN)
                    .failureSince(change.generation())
                    .isPresent());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            System.out.println("[figure] crash loop noticed after " + millis + " ms, agent start included");
            assertThat(fixture.group(Slot.GREEN)
                            .failureSince(change.generation())
                            .orElseThrow()
                            .message())
                    .contains("exit code 7")
                    .contains("cannot open the database");
            assertThat(millis).isLessThan(4_000);
            LocalFixture.await(
                    "a restart", () -> fixture.target.diagnose(Slot.GREEN).contains("2 restarts"));
            assertThat(fixture.target.diagnose(Slot.GREEN))
                    .contains("exit code 7")
                    .contains("cannot open");
        }
    }

    @Test
    void aCommandThatDoesNotExistIsACrashLoop() {
        LocalTarget target = LocalTarget.in(folder).command("/no/such/program").build();
        try {
            Change change = target.launch(new Fence(1), LocalFixture.request(Slot.BLUE, "1", 1));
            LocalFixture.await("a condition", () -> target.observe()
                    .group(Slot.BLUE)
                    .orElseThrow()
                    .failureSince(change.generation())
                    .isPresent());
            assertThat(target.diagnose(Slot.BLUE)).contains("/no/such/program");
        } finally {
            target.shutdown();
        }
    }

    @Test
    void aWatcherHearsOfReadinessAtOnce() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            CountDownLatch ready = new CountDownLatch(1);
            try (AutoCloseable watch = fixture.target.watch(() -> {
                if (fixture.target.observe().ready(Slot.BLUE) == 1) {
                    ready.countDown();
                }
            })) {
                assertThat(watch).isNotNull();
                fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.BLUE, "1", 1));
                assertThat(ready.await(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void metricsTellValueFromNoData() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder, "failing")) {
            Instant from = Instant.now().minusSeconds(5);
            fixture.serve(Slot.BLUE, "1", 1);
            Group blue = fixture.group(Slot.BLUE);
            assertThat(fixture.target.metrics().read(query("error-ratio", blue, from)))
                    .isInstanceOf(Reading.NoData.class);
            for (int i = 0; i < 10; i++) {
                fixture.get(i < 4 ? "/" : "/health");
            }
            assertThat(fixture.target.metrics().read(query("error-ratio", blue, from)))
                    .isEqualTo(Reading.share(4, 10));
            assertThat(fixture.target.metrics().read(query("requests", blue, from)))
                    .isEqualTo(Reading.of(10));
            assertThat(((Reading.Value) fixture.target.metrics().read(query("latency-p95", blue, from))).mean())
                    .isBetween(0.0, 5.0);
            assertThat(fixture.target.metrics().read(query("typo", blue, from))).isInstanceOf(Reading.Invalid.class);
            assertThat(fixture.target.metrics().unknown("typo"))
                    .hasValueSatisfying(text -> assertThat(text).contains("typo", "error-ratio"));
            assertThat(fixture.target.metrics().unknown("requests")).isEmpty();
        }
    }

    private static MetricQuery query(String metric, Group group, Instant from) {
        return new MetricQuery(metric, group, from, Instant.now().plusSeconds(1));
    }

    @Test
    void anOccupiedPortIsSaid() throws Exception {
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
            LocalTarget target = LocalTarget.in(folder)
                    .command("true")
                    .port(taken.getLocalPort())
                    .build();
            assertThatThrownBy(() -> target.launch(new Fence(1), LocalFixture.request(Slot.BLUE, "1", 1)))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());
        }
        assertThat(Files.exists(folder.resolve("control.json"))).isFalse();
    }
}
