package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.engine.LeaseJson.State;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalText;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in a folder that several processes may share. All that is returned from is on disk.
 *
 * <pre>
 * targets/&lt;name of the target&gt;/lock         held while anything below is read or written
 *                                /lease.json   the highest fence ever given out, and who holds it
 *                                /&lt;number&gt;-&lt;name of the rollout&gt;.jsonl
 * messages/lock
 *         /&lt;name of the rollout&gt;.jsonl
 * </pre>
 */
public final class FileJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

    /** How many files are remembered, to save looking for them. */
    static final int REMEMBERED = 10_000;

    private final Path targets;
    private final Path messages;
    private final FolderLock lock;
    private final RolloutFiles files;
    private final ConcurrentMap<String, Tail> tails = new ConcurrentHashMap<>();

    /** Where a rollout's next record goes, as long as its file has not grown since. */
    private record Tail(Path file, long length, long next) {}

    /** Keeps {@code kept} finished rollouts of each target in {@code folder}, and waits for locks in {@code time}. */
    public FileJournal(Path folder, int kept, Time time) {
        this.targets = folder.resolve("targets");
        this.messages = folder.resolve("messages");
        this.lock = new FolderLock(time);
        this.files = new RolloutFiles(targets, messages, kept, lock);
    }

    @Override
    public Optional<Lease> acquire(String target, String owner, Duration ttl, Instant now) {
        Objects.requireNonNull(owner, "owner");
        return in("acquire the lease", target, () -> {
            Disk.create(folder(target));
            return lock.hold(folder(target), () -> {
                State state = state(target);
                Lease held = state.lease();
                if (held != null && held.expires().isAfter(now) && !held.owner().equals(owner)) {
                    return Optional.<Lease>empty();
                }
                Lease lease = new Lease(target, owner, new Fence(state.highest() + 1), now.plus(ttl));
                store(target, new State(state.highest() + 1, lease));
                return Optional.of(lease);
            });
        });
    }

    @Override
    public Lease renew(Lease lease, Duration ttl, Instant now) {
        String target = lease.target();
        return in(
                "renew the lease",
                target,
                () -> held(target, () -> {
                    State state = state(target);
                    Fences.check(target, lease.fence().number(), state.highest());
                    Lease renewed = new Lease(target, lease.owner(), lease.fence(), now.plus(ttl));
                    store(target, new State(state.highest(), renewed));
                    return renewed;
                }));
    }

    @Override
    public void release(Lease lease) {
        String target = lease.target();
        if (Files.isDirectory(folder(target))) {
            in(
                    "release the lease",
                    target,
                    () -> held(target, () -> {
                        State state = state(target);
                        if (state.lease() != null
                                && state.highest() == lease.fence().number()) {
                            store(target, new State(state.highest(), null));
                        }
                        return state;
                    }));
        }
    }

    @Override
    public Optional<Lease> holder(String target) {
        if (!Files.isDirectory(folder(target))) {
            return Optional.empty();
        }
        return in(
                "read the lease",
                target,
                () -> held(target, () -> Optional.ofNullable(state(target).lease())));
    }

    @Override
    public void append(JournalRecord record) {
        String target = record.target();
        in(
                "append to the journal",
                target,
                () -> held(target, () -> {
                    Fences.check(target, record.fence(), state(target).highest());
                    Tail tail = tail(record);
                    Fences.checkNext(record, tail.next());
                    tails.remove(record.rollout()); // whatever happens next, what it says is over
                    long length = LineFile.append(tail.file(), tail.length(), JournalText.write(record));
                    if (record.kind() == JournalRecord.Kind.FINISHED) {
                        removeOld(tail.file());
                    } else {
                        if (tails.size() > REMEMBERED) {
                            tails.clear(); // of rollouts that another process went on with
                        }
                        tails.put(record.rollout(), new Tail(tail.file(), length, tail.next() + 1));
                    }
                    return length;
                }));
    }

    private void removeOld(Path finished) {
        try {
            files.finished(finished);
        } catch (IOException | DeployException e) {
            // The record is on disk, so the caller must not take it for refused. The next one tries again.
            LOG.warn("Tried to remove old rollouts beside {}, but could not: {}", finished, e.getMessage());
        }
    }

    private Tail tail(JournalRecord record) throws IOException {
        Tail known = tails.get(record.rollout());
        // A file only grows, so one of the same length is the same.
        if (known != null && Files.exists(known.file()) && Files.size(known.file()) == known.length()) {
            return known;
        }
        Path folder = folder(record.target());
        Optional<Path> file = files.find(record.rollout());
        if (file.isEmpty()) {
            return new Tail(files.next(folder, record.rollout()), 0, 0);
        }
        if (!file.get().startsWith(folder)) {
            throw new ConflictException("Tried to begin rollout " + record.rollout() + " of " + record.target()
                    + ", but it is a rollout of another target");
        }
        LineFile.Content<JournalRecord> content = LineFile.read(file.get(), JournalText::record);
        return new Tail(file.get(), content.length(), content.items().size());
    }

    @Override
    public List<JournalRecord> read(String rollout) {
        return in("read rollout " + rollout, null, () -> {
            Optional<Path> file = files.find(rollout);
            return file.isEmpty()
                    ? List.<JournalRecord>of()
                    : lock.hold(
                            file.get().getParent(),
                            () -> List.copyOf(LineFile.read(file.get(), JournalText::record)
                                    .items()));
        });
    }

    @Override
    public List<String> rollouts(String target) {
        if (!Files.isDirectory(folder(target))) {
            return List.of();
        }
        return in(
                "list the rollouts",
                target,
                () -> held(target, () -> {
                    List<String> ids = new ArrayList<>();
                    for (Path file : RolloutFiles.list(folder(target))) {
                        RolloutFiles.id(file).ifPresent(ids::add);
                    }
                    return List.copyOf(ids);
                }));
    }

    @Override
    public void post(String rollout, Message message) {
        Path file = messages.resolve(Disk.name(rollout) + ".jsonl");
        in("post a message to rollout " + rollout, null, () -> {
            Disk.create(messages);
            return lock.hold(messages, () -> {
                long length = LineFile.read(file, JournalText::message).length();
                return LineFile.append(file, length, JournalText.write(message));
            });
        });
    }

    @Override
    public List<Message> messages(String rollout) {
        Path file = messages.resolve(Disk.name(rollout) + ".jsonl");
        if (!Files.exists(file)) {
            return List.of();
        }
        return in(
                "read the messages to rollout " + rollout,
                null,
                () -> lock.hold(
                        messages,
                        () -> List.copyOf(
                                LineFile.read(file, JournalText::message).items())));
    }

    private Path folder(String target) {
        return targets.resolve(Disk.name(target));
    }

    private <T> T held(String target, FolderLock.Work<T> work) throws IOException {
        Disk.create(folder(target));
        return lock.hold(folder(target), work);
    }

    private State state(String target) throws IOException {
        Path file = folder(target).resolve("lease.json");
        if (!Files.exists(file)) {
            return new State(files.highestFence(folder(target)), null);
        }
        try {
            return LeaseJson.state(Files.readString(file));
        } catch (RuntimeException e) {
            throw new DeployException(
                    "Tried to read the lease of " + target + ", but " + file + " is damaged",
                    DeployException.Details.NONE
                            .at("file", target)
                            .remedy("make sure that no process acts on the target, then remove the file"),
                    e);
        }
    }

    private void store(String target, State state) throws IOException {
        Disk.replace(folder(target).resolve("lease.json"), LeaseJson.write(target, state));
    }

    private static <T> T in(String what, @Nullable String target, FolderLock.Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new DeployException(
                    "Tried to " + what + (target == null ? "" : " of " + target) + ", but the disk refused: " + e,
                    new DeployException.Details(
                            "file", target, null, true, "check the folder's permissions and free space, then repeat"),
                    e);
        }
    }
}
