package io.dpg.deploy.aws.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.aws.internal.journal.TargetState.Entry;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalText;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in one table. A fence guards a write only if both are checked in one request; so the fence of a target, and
 * what the next record of each of its rollouts is, are in one item. A record is written into an item of its own first, and
 * counts once that one item names it, on the condition that fence and lists are what they were.
 */
public final class TableJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(TableJournal.class);

    /** The longest record, in characters of JSON: {@value}. */
    static final int LONGEST = 8 * 1024 * 1024;

    /** DynamoDB takes keys of at most 2048 bytes; a character of UTF-8 has up to 4, and a prefix comes before it. */
    private static final int LONGEST_NAME = 500;

    private static final int REMEMBERED = 10_000;

    private final Targets targets;
    private final Records records;
    private final Mailboxes mailboxes;
    private final Table table;
    private final Attempts attempts;
    private final int kept;
    private final Map<String, TargetState> known = new ConcurrentHashMap<>();

    /** Keeps {@code kept} finished rollouts of each target in the table {@code name}. */
    public TableJournal(AwsClients clients, String name, int kept, Time time) {
        this.table = new Table(clients, name);
        this.targets = new Targets(table);
        this.records = new Records(table);
        this.mailboxes = new Mailboxes(table);
        this.attempts = new Attempts(time);
        this.kept = kept;
    }

    @Override
    public Optional<Lease> acquire(String target, String owner, Duration ttl, Instant now) {
        Objects.requireNonNull(owner, "owner");
        checkName("target", target);
        return attempts.run("acquire the lease of " + target, target, () -> {
            Optional<TargetState> seen = targets.get(target);
            Optional<Lease> held = seen.flatMap(state -> state.lease(target));
            if (held.filter(l -> l.expires().isAfter(now) && !l.owner().equals(owner))
                    .isPresent()) {
                return Optional.of(Optional.<Lease>empty());
            }
            // A new item begins above the fences of a deleted one, which the target may still know.
            long fence = seen.map(s -> s.fence() + 1).orElse(Math.max(1, now.getEpochSecond()));
            Lease lease = new Lease(target, owner, new Fence(fence), now.plus(ttl));
            boolean taken = seen.isEmpty() ? targets.create(lease) : targets.take(seen.get(), lease);
            return taken ? Optional.of(Optional.of(lease)) : Optional.empty();
        });
    }

    @Override
    public Lease renew(Lease lease, Duration ttl, Instant now) {
        return attempts.run("renew the lease of " + lease.target(), lease.target(), () -> {
            Optional<Lease> renewed = targets.renew(lease, ttl, now);
            if (renewed.isEmpty()) {
                check(lease.target(), lease.fence().number());
            }
            return renewed;
        });
    }

    @Override
    public void release(Lease lease) {
        targets.release(lease);
    }

    @Override
    public Optional<Lease> holder(String target) {
        return targets.get(target).flatMap(state -> state.lease(target));
    }

    @Override
    public void append(JournalRecord record) {
        String writer = JournalText.newWriter();
        String line = JournalText.write(record, writer);
        checkName("rollout", record.rollout());
        if (line.length() > LONGEST) {
            throw new IllegalArgumentException("Tried to append record " + record.sequence() + " of a rollout of "
                    + record.target() + ", but it has " + line.length() + " characters of at most " + LONGEST);
        }
        TargetState after = attempts.run(
                "append to the journal of " + record.target(), record.target(), () -> append(record, line, writer));
        if (!after.doomed().isEmpty()) {
            remove(record, after);
        }
    }

    /** Returns the state with the record in it; empty to look again. */
    private Optional<TargetState> append(JournalRecord record, String line, String writer) {
        String target = record.target();
        TargetState cached = known.remove(target);
        boolean fits = cached != null
                && cached.fence() == record.fence()
                && record.sequence() > 0
                && cached.isOpen(record.rollout())
                && cached.find(record.rollout()).orElseThrow().next() == record.sequence();
        TargetState before = fits ? Objects.requireNonNull(cached) : look(record, writer);
        Optional<Entry> entry = before.find(record.rollout());
        if (entry.filter(e -> isThis(e, record, writer)).isPresent()) {
            return Optional.of(before); // an earlier attempt wrote it, and its answer was lost
        }
        records.put(record, line, writer, entry.map(Entry::last).orElse(""));
        TargetState after = before.added(record.rollout(), writer);
        if (record.kind() == JournalRecord.Kind.FINISHED) {
            after = after.ended(record.rollout(), kept);
        }
        if (!targets.replace("append to the journal of " + target, target, record.fence(), before, after)) {
            return Optional.empty();
        }
        remember(target, after);
        return Optional.of(after);
    }

    private static boolean isThis(Entry entry, JournalRecord record, String writer) {
        return entry.next() == record.sequence() + 1 && entry.last().equals(writer);
    }

    /** Reads the state that {@code record} may be added to, or that it is in already. */
    private TargetState look(JournalRecord record, String writer) {
        TargetState state = check(record.target(), record.fence());
        Optional<Entry> entry = state.find(record.rollout());
        if (entry.filter(e -> isThis(e, record, writer)).isPresent()) {
            return state;
        }
        if (entry.isPresent() && !state.isOpen(record.rollout())) {
            throw refused(record, "it has ended");
        }
        long next = entry.map(Entry::next).orElse(0L);
        if (record.sequence() != next) {
            throw refused(record, "its next one is " + next + "; read the rollout again");
        }
        if (next == 0 && !records.begin(record)) {
            throw refused(record, "it is a rollout of another target");
        }
        return state;
    }

    private void remember(String target, TargetState state) {
        if (known.size() > REMEMBERED) {
            known.clear();
        }
        known.put(target, state);
    }

    /** Passes where {@code fence} is the highest that was given out for {@code target}. */
    private TargetState check(String target, long fence) {
        Optional<TargetState> state = targets.get(target);
        long highest = state.map(TargetState::fence).orElse(0L);
        if (fence < highest) {
            throw new StaleFenceException(target, fence, highest);
        }
        if (fence > highest) {
            throw new IllegalArgumentException("Tried to write for " + target + " with fence " + fence
                    + ", but this journal gave out none above " + highest + "; acquire the lease first");
        }
        return state.orElseThrow();
    }

    /** Removes what is doomed; where that fails, the next end of a rollout tries again. */
    private void remove(JournalRecord record, TargetState state) {
        try {
            for (Entry doomed : state.doomed()) {
                String what = "remove the old rollout " + doomed.rollout();
                table.deleteAll(what, Mailboxes.key(doomed.rollout()));
                table.deleteAll(what, Records.key(doomed.rollout()));
            }
            TargetState after = state.removed(state.doomed());
            known.remove(record.target());
            if (targets.replace("remove old rollouts", record.target(), record.fence(), state, after)) {
                remember(record.target(), after);
            }
        } catch (DeployException e) {
            // The record is durable, so the caller must not take it for refused.
            LOG.warn("Tried to remove old rollouts of {}, but could not: {}", record.target(), e.getMessage());
        }
    }

    @Override
    public List<JournalRecord> read(String rollout) {
        Optional<String> target = records.target(rollout);
        Optional<Entry> entry = target.flatMap(targets::get).flatMap(state -> state.find(rollout));
        if (entry.isEmpty()) {
            return List.of();
        }
        Optional<List<String>> lines = records.lines(rollout, entry.get());
        if (lines.isEmpty()) {
            if (target.flatMap(targets::get)
                    .flatMap(state -> state.find(rollout))
                    .isEmpty()) {
                return List.of(); // it was removed while it was read
            }
            throw damaged(rollout, null);
        }
        try {
            return lines.get().stream().map(JournalText::record).toList();
        } catch (IllegalArgumentException e) {
            throw damaged(rollout, e);
        }
    }

    private DeployException damaged(String rollout, @Nullable Throwable cause) {
        return new DeployException(
                "Tried to read rollout " + rollout + ", but a record of it in the table " + table.name
                        + " is missing or damaged",
                Details.NONE
                        .at(AwsFault.PROVIDER, rollout)
                        .remedy("look who changes the table; restore it, or finish the rollout by hand"),
                cause);
    }

    @Override
    public List<String> rollouts(String target) {
        return targets.get(target).map(TargetState::rollouts).orElse(List.of());
    }

    @Override
    public void post(String rollout, Message message) {
        checkName("rollout", rollout);
        String writer = JournalText.newWriter();
        String line = JournalText.write(message, writer);
        if (line.length() > Mailboxes.LONGEST) {
            throw new IllegalArgumentException("Tried to post a message to rollout " + rollout + ", but it has "
                    + line.length() + " characters of at most " + Mailboxes.LONGEST + "; shorten the comment");
        }
        attempts.run(
                "post a message to rollout " + rollout, rollout, () -> mailboxes.post(rollout, message, line, writer));
    }

    @Override
    public List<Message> messages(String rollout) {
        return mailboxes.read(rollout);
    }

    private static void checkName(String what, String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("The " + what + "'s name must have 1 to " + LONGEST_NAME
                    + " characters for a journal in DynamoDB, but has " + name.length());
        }
    }

    private static ConflictException refused(JournalRecord record, String why) {
        return new ConflictException("Tried to append record " + record.sequence() + " of rollout " + record.rollout()
                + " of " + record.target() + ", but " + why);
    }
}
