package io.dpg.deploy.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AuditTrailTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("audit.jsonl");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private void write(Event... events) {
        try (AuditTrail trail = AuditTrail.to(file())) {
            List.of(events).forEach(trail::on);
        }
    }

    @Test
    void everyKindOfEventIsOneLineOfJsonWithWhoWhereAndWhen() throws Exception {
        write(Events.everyKind().toArray(Event[]::new));
        assertThat(lines()).hasSameSizeAs(Events.everyKind());
        for (int i = 0; i < lines().size(); i++) {
            JsonNode line = JSON.readTree(lines().get(i));
            Event event = Events.everyKind().get(i);
            assertThat(line.propertyNames()).startsWith("at", "rollout", "target", "event");
            assertThat(line.path("event").asString()).isEqualTo(event.name());
            assertThat(line.path("at").asString()).isEqualTo(event.head().at().toString());
        }
    }

    @Test
    void theFieldsAreAsDocumented() throws Exception {
        write(Events.done(5, 1, Events.LAUNCH, 5, Events.observed(2, 0)));
        assertThat(lines().get(0))
                .isEqualTo("{\"at\":\"2026-01-01T00:00:05Z\",\"rollout\":\"r-1\",\"target\":\"sim:shop\","
                        + "\"event\":\"StepFinished\",\"step\":1,\"of\":3,\"kind\":\"Launch\","
                        + "\"what\":\"launch 2 instances of 1.4.0 in green\",\"tookMs\":5000,"
                        + "\"blueVersion\":\"1.3.9\",\"blueRevision\":\"sha-39\",\"blueDesired\":4,\"blueReady\":4,"
                        + "\"blueWeight\":100,\"greenVersion\":\"1.4.0\",\"greenRevision\":\"sha-40\","
                        + "\"greenDesired\":2,\"greenReady\":2,\"greenWeight\":0}");
    }

    @Test
    void everyFieldThatIsWrittenIsDocumented() throws Exception {
        write(Events.everyKind().toArray(Event[]::new));
        String document = Files.readString(Path.of("..", "docs", "AUDIT.md"));
        for (String line : lines()) {
            for (String field : JSON.readTree(line).propertyNames()) {
                assertThat(document).contains('`' + field.replaceFirst("^(blue|green)", "blue") + '`');
            }
        }
    }

    @Test
    void aLineIsInTheFileBeforeTheNextEventComes() throws Exception {
        try (AuditTrail trail = AuditTrail.to(file())) {
            trail.on(Events.started());
            assertThat(lines()).hasSize(1);
        }
    }

    @Test
    void reopeningAppends() throws Exception {
        write(Events.started());
        write(new Event.Resumed(Events.head(1)));
        assertThat(lines()).hasSize(2);
    }

    @Test
    void aTornLastLineIsEndedFirst() throws Exception {
        Files.writeString(file(), "{\"at\":\"2026-01-01T00:00:00Z\",\"roll");
        write(new Event.Resumed(Events.head(1)));
        assertThat(lines()).hasSize(2);
        assertThat(JSON.readTree(lines().get(1)).path("event").asString()).isEqualTo("Resumed");
    }

    @Test
    void aNewFileIsForItsOwnerOnly() throws Exception {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        write(Events.started());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void anInterruptedThreadStillWrites() throws Exception {
        try (AuditTrail trail = AuditTrail.to(file())) {
            Thread.currentThread().interrupt();
            trail.on(Events.started());
            assertThat(Thread.interrupted()).isTrue();
            trail.on(Events.started());
        }
        assertThat(lines()).hasSize(2);
    }

    @Test
    void aFullDiskThrowsNothing() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        try (AuditTrail trail = AuditTrail.to(full)) {
            trail.on(Events.started());
            trail.on(Events.started());
        }
    }

    @Test
    void aFileThatCannotBeOpenedIsSaidAtOnce() {
        assertThatThrownBy(() -> AuditTrail.to(directory.resolve("missing/audit.jsonl")))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("audit.jsonl")
                .hasMessageContaining("directory that exists");
    }

    @Test
    void evidenceAndThePartsOfASuiteAreWritten() throws IOException {
        Evidence evidence =
                new Evidence("Mann–Whitney, exact", 41, 30, Double.POSITIVE_INFINITY, 0.98, 1.3, 4e-4, 30, 31);
        CheckResult part =
                CheckResult.failed("search", "no answer", Duration.ofMillis(12)).critical(false);
        CheckResult suite = new CheckResult(
                "smoke", CheckResult.Status.PASSED, "1 of 2", Duration.ofMillis(20), 1, true, List.of(part));
        write(
                new Event.Judged(Events.head(1), "latency", new Judgement(Verdict.FAIL, "slow", evidence)),
                new Event.Checked(Events.head(2), suite, true));
        List<String> lines = lines();
        assertThat(lines.get(0))
                .contains("\"method\":\"Mann–Whitney, exact\"", "\"lower\":30.0", "\"pValue\":4.0E-4")
                .contains("\"baselineSize\":31")
                .doesNotContain("upper", "Infinity");
        assertThat(lines.get(1)).contains("\"parts\":[{\"check\":\"search\",\"status\":\"FAILED\",\"critical\":false");
    }
}
