package io.dpg.deploy.engine;

import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one rollout's journal and keeps its lease alive. Used by the rollout's own thread only. */
final class Recorder {

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final Journal journal;
    private final Time time;
    private final String rollout;
    private final Duration ttl;
    private final UnaryOperator<String> redact;
    private Lease lease;
    private long next;
    private long renewed;

    /** How long a journal that is away is waited for once the lease is over. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    Recorder(
            Journal journal,
            Time time,
            String rollout,
            Duration ttl,
            UnaryOperator<String> redact,
            Lease lease,
            long next) {
        this.redact = redact;
        this.journal = journal;
        this.time = time;
        this.rollout = rollout;
        this.ttl = ttl;
        this.lease = lease;
        this.next = next;
        this.renewed = time.nanos();
    }

    /**
     * Adds a record. Whoever cannot may not act: a journal that fails is tried again, for two minutes once the lease is
     * over, and then the run ends without another change.
     */
    void append(Kind kind, Map<String, String> data) {
        JournalRecord record =
                new JournalRecord(rollout, lease.target(), next, lease.fence().number(), time.now(), kind, data);
        Backoff backoff = Backoff.repeats();
        Deadline end = new Deadline(time, ttl.plus(PATIENCE));
        for (boolean repeated = false; ; repeated = true) {
            try {
                journal.append(record);
                break;
            } catch (StaleFenceException e) {
                throw new Lost(e.getMessage(), e);
            } catch (ConflictException e) {
                if (repeated && isLast(record)) {
                    break; // the earlier attempt did it, and only its answer was lost
                }
                throw new Lost("Tried to record " + kind + ", but somebody else wrote to this rollout's journal", e);
            } catch (RuntimeException e) {
                bear("record " + kind, e, backoff, end);
            }
        }
        next++;
    }

    private boolean isLast(JournalRecord record) {
        List<JournalRecord> records = journal.read(rollout);
        return !records.isEmpty() && records.get(records.size() - 1).equals(record);
    }

    /** Renews the lease when a third of its time has passed, or when it is over on the wall clock, as after a suspend. */
    void tick() {
        if (time.nanos() - renewed < ttl.toNanos() / 3 && time.now().isBefore(lease.expires())) {
            return;
        }
        long now = time.nanos();
        try {
            lease = journal.renew(lease, ttl, time.now());
            renewed = now;
        } catch (StaleFenceException e) {
            throw new Lost(e.getMessage(), e);
        } catch (RuntimeException e) {
            if (!time.now().isBefore(lease.expires())) {
                insist("renew the lease", e);
                return;
            }
            renewed = now - ttl.toNanos() / 3 + Duration.ofSeconds(1).toNanos(); // again in a second
            LOG.warn("Cannot renew the lease of {} yet: {}", lease.target(), redact.apply(e.toString()));
        }
    }

    private void bear(String what, RuntimeException e, Backoff backoff, Deadline end) {
        if (end.passed()) {
            throw new Lost("Tried to " + what + ", but the journal failed: " + e.getMessage(), e);
        }
        if (!time.now().isBefore(lease.expires())) {
            insist(what, e);
            return;
        }
        LOG.warn("Cannot {} of {} yet: {}", what, rollout, redact.apply(e.toString()));
        sleep(what, backoff);
    }

    /**
     * Takes no other step while the lease is over, and tries to renew it: a journal that was away for longer than the lease
     * lasts comes back, and as long as nobody took over, this rollout is still the one that runs.
     */
    private void insist(String what, RuntimeException failure) {
        LOG.warn(
                "The lease of {} is over, and cannot be renewed yet: {}",
                lease.target(),
                redact.apply(failure.toString()));
        RuntimeException last = failure;
        Deadline end = new Deadline(time, PATIENCE);
        Backoff backoff = Backoff.repeats();
        while (!end.passed()) {
            sleep(what, backoff);
            long now = time.nanos();
            try {
                lease = journal.renew(lease, ttl, time.now());
                renewed = now;
                return;
            } catch (StaleFenceException e) {
                throw new Lost(e.getMessage(), e);
            } catch (RuntimeException e) {
                last = e;
            }
        }
        throw new Lost("Tried to " + what + ", but the journal failed: " + last.getMessage(), last);
    }

    private void sleep(String what, Backoff backoff) {
        try {
            time.sleep(backoff.next());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Lost("Tried to " + what + ", but this thread was interrupted", interrupted);
        }
    }

    Lease lease() {
        return lease;
    }

    /**
     * Takes the lease anew, with a higher fence: a call that was given up and is still under way somewhere is refused by
     * targets from then on. Where the journal cannot do that now, the old fence goes on.
     */
    void refence() {
        try {
            journal.acquire(lease.target(), lease.owner(), ttl, time.now()).ifPresent(taken -> {
                lease = taken;
                renewed = time.nanos();
            });
        } catch (RuntimeException e) {
            LOG.warn("Cannot take the lease of {} anew", lease.target(), e);
        }
    }

    Duration every() {
        return ttl.dividedBy(3);
    }

    /** Gives the lease back. What was done stays done if that fails; the lease then ends by itself. */
    void release() {
        release(journal, lease);
    }

    static void release(Journal journal, Lease lease) {
        try {
            journal.release(lease);
        } catch (RuntimeException e) {
            // The message is not known to be free of secrets; the class tells enough of a lease that ends by itself.
            String why = e.getClass().getName();
            LOG.warn("Cannot give back the lease of {}, which ends at {}: {}", lease.target(), lease.expires(), why);
        }
    }

    /** This process lost the rollout and may neither act nor record; the rollout itself is resumable or elsewhere. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
