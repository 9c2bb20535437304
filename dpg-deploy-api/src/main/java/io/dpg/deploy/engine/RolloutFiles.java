package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** Which file holds which rollout, and which are old enough to go. Call with the folder's lock held, except find. */
final class RolloutFiles {

    private static final String END = ".jsonl";
    private static final int DIGITS = 10;

    private final Path targets;
    private final Path messages;
    private final int kept;
    private final FolderLock lock;
    private final ConcurrentMap<String, Path> found = new ConcurrentHashMap<>();
    private final Set<Path> finished = ConcurrentHashMap.newKeySet();

    RolloutFiles(Path targets, Path messages, int kept, FolderLock lock) {
        this.targets = targets;
        this.messages = messages;
        this.kept = kept;
        this.lock = lock;
    }

    /** Returns the file of {@code rollout}, of whatever target. */
    Optional<Path> find(String rollout) throws IOException {
        Path known = found.get(rollout);
        if (known != null && Files.exists(known)) {
            return Optional.of(known);
        }
        if (!Files.isDirectory(targets)) {
            return Optional.empty();
        }
        String end = "-" + Disk.name(rollout) + END;
        try (Stream<Path> folders = Files.list(targets)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                for (Path file : list(folder)) {
                    String name = file.getFileName().toString();
                    if (name.length() == DIGITS + end.length() && name.endsWith(end)) {
                        remember(rollout, file);
                        return Optional.of(file);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the file for {@code rollout}, the newest of {@code folder} from now on. */
    Path next(Path folder, String rollout) throws IOException {
        List<Path> files = list(folder);
        // By number, not by time: the clocks of the processes that share a folder differ.
        long last = files.isEmpty()
                ? 0
                : Long.parseLong(
                        files.get(files.size() - 1).getFileName().toString().substring(0, DIGITS));
        Path file =
                folder.resolve(String.format(Locale.ROOT, "%0" + DIGITS + "d-%s%s", last + 1, Disk.name(rollout), END));
        remember(rollout, file);
        return file;
    }

    /** Returns the rollouts' files, oldest first. */
    static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(END))
                    .sorted()
                    .toList();
        }
    }

    /** Returns the rollout in {@code file}, or none where its first record never became durable. */
    static Optional<String> id(Path file) throws IOException {
        return LineFile.first(file, JournalText::record).map(JournalRecord::rollout);
    }

    /** Returns the highest fence in the records: what is left to go by where the lease file was removed. */
    long highestFence(Path folder) throws IOException {
        long highest = 0;
        for (Path file : list(folder)) {
            for (JournalRecord record : records(file)) {
                highest = Math.max(highest, record.fence());
            }
        }
        return highest;
    }

    /** Notes that the rollout in {@code file} is finished, and removes what is too old. */
    void finished(Path file) throws IOException {
        if (finished.size() > FileJournal.REMEMBERED) {
            finished.clear();
        }
        finished.add(file);
        List<Path> all = list(file.getParent());
        if (all.size() <= kept) {
            return;
        }
        List<Path> old = new ArrayList<>();
        for (Path each : all) {
            if (isFinished(each)) {
                old.add(each);
            }
        }
        for (Path each : old.subList(0, Math.max(0, old.size() - kept))) {
            remove(each);
        }
    }

    private boolean isFinished(Path file) throws IOException {
        if (finished.contains(file)) {
            return true;
        }
        List<JournalRecord> records;
        try {
            records = records(file);
        } catch (DeployException damaged) {
            return false; // kept: it is the only trace of what happened
        }
        boolean ended = !records.isEmpty() && records.get(records.size() - 1).kind() == JournalRecord.Kind.FINISHED;
        if (ended) {
            finished.add(file);
        }
        return ended;
    }

    private void remember(String rollout, Path file) {
        if (found.size() > FileJournal.REMEMBERED) {
            found.clear();
        }
        found.put(rollout, file);
    }

    private void remove(Path file) throws IOException {
        String name = file.getFileName().toString().substring(DIGITS + 1);
        Path posted = messages.resolve(name);
        if (Files.exists(posted)) {
            lock.hold(messages, () -> Files.deleteIfExists(posted));
        }
        Files.deleteIfExists(file);
        finished.remove(file);
        found.values().remove(file);
    }

    private static List<JournalRecord> records(Path file) throws IOException {
        return LineFile.read(file, JournalText::record).items();
    }
}
