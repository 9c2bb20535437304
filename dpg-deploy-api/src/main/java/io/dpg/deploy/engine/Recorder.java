package io.dpg.deploy.engine;

import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.Map;

/** Writes one rollout's journal and keeps its lease alive. Used by the rollout's own thread only. */
final class Recorder {

    private final Journal journal;
    private final Time time;
    private final String rollout;
    private final Duration ttl;
    private Lease lease;
    private long next;
    private long renewed;

    Recorder(Journal journal, Time time, String rollout, Duration ttl, Lease lease, long next) {
        this.journal = journal;
        this.time = time;
        this.rollout = rollout;
        this.ttl = ttl;
        this.lease = lease;
        this.next = next;
        this.renewed = time.nanos();
    }

    /** Adds a record. Whoever cannot may not act: every failure of this method ends the run without another change. */
    void append(Kind kind, Map<String, String> data) {
        try {
            journal.append(new JournalRecord(
                    rollout, lease.target(), next, lease.fence().number(), time.now(), kind, data));
            next++;
        } catch (StaleFenceException e) {
            throw new Lost(e.getMessage(), e);
        } catch (ConflictException e) {
            throw new Lost("Tried to record " + kind + ", but somebody else wrote to this rollout's journal", e);
        } catch (RuntimeException e) {
            throw new Lost("Tried to record " + kind + ", but the journal failed: " + e.getMessage(), e);
        }
    }

    /** Renews the lease when a third of its time has passed. */
    void tick() {
        if (time.nanos() - renewed >= ttl.toNanos() / 3) {
            renew();
        }
    }

    private void renew() {
        long now = time.nanos();
        try {
            lease = journal.renew(lease, ttl, time.now());
            renewed = now;
        } catch (StaleFenceException e) {
            throw new Lost(e.getMessage(), e);
        }
    }

    Lease lease() {
        return lease;
    }

    Duration every() {
        return ttl.dividedBy(3);
    }

    void release() {
        journal.release(lease);
    }

    /** This process lost the rollout and may neither act nor record; the rollout itself is resumable or elsewhere. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
