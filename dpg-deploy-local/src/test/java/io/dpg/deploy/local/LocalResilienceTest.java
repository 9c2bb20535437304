package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.StaleFenceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalResilienceTest {

    @TempDir
    Path folder;

    /** A deployer that is killed: launches green, shifts some traffic, and then waits for its end. */
    public static final class Deployer {
        public static void main(String[] args) throws InterruptedException {
            LocalTarget target = LocalFixture.target(Path.of(args[0]), "chatty");
            target.launch(new Fence(1), LocalFixture.request(Slot.BLUE, "1", 2));
            LocalFixture.await("blue", () -> target.observe().ready(Slot.BLUE) == 2);
            target.route(new Fence(1), Traffic.all(Slot.BLUE));
            target.launch(new Fence(1), LocalFixture.request(Slot.GREEN, "2", 2));
            LocalFixture.await("green", () -> target.observe().ready(Slot.GREEN) == 2);
            target.route(new Fence(1), Traffic.of(Slot.GREEN, 50));
            Thread.currentThread().join();
        }
    }

    static long agentPid(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info()
                        .arguments()
                        .map(args -> java.util.List.of(args).contains(folder.toString())
                                && java.util.List.of(args).contains("io.dpg.deploy.local.agent.AgentMain"))
                        .orElse(false))
                .map(ProcessHandle::pid)
                .findFirst()
                .orElseThrow();
    }

    static void kill(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    /** Returns every instance of the folder, whoever is its parent by now. */
    private static Set<Long> services(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains("TestService"))
                .map(ProcessHandle::pid)
                .filter(pid -> environment(pid).contains("TEST_FOLDER=" + folder + "\0"))
                .collect(Collectors.toSet());
    }

    private static String environment(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/environ"));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void anUpdateGoesOnHoweverOftenTheAgentIsKilledAndNoProcessIsLost() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.serve(Slot.BLUE, "1", 3);
            fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 3));
            for (int kills = 0; kills < 4; kills++) {
                kill(agentPid(folder));
                assertThat(fixture.get("/").statusCode()).isEqualTo(200);
            }
            LocalFixture.await(
                    "all of 2",
                    () -> fixture.group(Slot.BLUE).inPlace() == null
                            && fixture.group(Slot.BLUE).version().equals("2")
                            && fixture.group(Slot.BLUE).ready() == 3);
            LocalFixture.await(
                    "three processes", () -> services(folder).size() == 3, () -> fixture.target.diagnose(Slot.BLUE));
            assertThat(fixture.group(Slot.BLUE).conditions()).isEmpty();
        }
        assertThat(services(folder)).isEmpty();
    }

    @Test
    void aKilledAgentIsReplacedAndTheInstancesAreAdopted() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder, "chatty")) {
            fixture.serve(Slot.BLUE, "1", 2);
            fixture.fence = 7;
            fixture.target.scale(fixture.fence(), Slot.BLUE, 3);
            LocalFixture.await("three", () -> fixture.target.observe().ready(Slot.BLUE) == 3);
            Set<Long> before = services(folder);
            assertThat(before).hasSize(3);
            URI live = fixture.target.liveEndpoint().orElseThrow();

            kill(agentPid(folder));
            long dead = before.iterator().next();
            kill(dead); // and one instance with it, which the next agent must notice

            assertThat(fixture.target.liveEndpoint()).contains(live);
            assertThat(fixture.get("/").body()).isEqualTo("1");
            LocalFixture.await("three again", () -> fixture.target.observe().ready(Slot.BLUE) == 3);
            for (long pid : before) {
                assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                        .isEqualTo(pid != dead);
            }
            assertThat(fixture.target.diagnose(Slot.BLUE)).contains("line of 1");
            assertThatThrownBy(() -> fixture.target.scale(new Fence(6), Slot.BLUE, 1))
                    .isInstanceOf(StaleFenceException.class);

            // An adopted instance that ends is noticed as well.
            kill(before.stream().filter(pid -> pid != dead).findFirst().orElseThrow());
            LocalFixture.await(
                    "its restart", () -> fixture.target.diagnose(Slot.BLUE).contains("1 restarts"));
            LocalFixture.await("three again", () -> fixture.target.observe().ready(Slot.BLUE) == 3);
        }
    }

    @Test
    void aKilledDeployerLosesNoRequestAndAnotherOneGoesOn() throws Exception {
        Process deployer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Deployer.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        try (LocalFixture fixture = new LocalFixture(folder, "chatty")) {
            LocalFixture.await("the shift", () -> fixture.target.observe().weight(Slot.GREEN) == 50);
            Load load = new Load(fixture.target.liveEndpoint().orElseThrow(), 2);
            try (load) {
                LocalFixture.await("load", () -> load.total.get() > 100);
                deployer.destroyForcibly().waitFor();
                int then = load.total.get();
                LocalFixture.await("more load", () -> load.total.get() > then + 300);
                fixture.fence = 2;
                fixture.target.route(fixture.fence(), Traffic.all(Slot.BLUE));
                fixture.target.retire(fixture.fence(), Slot.GREEN);
                LocalFixture.await(
                        "green to go",
                        () -> fixture.target.observe().group(Slot.GREEN).isEmpty());
            }
            assertThat(load.failures).isEmpty();
        } finally {
            deployer.destroyForcibly();
        }
    }

    @Test
    void afterAShutdownNothingRunsAndTheHistoryIsKept() {
        LocalFixture fixture = new LocalFixture(folder);
        fixture.serve(Slot.BLUE, "1", 1);
        URI live = fixture.target.liveEndpoint().orElseThrow();
        assertThat(services(folder)).hasSize(1);
        fixture.target.shutdown();
        assertThat(services(folder)).isEmpty();
        assertThat(fixture.target.observe().groups()).isEmpty();
        try (fixture) {
            assertThat(fixture.target.history()).hasSize(1);
            assertThat(fixture.target.liveEndpoint()).contains(live);
        }
    }
}
