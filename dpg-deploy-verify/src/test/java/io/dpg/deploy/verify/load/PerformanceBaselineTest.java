package io.dpg.deploy.verify.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedChecks;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PerformanceBaselineTest {

    private static final Performance USUAL = performance(100, 0.01, 50);

    @TempDir
    Path folder;

    private Path file;
    private PerformanceBaseline baseline;

    static Performance performance(int p95, double errorRate, double throughput) {
        return new Performance(
                Duration.ofMillis(p95 / 2),
                Duration.ofMillis(p95),
                Duration.ofMillis(p95 * 2L),
                errorRate,
                throughput,
                1_000);
    }

    @BeforeEach
    void baseline() {
        file = folder.resolve("performance.json");
        baseline = PerformanceBaseline.at(file);
    }

    /** Rolls out v2 in virtual time; promoted unless it is unhealthy. */
    private RolloutResult rollout(PerformanceBaseline listener, Performance measured, Behaviour behaviour) {
        VirtualTime time = new VirtualTime();
        SimulatedTarget target =
                new SimulatedTarget("shop", time).serving("v1", 2).version("v2", behaviour);
        try (Deployer deployer =
                Deployer.builder().time(time).listener(listener).build()) {
            return deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(BlueGreen.standard().bakeTime(Duration.ZERO))
                    .gate(baseline.gate(() -> measured))
                    .verify(SimulatedChecks.health(target))
                    .execute();
        }
    }

    private Performance stored() {
        return new BaselineFile(file).read().get("performance").performance();
    }

    @Test
    void theFirstReleaseIsRefusedAndToldHowToBegin() {
        RolloutResult result = rollout(baseline, USUAL, Behaviour.GOOD);
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("has no baseline 'performance' yet", "firstRunPasses()");
        assertThat(file).doesNotExist();
    }

    @Test
    void theFirstReleaseMayPassAndIsRecordedOnceItIsPromoted() {
        baseline = baseline.firstRunPasses();
        assertThat(rollout(baseline, USUAL, Behaviour.GOOD).promoted()).isTrue();
        assertThat(stored()).isEqualTo(USUAL);
        BaselineEntry entry = new BaselineFile(file).read().get("performance");
        assertThat(entry.release()).isEqualTo("v2");
        assertThat(entry.releases()).isEqualTo(1);
        assertThat(entry.rollout()).isNotBlank();
    }

    @Test
    void aReleaseAsGoodAsTheLastPassesAndReplacesIt() {
        baseline.record("performance", USUAL, "v1");
        Performance better = performance(90, 0, 52);
        assertThat(rollout(baseline, better, Behaviour.GOOD).promoted()).isTrue();
        assertThat(stored()).isEqualTo(better);
    }

    @Test
    void aSlowerReleaseIsRefusedWithAllFiguresAndChangesNothing() throws IOException {
        baseline.record("performance", USUAL, "v1");
        byte[] before = Files.readAllBytes(file);
        RolloutResult result = rollout(baseline, performance(120, 0.05, 30), Behaviour.GOOD);
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason())
                .contains("worse than baseline 'performance' of v1")
                .contains("p95 120 ms is above 110 ms (baseline 100 ms, tolerance 10.0 % or 2.00 ms)")
                .contains("p50 60.0 ms is above 55.0 ms")
                .contains("error rate 5.00 % is above 2.00 %")
                .contains("throughput 30.0/s is below 45.0/s")
                .doesNotContain("p99");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aRolloutThatWasRolledBackChangesNothing() throws IOException {
        baseline.record("performance", USUAL, "v1");
        byte[] before = Files.readAllBytes(file);
        RolloutResult result = rollout(baseline, performance(90, 0, 52), Behaviour.GOOD.unhealthy());
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(new BaselineFile(folder.resolve("performance.json.pending")).read())
                .isEmpty();
    }

    @Test
    void anotherProcessThatTakesOverFindsWhatWasMeasured() {
        baseline = baseline.firstRunPasses();
        PerformanceBaseline other = PerformanceBaseline.at(file); // with no memory of the gate
        assertThat(rollout(other, USUAL, Behaviour.GOOD).promoted()).isTrue();
        assertThat(stored()).isEqualTo(USUAL);
    }

    @Test
    void withoutAListenerNothingMoves() {
        baseline = baseline.firstRunPasses();
        PerformanceBaseline elsewhere = PerformanceBaseline.at(folder.resolve("elsewhere.json"));
        assertThat(rollout(elsewhere, USUAL, Behaviour.GOOD).promoted()).isTrue();
        assertThat(file).doesNotExist();
    }

    @Test
    void smoothingGoesPartOfTheWay() {
        baseline = baseline.smoothing(0.25);
        baseline.record("performance", USUAL, "v1");
        rollout(baseline, performance(80, 0, 54), Behaviour.GOOD);
        assertThat(stored().p95()).isEqualTo(Duration.ofMillis(95));
        assertThat(stored().errorRate()).isEqualTo(0.0075);
        assertThat(stored().throughput()).isEqualTo(51);
    }

    @Test
    void aCheckIsRecordedForTheRolloutThatItWasMadeIn() {
        baseline = baseline.firstRunPasses();
        Performance other = performance(40, 0, 70);
        Check check = new Check() {
            @Override
            public String name() {
                return "load";
            }

            @Override
            public CheckResult run(CheckContext context) {
                Duration took = Duration.ofNanos(1_234_567_891);
                baseline.measured("load", took, other);
                // The same check, made at the same time by a rollout that nothing is heard of again.
                baseline.measured("load", took.plusNanos(1), USUAL);
                return CheckResult.passed("load", "fine", took);
            }
        };
        VirtualTime time = new VirtualTime();
        SimulatedTarget target =
                new SimulatedTarget("shop", time).serving("v1", 2).version("v2", Behaviour.GOOD);
        try (Deployer deployer =
                Deployer.builder().time(time).listener(baseline).build()) {
            deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(BlueGreen.standard().bakeTime(Duration.ZERO))
                    .verify(check)
                    .execute()
                    .orThrow();
        }
        assertThat(new BaselineFile(file).read()).containsOnlyKeys("load");
        assertThat(new BaselineFile(file).read().get("load").performance()).isEqualTo(other);
        assertThat(new BaselineFile(file).read().get("load").release()).isEqualTo("v2");
    }

    @Test
    void toleranceIsPerFigure() {
        baseline.record("p", USUAL, "v1");
        Performance slower = performance(115, 0.02, 45);
        assertThat(baseline.compare("p", slower).text())
                .contains("p50 57.0 ms is above 55.0 ms", "p95 115 ms is above 110 ms")
                .doesNotContain("p99", "error rate", "throughput");
        assertThat(baseline.tolerance(Figure.P50, 0.15)
                        .tolerance(Figure.P95, 0.15)
                        .compare("p", slower)
                        .good())
                .isTrue();
        assertThat(baseline.ignoring(Figure.P50, Figure.P95)
                        .compare("p", slower)
                        .good())
                .isTrue();
        assertThat(baseline.tolerance(Figure.ERROR_RATE, 0)
                        .tolerance(Figure.THROUGHPUT, 0)
                        .compare("p", slower)
                        .text())
                .contains("error rate 2.00 % is above 1.00 %", "throughput 45.0/s is below 50.0/s");
    }

    @Test
    void latenciesNearZeroHaveSlack() {
        Performance fast = new Performance(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1), 0, 10, 100);
        Performance noisy =
                new Performance(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), 0, 10, 100);
        baseline.record("p", fast, "v1");
        assertThat(baseline.compare("p", noisy).good()).isTrue();
        assertThat(baseline.slack(Duration.ZERO).compare("p", noisy).good()).isFalse();
    }

    @Test
    void tooFewRequestsAreNeverAPass() {
        Performance few = new Performance(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0, 10, 99);
        baseline.record("p", USUAL, "v1");
        assertThat(baseline.compare("p", few).good()).isFalse();
        assertThat(baseline.compare("p", few).text()).contains("99 requests, and 100 are needed");
        assertThat(baseline.firstRunPasses().compare("first", few).good()).isFalse();
        assertThat(baseline.minRequests(99)
                        .tolerance(Figure.THROUGHPUT, 1)
                        .compare("p", few)
                        .good())
                .isTrue();
    }

    @Test
    void aProfileCanBeSharedByName() {
        baseline.record("search", USUAL, "v1");
        assertThat(baseline.profile("search").compare("any check", USUAL).good())
                .isTrue();
        assertThat(baseline.compare("any check", USUAL).good()).isFalse();
    }

    @Test
    void aFileThatCannotBeUnderstoodIsNeverAPassAndNeverOverwritten() throws IOException {
        String good = "{\"format\":\"dpg-deploy performance baseline\",\"version\":1,\"profiles\":{}}";
        List<String> corrupt = List.of(
                "",
                "{",
                "[]",
                "null",
                good + "x",
                good.replace("1", "2"),
                good.replace("1", "\"1\""),
                good.replace("\"profiles\":{}", "\"profiles\":[]"),
                good.replace("{}", "{\"performance\":{}}"),
                good.replace("{}", "{\"performance\":null}"),
                good.replace("dpg-deploy", "other"));
        for (String text : corrupt) {
            Files.writeString(file, text);
            baseline = baseline.firstRunPasses();
            RolloutResult result = rollout(baseline, USUAL, Behaviour.GOOD);
            assertThat(result).as(text).isInstanceOf(RolloutResult.Rejected.class);
            assertThat(result.reason()).as(text).contains("Tried to read the performance baseline");
            assertThatThrownBy(() -> baseline.record("performance", USUAL, "v2"))
                    .isInstanceOf(DeployException.class);
            assertThat(Files.readString(file)).isEqualTo(text);
        }
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            // Each with a baseline of its own, as other processes have.
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 10; j++) {
                    PerformanceBaseline.at(file).record("profile " + number + " " + j, USUAL, "v" + j);
                    PerformanceBaseline.at(file).record("shared", USUAL, "v" + j);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        assertThat(new BaselineFile(file).read()).hasSize(81);
        assertThat(new BaselineFile(file).read().get("shared").releases()).isEqualTo(80);
    }

    @Test
    void anInterruptedThreadStillWritesAllOfIt() {
        Thread.currentThread().interrupt();
        baseline.record("p", USUAL, "v1");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(new BaselineFile(file).read()).containsOnlyKeys("p");
    }

    @Test
    void refusesSettingsThatMeanNothing() {
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable wrong :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> baseline.tolerance(Figure.P95, -0.1),
                        () -> baseline.tolerance(Figure.P95, Double.NaN),
                        () -> baseline.tolerance(Figure.THROUGHPUT, 1.5),
                        () -> baseline.smoothing(0),
                        () -> baseline.smoothing(1.1),
                        () -> baseline.minRequests(0),
                        () -> baseline.slack(Duration.ofMillis(-1)),
                        () -> baseline.profile(" "),
                        () -> baseline.profile("a\nb"),
                        () -> baseline.ignoring(),
                        () -> baseline.ignoring(Figure.values()),
                        () -> baseline.gate(() -> USUAL).named(""))) {
            assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
