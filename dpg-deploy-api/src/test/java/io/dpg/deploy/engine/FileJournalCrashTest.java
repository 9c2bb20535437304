package io.dpg.deploy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Journals;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.StaleFenceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own, some of them killed as {@code kill -9} does. */
@Timeout(120)
class FileJournalCrashTest {

    private static final String TARGET = "local:api";
    private static final Duration TTL = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void whateverMomentAProcessIsKilledAtTheJournalHasNoGapAndGoesOn() throws Exception {
        Random random = new Random(42);
        long before = 0;
        for (int round = 0; round < 8; round++) {
            Process child = child("append", folder.toString(), Integer.toString(round));
            long acknowledged = -1;
            try (BufferedReader out = reader(child)) {
                for (int lines = 1 + random.nextInt(25); lines > 0; lines--) {
                    acknowledged = Long.parseLong(out.readLine());
                }
                long spin = System.nanoTime() + random.nextInt(3_000_000);
                while (System.nanoTime() < spin) {
                    Thread.onSpinWait(); // so that the kill hits any moment of the next append
                }
                child.destroyForcibly().waitFor();
            }
            Journal journal = Journals.file(folder);
            List<JournalRecord> records = journal.read("r" + round);
            assertThat(records)
                    .extracting(JournalRecord::sequence)
                    .containsExactlyElementsOf(
                            LongStream.range(0, records.size()).boxed().toList());
            assertThat(records).hasSizeGreaterThan((int) acknowledged);

            Instant later = Instant.EPOCH.plus(TTL).plusSeconds(round);
            Lease lease = journal.acquire(TARGET, "survivor", TTL, later).orElseThrow();
            assertThat(lease.fence().number()).isGreaterThan(before);
            before = lease.fence().number();
            journal.append(record("r" + round, records.size(), lease, Kind.TAKEN_OVER, "x"));
            assertThat(Journals.file(folder).read("r" + round)).hasSize(records.size() + 1);
            journal.release(lease);
        }
    }

    @Test
    void ofFourProcessesOneActsAtATime() throws Exception {
        List<Process> children = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            children.add(child("compete", folder.toString(), "owner-" + i));
        }
        for (Process child : children) {
            try (BufferedReader out = reader(child)) {
                assertThat(out.lines().toList()).containsExactly("done");
            }
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        }
        List<JournalRecord> records = Journals.file(folder).read("shared");
        assertThat(records).hasSize(4 * 25);
        assertThat(records)
                .extracting(JournalRecord::fence)
                .doesNotHaveDuplicates()
                .isSorted();
        // Each wrote its turn's begin and end; no other turn is in between.
        List<String> turns = Files.readAllLines(folder.resolve("turns"));
        assertThat(turns).hasSize(2 * 4 * 25);
        for (int i = 0; i < turns.size(); i += 2) {
            assertThat(turns.get(i + 1)).isEqualTo(turns.get(i));
        }
    }

    /** The children's side. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[1]);
        if (args[0].equals("append")) {
            appendForever(folder, Integer.parseInt(args[2]));
        } else {
            compete(folder, args[2]);
        }
    }

    private static void appendForever(Path folder, int round) {
        Journal journal = Journals.file(folder);
        Lease lease = journal.acquire(TARGET, "child", TTL, Instant.EPOCH).orElseThrow();
        String large = "ü".repeat(50_000);
        for (long i = 0; ; i++) {
            journal.append(record("r" + round, i, lease, Kind.INTENT, large));
            System.out.println(i);
            journal.renew(lease, TTL, Instant.EPOCH);
        }
    }

    private static void compete(Path folder, String owner) throws IOException {
        Journal journal = Journals.file(folder);
        Lease stale = null;
        for (int turns = 0; turns < 25; ) {
            Optional<Lease> lease = journal.acquire(TARGET, owner, TTL, Instant.EPOCH);
            if (lease.isEmpty()) {
                Thread.onSpinWait();
                continue;
            }
            turn(folder, owner);
            long next = journal.read("shared").size();
            if (stale != null) {
                refused(journal, stale, next);
            }
            journal.append(record("shared", next, lease.get(), Kind.DONE, owner));
            turn(folder, owner);
            journal.release(lease.get());
            stale = lease.get();
            turns++;
        }
        System.out.println("done");
    }

    private static void turn(Path folder, String owner) throws IOException {
        Files.writeString(folder.resolve("turns"), owner + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void refused(Journal journal, Lease stale, long next) {
        try {
            journal.append(record("shared", next, stale, Kind.DONE, "stale"));
        } catch (StaleFenceException expected) {
            return;
        } catch (ConflictException e) {
            throw new AssertionError("Refused for the wrong reason", e);
        }
        throw new AssertionError("A stale fence was taken");
    }

    private static JournalRecord record(String rollout, long sequence, Lease lease, Kind kind, String text) {
        return new JournalRecord(
                rollout, TARGET, sequence, lease.fence().number(), Instant.EPOCH, kind, Map.of("text", text));
    }

    private static Process child(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FileJournalCrashTest.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
