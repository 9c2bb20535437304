package io.dpg.deploy.testkit;

import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A journal around another one, whose appends do something extra first or after, such as dying. Thread-safe. */
public final class FaultyJournal implements Journal {

    private final Journal inner;
    private final Consumer<JournalRecord> before;
    private final Consumer<JournalRecord> after;

    /** Calls {@code before} and {@code after} around each append of {@code inner}. */
    public FaultyJournal(Journal inner, Consumer<JournalRecord> before, Consumer<JournalRecord> after) {
        this.inner = inner;
        this.before = before;
        this.after = after;
    }

    @Override
    public Optional<Lease> acquire(String target, String owner, Duration ttl, Instant now) {
        return inner.acquire(target, owner, ttl, now);
    }

    @Override
    public Lease renew(Lease lease, Duration ttl, Instant now) {
        return inner.renew(lease, ttl, now);
    }

    @Override
    public void release(Lease lease) {
        inner.release(lease);
    }

    @Override
    public Optional<Lease> holder(String target) {
        return inner.holder(target);
    }

    @Override
    public void append(JournalRecord record) {
        before.accept(record);
        inner.append(record);
        after.accept(record);
    }

    @Override
    public List<JournalRecord> read(String rollout) {
        return inner.read(rollout);
    }

    @Override
    public List<String> rollouts(String target) {
        return inner.rollouts(target);
    }

    @Override
    public void post(String rollout, Message message) {
        inner.post(rollout, message);
    }

    @Override
    public List<Message> messages(String rollout) {
        return inner.messages(rollout);
    }
}
