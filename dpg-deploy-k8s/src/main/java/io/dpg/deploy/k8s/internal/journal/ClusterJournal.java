package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalText;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Time;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in one namespace.
 *
 * <p>A fence guards a write only if both are checked in one request, and a request sees one object. So every unfinished
 * rollout's ConfigMap carries the fence that may write to it, and who takes the lease raises that in all of them before
 * the lease is his: a writer that read everything, slept through a takeover and then writes, is refused by the API
 * server. A rollout is in the lease's list before its first record, so that no takeover can miss it: its ConfigMap is
 * made first, empty; the list takes it only while the fence is the highest; then the record is written.
 */
public final class ClusterJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterJournal.class);

    /** The longest record, in characters of JSON: {@value}. */
    static final int LONGEST = 8 * 1024 * 1024;

    private static final int LONGEST_ID = 200;

    private final Leases leases;
    private final Heads heads;
    private final Mailboxes mailboxes;
    private final FinishedRollouts finished = new FinishedRollouts();
    private final Attempts attempts;
    private final int kept;

    /** Keeps {@code kept} finished rollouts of each target in {@code namespace}; pauses between attempts in {@code time}. */
    public ClusterJournal(KubernetesClient client, String namespace, int kept, Time time) {
        this.leases = new Leases(client, namespace);
        this.heads = new Heads(client, namespace);
        this.mailboxes = new Mailboxes(client, namespace);
        this.attempts = new Attempts(time);
        this.kept = kept;
    }

    @Override
    public Optional<Lease> acquire(String target, String owner, Duration ttl, Instant now) {
        Objects.requireNonNull(owner, "owner");
        String what = "acquire the lease of " + target;
        Optional<LeaseState> taken = attempts.run(what, target, () -> {
            Optional<LeaseState> seen = leases.get(target);
            if (seen.isEmpty()) {
                return Optional.of(Optional.of(create(target, owner, ttl, now)));
            }
            Optional<Lease> held = seen.get().lease(target);
            if (held.filter(l -> l.expires().isAfter(now) && !l.owner().equals(owner))
                    .isPresent()) {
                return Optional.of(Optional.empty());
            }
            return leases.take(target, seen.get(), owner, ttl, now).map(Optional::of);
        });
        taken.ifPresent(state -> markAll(target, state));
        return taken.flatMap(state -> state.lease(target));
    }

    /** Where the lease is new or was deleted. Higher than all fences in records, and than those of a deleted journal. */
    private LeaseState create(String target, String owner, Duration ttl, Instant now) {
        List<Head> left = heads.of(target);
        long highest = left.stream().mapToLong(Head::fence).max().orElse(0);
        List<Index.Entry> entries = new ArrayList<>();
        for (Head head : left) {
            entries.add(head.ended() != null ? head.ended() : new Index.Entry(head.rollout(), null, false));
        }
        long fence = Math.max(Math.max(highest + 1, now.getEpochSecond()), 1);
        return leases.create(target, owner, ttl, now, fence, new Index(entries));
    }

    /** Keeps everybody with a lower fence from writing to what is unfinished, and mends the list after a crash. */
    private void markAll(String target, LeaseState taken) {
        for (String rollout : taken.index().open()) {
            Optional<Head> marked = mark(target, rollout, taken.fence());
            if (marked.isEmpty()) {
                update(target, index -> index.without(rollout)); // somebody removed it
            } else if (marked.get().ended() != null) {
                Index.Entry ended = Objects.requireNonNull(marked.get().ended());
                update(target, index -> index.ended(ended));
            } else if (marked.get().next() == 0) {
                // It never got its first record, and cannot any more.
                heads.delete(rollout);
                update(target, index -> index.without(rollout));
            }
        }
    }

    private Optional<Head> mark(String target, String rollout, long fence) {
        // Nearly always, the one before us marked it too: then it needs no look.
        AtomicReference<@Nullable Long> before = new AtomicReference<>(fence - 1);
        return attempts.run("take over rollout " + rollout + " of " + target, target, () -> {
            Long guess = before.getAndSet(null);
            if (guess != null) {
                return heads.mark(rollout, guess, fence).map(Optional::of);
            }
            Optional<Head> head = heads.get(rollout);
            if (head.isEmpty() || head.get().fence() >= fence) {
                return Optional.of(head);
            }
            return heads.mark(rollout, head.get().fence(), fence).map(Optional::of);
        });
    }

    private interface Edit {
        Index of(Index index);
    }

    private void update(String target, Edit edit) {
        attempts.run("note which rollouts of " + target + " there are", target, () -> {
            Optional<LeaseState> seen = leases.get(target);
            Index before = seen.map(LeaseState::index).orElse(new Index(List.of()));
            Index after = edit.of(before);
            return seen.isEmpty() || before.equals(after) || leases.replace(target, seen.get(), after)
                    ? Optional.of(true)
                    : Optional.empty();
        });
    }

    @Override
    public Lease renew(Lease lease, Duration ttl, Instant now) {
        String target = lease.target();
        return attempts.run("renew the lease of " + target, target, () -> {
            Optional<LeaseState> renewed = leases.renew(lease, ttl, now);
            if (renewed.isEmpty()) {
                leases.explain(lease);
            }
            return renewed.flatMap(state -> state.lease(target));
        });
    }

    @Override
    public void release(Lease lease) {
        attempts.run("release the lease of " + lease.target(), lease.target(), () -> {
            leases.release(lease);
            return Optional.of(true);
        });
    }

    @Override
    public Optional<Lease> holder(String target) {
        return attempts.run(
                "read the lease of " + target,
                target,
                () -> Optional.of(leases.get(target).flatMap(state -> state.lease(target))));
    }

    @Override
    public void append(JournalRecord record) {
        String writer = JournalText.newWriter();
        String line = JournalText.write(record, writer);
        if (line.length() > LONGEST || record.rollout().length() > LONGEST_ID) {
            throw new IllegalArgumentException("Tried to append record " + record.sequence() + " of a rollout of "
                    + record.target() + ", but it has " + line.length() + " characters of at most " + LONGEST
                    + ", and its rollout's id " + record.rollout().length() + " of at most " + LONGEST_ID);
        }
        attempts.run(
                "append to the journal of " + record.target(),
                record.target(),
                () -> append(record, line, writer) ? Optional.of(true) : Optional.empty());
        if (record.kind() == JournalRecord.Kind.FINISHED) {
            ended(record);
        }
    }

    /** Returns whether the record is written; false to look again. */
    private boolean append(JournalRecord record, String line, String writer) {
        Head.Known known = heads.known(record.rollout());
        if (known != null && record.sequence() > 0 && heads.add(record, line, writer, known)) {
            return true;
        }
        Optional<Head> found = heads.get(record.rollout());
        if (found.isPresent()) {
            Head head = found.get();
            if (head.wrote(writer, record.sequence())) {
                return true; // an earlier attempt did, and its answer was lost
            }
            if (!mayFollow(head, record)) {
                return false;
            }
        }
        if (record.sequence() != 0) {
            if (found.isEmpty()) {
                leases.check(record.target(), record.fence());
                Guards.checkNext(record, 0);
            }
            return heads.add(record, line, writer, found.orElseThrow().known());
        }
        LeaseState lease = leases.check(record.target(), record.fence());
        Head head = found.isPresent() ? found.get() : heads.create(record);
        return list(record, lease) && heads.add(record, line, writer, head.known());
    }

    /** Checks whether {@code record} may follow what {@code head} holds; false to look again. */
    private boolean mayFollow(Head head, JournalRecord record) {
        if (!head.target().equals(record.target())) {
            throw Guards.refused(record, "it is a rollout of another target, " + head.target());
        }
        if (record.fence() < head.fence()) {
            throw new StaleFenceException(record.target(), record.fence(), head.fence());
        }
        if (record.fence() > head.fence()) {
            // Its takeover did not mark this one, for example as it was not in the list: made up for here.
            leases.check(record.target(), record.fence());
            heads.mark(head.rollout(), head.fence(), record.fence());
            return false;
        }
        Guards.checkNext(record, head.next());
        if (head.ended() != null) {
            throw Guards.refused(record, "it has ended");
        }
        return true;
    }

    /** Puts a rollout that begins into the list; false where the lease changed since it was {@code seen}. */
    private boolean list(JournalRecord first, LeaseState seen) {
        Index index = seen.index();
        return index.has(first.rollout())
                || leases.replace(first.target(), seen, index.with(new Index.Entry(first.rollout(), null, false)));
    }

    /** Notes that a rollout ended, and removes what is too old. */
    private void ended(JournalRecord record) {
        try {
            update(record.target(), index -> {
                Index after = index.ended(Heads.ended(record));
                Index left = after.pruned(kept);
                for (String id : after.ids()) {
                    if (!left.has(id)) {
                        // Before they leave the list, for what is not in it is never found again.
                        mailboxes.delete(id);
                        heads.delete(id);
                        finished.remove(id);
                    }
                }
                return left;
            });
        } catch (DeployException | KubernetesClientException e) {
            // The record is written, so the caller must not take it for refused. The next takeover tries again.
            LOG.warn("Tried to tidy up after rollout {}, but could not: {}", record.rollout(), e.getMessage());
        }
    }

    @Override
    public List<JournalRecord> read(String rollout) {
        Optional<List<JournalRecord>> remembered = finished.get(rollout);
        return remembered.isPresent()
                ? remembered.get()
                : attempts.run("read rollout " + rollout, null, () -> Optional.of(fetch(rollout)));
    }

    private List<JournalRecord> fetch(String rollout) {
        Optional<Head> head = heads.get(rollout);
        if (head.isEmpty()) {
            return List.of();
        }
        List<JournalRecord> records = new ArrayList<>();
        long size = 0;
        for (String entry : head.get().data().values()) {
            Optional<String> line = heads.text(entry);
            if (line.isEmpty() && heads.get(rollout).isEmpty()) {
                return List.of(); // it was removed while it was read
            }
            String text = line.orElseThrow(() -> Head.damaged(Marks.rollout(rollout), null));
            size += text.length();
            records.add(JournalText.record(text));
        }
        List<JournalRecord> all = List.copyOf(records);
        if (head.get().ended() != null) {
            finished.put(rollout, all, size);
        }
        return all;
    }

    @Override
    public List<String> rollouts(String target) {
        return attempts.run(
                "list the rollouts of " + target,
                target,
                () -> Optional.of(
                        leases.get(target).map(state -> state.index().ids()).orElse(List.of())));
    }

    @Override
    public void post(String rollout, Message message) {
        String writer = JournalText.newWriter();
        String line = JournalText.write(message, writer);
        if (line.length() > Mailboxes.LONGEST) {
            throw new IllegalArgumentException("Tried to post a message to rollout " + rollout + ", but it has "
                    + line.length() + " characters of at most " + Mailboxes.LONGEST + "; shorten the comment");
        }
        attempts.run("post a message to rollout " + rollout, null, () -> mailboxes.post(rollout, line, writer));
    }

    @Override
    public List<Message> messages(String rollout) {
        return attempts.run(
                "read the messages to rollout " + rollout, null, () -> Optional.of(mailboxes.read(rollout)));
    }
}
