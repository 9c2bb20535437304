package io.dpg.deploy.engine;

import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A journal that lives as long as this process. Each target has its own lock, so rollouts of different targets never
 * wait for each other.
 */
public final class MemoryJournal implements Journal {

    private final int kept;
    private final ConcurrentMap<String, Entry> targets = new ConcurrentHashMap<>();
    /** Which target a rollout belongs to. */
    private final ConcurrentMap<String, Entry> owners = new ConcurrentHashMap<>();

    private final ConcurrentMap<String, List<Message>> messages = new ConcurrentHashMap<>();

    /** What is known of one target. Guarded by itself. */
    private static final class Entry {
        long highest;
        int finished;

        @Nullable
        Lease lease;

        final Map<String, List<JournalRecord>> rollouts = new LinkedHashMap<>();
    }

    /**
     * Begins empty, and keeps {@code kept} finished rollouts of each target.
     *
     * @throws IllegalArgumentException if {@code kept} is negative
     */
    public MemoryJournal(int kept) {
        if (kept < 0) {
            throw new IllegalArgumentException("A journal keeps 0 or more finished rollouts, but was given " + kept);
        }
        this.kept = kept;
    }

    @Override
    public Optional<Lease> acquire(String target, String owner, Duration ttl, Instant now) {
        Objects.requireNonNull(owner, "owner");
        Entry entry = entry(target);
        synchronized (entry) {
            Lease held = entry.lease;
            if (held != null && held.expires().isAfter(now) && !held.owner().equals(owner)) {
                return Optional.empty();
            }
            Lease lease = new Lease(target, owner, new Fence(++entry.highest), now.plus(ttl));
            entry.lease = lease;
            return Optional.of(lease);
        }
    }

    @Override
    public Lease renew(Lease lease, Duration ttl, Instant now) {
        Entry entry = entry(lease.target());
        synchronized (entry) {
            Fences.check(lease.target(), lease.fence().number(), entry.highest);
            Lease renewed = new Lease(lease.target(), lease.owner(), lease.fence(), now.plus(ttl));
            entry.lease = renewed;
            return renewed;
        }
    }

    @Override
    public void release(Lease lease) {
        Entry entry = entry(lease.target());
        synchronized (entry) {
            if (entry.highest == lease.fence().number()) {
                entry.lease = null;
            }
        }
    }

    @Override
    public Optional<Lease> holder(String target) {
        Entry entry = targets.get(target);
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return Optional.ofNullable(entry.lease);
        }
    }

    @Override
    public void append(JournalRecord record) {
        Entry entry = entry(record.target());
        synchronized (entry) {
            Fences.check(record.target(), record.fence(), entry.highest);
            List<JournalRecord> records = entry.rollouts.get(record.rollout());
            Fences.checkNext(record, records == null ? 0 : records.size());
            if (records == null) {
                Entry other = owners.putIfAbsent(record.rollout(), entry);
                if (other != null && other != entry) {
                    throw new ConflictException("Tried to begin rollout " + record.rollout() + " of " + record.target()
                            + ", but it is a rollout of another target");
                }
                records = new ArrayList<>();
                entry.rollouts.put(record.rollout(), records);
            }
            records.add(record);
            if (record.kind() == JournalRecord.Kind.FINISHED && ++entry.finished > kept) {
                forgetOldest(entry);
            }
        }
    }

    private void forgetOldest(Entry entry) {
        Iterator<Map.Entry<String, List<JournalRecord>>> all =
                entry.rollouts.entrySet().iterator();
        while (entry.finished > kept && all.hasNext()) {
            Map.Entry<String, List<JournalRecord>> rollout = all.next();
            List<JournalRecord> records = rollout.getValue();
            if (records.get(records.size() - 1).kind() == JournalRecord.Kind.FINISHED) {
                all.remove();
                entry.finished--;
                owners.remove(rollout.getKey());
                messages.remove(rollout.getKey());
            }
        }
    }

    @Override
    public List<JournalRecord> read(String rollout) {
        Entry entry = owners.get(rollout);
        if (entry == null) {
            return List.of();
        }
        synchronized (entry) {
            return List.copyOf(entry.rollouts.getOrDefault(rollout, List.of()));
        }
    }

    @Override
    public List<String> rollouts(String target) {
        Entry entry = targets.get(target);
        if (entry == null) {
            return List.of();
        }
        synchronized (entry) {
            return List.copyOf(entry.rollouts.keySet());
        }
    }

    @Override
    public void post(String rollout, Message message) {
        Objects.requireNonNull(message, "message");
        messages.computeIfAbsent(rollout, r -> new CopyOnWriteArrayList<>()).add(message);
    }

    @Override
    public List<Message> messages(String rollout) {
        List<Message> posted = messages.get(rollout);
        return posted == null ? List.of() : List.copyOf(posted);
    }

    private Entry entry(String target) {
        Entry known = targets.get(target); // without the lock that computeIfAbsent may take
        return known != null ? known : targets.computeIfAbsent(target, t -> new Entry());
    }
}
