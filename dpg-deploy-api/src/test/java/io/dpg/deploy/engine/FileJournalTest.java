package io.dpg.deploy.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Journals;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.testkit.JournalContract;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileJournalTest extends JournalContract {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String TARGET = "k8s:production/deployment/dpg-api";

    @TempDir
    private Path folder;

    @Override
    protected Journal journal() {
        return Journals.file(folder);
    }

    @Test
    void namesFoldersSoThatPeopleRecogniseThem() throws IOException {
        begin("r1");
        try (Stream<Path> targets = Files.list(folder.resolve("targets"))) {
            assertThat(targets.map(p -> p.getFileName().toString()))
                    .singleElement()
                    .asString()
                    .matches("k8s-production-deployment-dpg-api-[0-9a-f]{16}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"rollout\":\"r", "{", "\u0000\u0000\u0000\n", "\u0000\u0000,\"kind\":\"DONE\"}\n"})
    void dropsALastLineThatACrashLeftTorn(String torn) throws IOException {
        long fence = begin("r1");
        Files.writeString(file("r1"), torn, StandardOpenOption.APPEND);

        assertThat(journal().read("r1")).extracting(JournalRecord::sequence).containsExactly(0L);

        journal().append(record("r1", 1, fence, Kind.DONE));
        assertThat(journal().read("r1")).extracting(JournalRecord::sequence).containsExactly(0L, 1L);
        assertThat(Files.readString(file("r1"))).doesNotContain("\u0000").hasLineCount(2);
    }

    @Test
    void nothingIsLeftOfATornLineLongerThanTheNextOne() throws IOException {
        long fence = begin("r1");
        Files.writeString(file("r1"), "\u0000".repeat(5000) + "x".repeat(5000) + "\n", StandardOpenOption.APPEND);
        journal().append(record("r1", 1, fence, Kind.INTENT));
        journal().append(record("r1", 2, fence, Kind.DONE));
        assertThat(journal().read("r1")).hasSize(3);
        assertThat(Files.readString(file("r1"))).doesNotContain("x".repeat(100));
    }

    @Test
    void anAppenderThatRemembersTheFileNoticesWhatAnotherTore() throws IOException {
        Journal journal = journal();
        long fence = begin(journal, "r1");
        Files.writeString(file("r1"), "{\"torn", StandardOpenOption.APPEND);
        journal.append(record("r1", 1, fence, Kind.DONE));
        assertThat(journal().read("r1")).hasSize(2);
    }

    @Test
    void aRolloutWhoseFirstRecordIsTornNeverBegan() throws IOException {
        long fence = begin("r1");
        Files.writeString(file("r1"), "{\"rollout\":\"r1\"");
        assertThat(journal().read("r1")).isEmpty();
        assertThat(journal().rollouts(TARGET)).isEmpty();
        journal().append(record("r1", 0, fence, Kind.STARTED));
        assertThat(journal().rollouts(TARGET)).containsExactly("r1");
    }

    @Test
    void aTornMessageIsDropped() throws IOException {
        Message first = new Message(Message.Kind.PAUSE, "a", "", NOW);
        Message second = new Message(Message.Kind.ABORT, "b", "", NOW);
        journal().post("r1", first);
        Files.writeString(messagesFile(), "{\"kind\":\"AB", StandardOpenOption.APPEND);
        assertThat(journal().messages("r1")).containsExactly(first);
        journal().post("r1", second);
        assertThat(journal().messages("r1")).containsExactly(first, second);
    }

    @Test
    void aDamagedLineInTheMiddleNamesFileAndLine() throws IOException {
        long fence = begin("r1");
        journal().append(record("r1", 1, fence, Kind.INTENT));
        journal().append(record("r1", 2, fence, Kind.DONE));
        List<String> lines = Files.readAllLines(file("r1"));
        Files.write(file("r1"), List.of(lines.get(0), lines.get(1).substring(20), lines.get(2)));
        String before = Files.readString(file("r1"));

        assertThatThrownBy(() -> journal().read("r1"))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("line 2 of " + file("r1"));
        assertThatThrownBy(() -> journal().append(record("r1", 3, fence, Kind.DONE)))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("line 2 of");
        assertThat(Files.readString(file("r1"))).isEqualTo(before);
        assertThat(journal().rollouts(TARGET)).containsExactly("r1");
    }

    @Test
    void aWholeLastLineThatIsDamagedIsNotDroppedSilently() throws IOException {
        begin("r1");
        Files.writeString(file("r1"), "{\"rollout\":\"r1\"}\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> journal().read("r1")).hasMessageContaining("line 2 of");
    }

    @Test
    void fencesGoOnRisingWhereTheLeaseFileWasRemoved() throws IOException {
        begin("r0");
        long fence = begin("r1");
        Files.delete(file("r1").resolveSibling("lease.json"));
        Lease next = journal().acquire(TARGET, "b", Duration.ofSeconds(1), NOW).orElseThrow();
        assertThat(next.fence().number()).isGreaterThan(fence);
        assertThatThrownBy(() -> journal().append(record("r1", 1, fence, Kind.DONE)))
                .isInstanceOf(StaleFenceException.class);
    }

    @Test
    void aHalfWrittenLeaseThatNeverReplacedTheOldOneIsIgnored() throws IOException {
        long fence = begin("r1");
        Files.writeString(file("r1").resolveSibling("lease.json.tmp"), "{\"fen");
        assertThat(journal().holder(TARGET))
                .get()
                .extracting(l -> l.fence().number())
                .isEqualTo(fence);
        assertThat(begin("r2")).isEqualTo(fence + 1);
    }

    @Test
    void aDamagedLeaseIsAnErrorThatNamesTheFile() throws IOException {
        begin("r1");
        Path lease = file("r1").resolveSibling("lease.json");
        Files.writeString(lease, "{");
        assertThatThrownBy(() -> journal().acquire(TARGET, "b", Duration.ofSeconds(1), NOW))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining(lease.toString());
    }

    @Test
    void anInterruptedThreadStillWritesAndStaysInterrupted() {
        long fence = begin("r1");
        Thread.currentThread().interrupt();
        journal().append(record("r1", 1, fence, Kind.DONE));
        journal().post("r1", new Message(Message.Kind.ABORT, "a", "", NOW));
        assertThat(journal().acquire(TARGET, "b", Duration.ofSeconds(1), NOW.plusSeconds(60)))
                .isPresent();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(journal().read("r1")).hasSize(2);
        assertThat(journal().messages("r1")).hasSize(1);
    }

    @Test
    void removesFinishedRolloutsAndTheirMessagesOldestFirst() {
        Journal journal = new FileJournal(folder, 2, SystemTime.INSTANCE);
        long fence = 0;
        for (int i = 0; i < 5; i++) {
            fence = begin(journal, "r" + i);
            journal.post("r" + i, new Message(Message.Kind.PAUSE, "a", "", NOW));
        }
        for (int i : new int[] {3, 0, 1, 4}) {
            new FileJournal(folder, 2, SystemTime.INSTANCE).append(record("r" + i, 1, fence, Kind.FINISHED));
        }
        assertThat(journal.rollouts(TARGET)).containsExactly("r2", "r3", "r4");
        assertThat(journal.read("r1")).isEmpty();
        assertThat(journal.messages("r1")).isEmpty();
        assertThat(journal.messages("r2")).hasSize(1);
    }

    @Test
    void aRolloutThatCannotBeReadIsNeverRemovedAndHindersNoOther() throws IOException {
        Journal journal = new FileJournal(folder, 1, SystemTime.INSTANCE);
        begin("damaged");
        Files.writeString(file("damaged"), "what?\n", StandardOpenOption.APPEND);
        for (int i = 0; i < 3; i++) {
            long fence = begin("r" + i);
            journal.append(record("r" + i, 1, fence, Kind.FINISHED));
        }
        assertThat(journal.rollouts(TARGET)).containsExactly("damaged", "r2");
    }

    @Test
    void aLockThatSomebodyKeepsEndsInAnErrorThatMayBeRetried() throws IOException {
        begin("r1");
        Path lock = file("r1").resolveSibling("lock");
        VirtualTime time = new VirtualTime();
        try (RandomAccessFile file = new RandomAccessFile(lock.toFile(), "rw");
                FileLock held = file.getChannel().lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(() -> new FileJournal(folder, 1, time).holder(TARGET))
                    .isInstanceOfSatisfying(DeployException.class, e -> assertThat(e.retryable())
                            .isTrue())
                    .hasMessageContaining(lock.toString());
        }
        assertThat(new FileJournal(folder, 1, time).holder(TARGET)).isPresent();
    }

    @Test
    void aFolderThatCannotBeIsAnErrorThatNamesIt() throws IOException {
        Path file = Files.write(folder.resolve("file"), "not a folder".getBytes(UTF_8));
        assertThatThrownBy(() -> Journals.file(file).acquire(TARGET, "a", Duration.ofSeconds(1), NOW))
                .isInstanceOf(DeployException.class)
                .hasMessageStartingWith("Tried to acquire the lease of " + TARGET + ", but")
                .hasMessageContaining(file.toString());
    }

    private long begin(String rollout) {
        return begin(journal(), rollout);
    }

    private static long begin(Journal journal, String rollout) {
        long fence = journal.acquire(TARGET, "a", Duration.ofSeconds(30), NOW)
                .orElseThrow()
                .fence()
                .number();
        journal.append(record(rollout, 0, fence, Kind.STARTED));
        return fence;
    }

    private static JournalRecord record(String rollout, long sequence, long fence, Kind kind) {
        return new JournalRecord(rollout, TARGET, sequence, fence, NOW, kind, Map.of("step", "launch"));
    }

    private Path file(String rollout) throws IOException {
        return find("targets", "*-" + rollout + "-*.jsonl");
    }

    private Path messagesFile() throws IOException {
        return find("messages", "*.jsonl");
    }

    private Path find(String under, String pattern) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(under))) {
            return files.filter(f -> f.getFileSystem()
                            .getPathMatcher("glob:**/" + pattern)
                            .matches(f))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
