package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalSecretTest {

    private static final String VALUE = "pä$$ word/+&7f\"3";

    @TempDir
    Path folder;

    @Test
    void aSecretReachesTheInstanceAndNothingElse() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder, "leaky")) {
            Map<String, Secret> secrets = Map.of("PASSWORD", Secret.of(VALUE));
            fixture.target.launch(fixture.fence(), LocalFixture.request(Slot.BLUE, "1", 1, secrets));
            LocalFixture.await("ready", () -> fixture.target.observe().ready(Slot.BLUE) == 1);
            LocalFixture.await(
                    "its output", () -> fixture.target.diagnose(Slot.BLUE).contains("end"));
            assertThat(fixture.target.diagnose(Slot.BLUE)).contains("plain ***");
            long agent = LocalResilienceTest.agentPid(folder);
            assertThat(new String(Files.readAllBytes(Path.of("/proc/" + agent + "/environ")), StandardCharsets.UTF_8))
                    .doesNotContain(VALUE);
            assertNowhere(fixture);

            // The next agent knows it from the living instance, goes on hiding it, and can start more.
            LocalResilienceTest.kill(agent);
            assertThat(fixture.target.observe().ready(Slot.BLUE)).isEqualTo(1);
            fixture.target.scale(fixture.fence(), Slot.BLUE, 2);
            LocalFixture.await("two ready", () -> fixture.target.observe().ready(Slot.BLUE) == 2);
            LocalFixture.await(
                    "its output", () -> fixture.target.diagnose(Slot.BLUE).split("plain \\*\\*\\*").length == 2);
            assertNowhere(fixture);
        }
    }

    private void assertNowhere(LocalFixture fixture) throws IOException {
        List<String> forms = List.of(
                VALUE,
                java.net.URLEncoder.encode(VALUE, StandardCharsets.UTF_8),
                Base64.getEncoder().withoutPadding().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8)),
                Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(("user:" + VALUE).getBytes(StandardCharsets.UTF_8)));
        StringBuilder all = new StringBuilder(fixture.target.diagnose(Slot.BLUE));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
                all.append(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            }
        }
        ProcessHandle.allProcesses()
                .forEach(p -> all.append(p.info().commandLine().orElse("")));
        for (String form : forms) {
            assertThat(all.indexOf(form)).as("where a form of the secret is").isNegative();
        }
    }

    @Test
    void aSecretOnACommandLineIsRefusedWithoutRepeatingIt() {
        LocalTarget target =
                LocalTarget.in(folder).command("run", "--password={word}").build();
        try {
            GroupRequest request = new GroupRequest(
                    Slot.BLUE,
                    Release.of("demo", "1").setting("word", "swordfish-12"),
                    null,
                    1,
                    LocalFixture.ENVIRONMENT,
                    Map.of("PASSWORD", Secret.of("swordfish-12")));
            assertThatThrownBy(() -> target.launch(new Fence(1), request))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("command line")
                    .hasMessageNotContaining("swordfish");
        } finally {
            target.shutdown();
        }
    }
}
