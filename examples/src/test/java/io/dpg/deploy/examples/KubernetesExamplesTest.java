package io.dpg.deploy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.testkit.Servers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plays the Kubernetes examples on the manifest that their README tells to apply; only its image is built here. */
@Timeout(300)
class KubernetesExamplesTest {

    private static final String IMAGE = "dpg-test/busybox:1";
    private static final Duration BAKE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private String namespace = "";

    @BeforeEach
    void apply() throws Exception {
        Servers.find("KUBECONFIG");
        namespace = "examples-" + UUID.randomUUID().toString().substring(0, 8);
        image();
        Path manifest = folder.resolve("demo.yaml");
        Files.writeString(
                manifest, Files.readString(Path.of("kubernetes/demo.yaml")).replace("busybox:stable", IMAGE));
        run("kubectl", "create", "namespace", namespace);
        run("kubectl", "-n", namespace, "apply", "-f", manifest.toString());
        run("kubectl", "-n", namespace, "rollout", "status", "deployment/web", "--timeout=120s");
    }

    @AfterEach
    void delete() throws Exception {
        if (!namespace.isEmpty()) {
            run("kubectl", "delete", "namespace", namespace, "--wait=false");
        }
    }

    /** No registry can be reached from the test cluster. */
    private void image() throws Exception {
        Files.copy(Path.of("/usr/bin/busybox"), folder.resolve("busybox"));
        Files.writeString(folder.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                RUN ["/bin/busybox", "--install", "-s", "/bin"]
                """);
        run("docker", "build", "-q", "-t", IMAGE, folder.toString());
    }

    @Test
    void theBlueGreenAndTheCanaryPromote() {
        String[] blueGreen = {namespace, "web", "2"};
        String[] canary = {namespace, "web", "3"};
        RolloutResult second = KubernetesBlueGreen.roll(blueGreen, BAKE);
        assertThat(second.promoted()).as(second.toString()).isTrue();
        RolloutResult third = KubernetesCanary.roll(canary, BAKE);
        assertThat(third.promoted()).as(third.toString()).isTrue();
    }

    @Test
    void theScriptPromotesTakesBackAndRollsBack() throws Exception {
        Path home = Path.of(System.getProperty("java.home"));
        String text = run(
                home.resolve("bin/jshell").toString(),
                "-R-Dnamespace=" + namespace,
                "target/env.jsh",
                "jshell/kubernetes.jsh");
        assertThat(text)
                .contains("version 2: Promoted, version 3: RolledBack, back to 1: Promoted")
                .doesNotContain("|  Error:", "|  Exception");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        try {
            boolean ended = process.waitFor(200, TimeUnit.SECONDS);
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended && process.exitValue() == 0)
                    .as(String.join(" ", command) + "\n" + text)
                    .isTrue();
            return text;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
