package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class QuickstartTest {

    private static final Quickstart.Pace FAST = new Quickstart.Pace(Duration.ofSeconds(2), Duration.ofSeconds(1));

    @TempDir
    Path temporary;

    @Test
    void promotesThreeReleasesAndTakesTwoBackWithoutAFailedRequest() throws Exception {
        Path audit = temporary.resolve("deep/audit.jsonl");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean good = Quickstart.run(audit, FAST, new PrintStream(out, true, StandardCharsets.UTF_8));
        String text = out.toString(StandardCharsets.UTF_8);
        System.out.println(text);
        assertThat(good).as(text).isTrue();
        assertThat(text)
                .containsPattern("version 1 .* Promoted")
                .containsPattern("version 2 .* Promoted")
                .containsPattern("version 3 .* Promoted")
                .containsPattern("version 4 .* RolledBack")
                .containsPattern("version 5 .* RolledBack")
                .containsPattern("users, GET /work +sent: [0-9,]+, failed: 0;")
                .containsPattern("probe, GET /report +sent: [0-9,]+, failed: [0-9,]+ \\(by version 5: ")
                .contains("All as promised");
        List<String> trail = Files.readAllLines(audit);
        assertThat(trail.stream().filter(line -> line.contains("\"Finished\""))).hasSize(5);
        assertThat(trail.stream().filter(line -> line.contains("\"Checked\"") && line.contains("\"FAILED\"")))
                .singleElement()
                .asString()
                .contains("got 500");
        assertNothingRuns(ProcessHandle.current().pid());
        assertThat(Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "dpg-quickstart-" + ProcessHandle.current().pid()))
                .doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void leavesNoProcessBehindOnCtrlC() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Quickstart.class.getName(),
                        temporary.resolve("audit.jsonl").toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line = "";
            while (line != null && !line.matches(".*Step \\d+ of \\d+: watch.*")) {
                line = lines.readLine();
            }
            assertThat(line).as("a canary under way").isNotNull();
            assertThat(processesOf(process.pid())).isNotEmpty();
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            List<String> rest = lines.lines().toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(String.join("\n", rest)).isNotZero();
            assertThat(rest).noneMatch(l -> l.contains("Exception") || l.contains("All as promised"));
            assertNothingRuns(process.pid());
            assertThat(Path.of(System.getProperty("java.io.tmpdir"), "dpg-quickstart-" + process.pid()))
                    .doesNotExist();
        } finally {
            process.destroyForcibly();
            processesOf(process.pid()).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static void assertNothingRuns(long pid) throws InterruptedException {
        LoadGeneratorTest.await(() -> processesOf(pid).isEmpty());
    }

    /** The agent, whose command line has the stage's folder, and the services, which are its children. */
    private static List<ProcessHandle> processesOf(long pid) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .matches(".*AgentMain.*/dpg-quickstart-" + pid + "( .*)?"))
                .flatMap(
                        agent -> java.util.stream.Stream.concat(java.util.stream.Stream.of(agent), agent.descendants()))
                .toList();
    }
}
