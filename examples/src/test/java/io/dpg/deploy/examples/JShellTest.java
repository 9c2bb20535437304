package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.testkit.Servers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the script as the README says; the build has written env.jsh. */
@Timeout(180)
class JShellTest {

    @Test
    void theScriptPromotesTwoReleasesAndTakesOneBack() throws Exception {
        play(System.getProperty("java.home"));
    }

    @Test
    void theScriptDoesTheSameOnANewerJava() throws Exception {
        play(Servers.find("DPG_NEWER_JDK"));
    }

    private static void play(String home) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(home, "bin", "jshell").toString(), "target/env.jsh", "jshell/quickstart.jsh")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text)
                    .contains("version 1: Promoted, version 2: Promoted, version 3: RolledBack")
                    .containsPattern("requests: [1-9][0-9,]*, failed: 0")
                    .doesNotContain("Error:", "|  Exception");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
