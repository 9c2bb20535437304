package io.dpg.deploy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.StaleFenceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Journal} promises. Extend it in the provider's own tests and return a journal; the tests use new
 * names for targets and rollouts, so that the journal's storage need not be empty. Override a test only with a written
 * reason.
 */
public abstract class JournalContract {

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final int RIVALS = 8;

    private final String target = "contract:" + UUID.randomUUID() + "/Ziel ü 1";
    private final String rollout = "r-" + UUID.randomUUID();

    /** Made by the test framework, for each test anew. */
    protected JournalContract() {}

    /** Returns the journal under test, the same one each time within a test. */
    protected abstract Journal journal();

    /**
     * Returns the journal as another process sees it: a new object on the same storage. Default: the same object, for
     * journals that are not shared.
     */
    protected Journal seenByAnotherProcess() {
        return journal();
    }

    /** Returns how many finished rollouts of a target are kept at least. Default 100; 0 leaves out the test of it. */
    protected int kept() {
        return 100;
    }

    /** A free lease is given, and everybody sees who holds it. */
    @Test
    protected void aFreeLeaseIsGivenAndSeenByOthers() {
        assertEquals(Optional.empty(), journal().holder(target));
        Lease lease = take("a", NOW);
        assertEquals(target, lease.target());
        assertEquals("a", lease.owner());
        assertEquals(NOW.plus(TTL), lease.expires());
        assertTrue(lease.fence().number() >= 1);
        assertEquals(Optional.of(lease), seenByAnotherProcess().holder(target));
    }

    /** Nobody else gets a lease that has not expired. */
    @Test
    protected void aHeldLeaseIsNotGivenToAnother() {
        Lease lease = take("a", NOW);
        Instant last = NOW.plus(TTL).minusMillis(1);
        assertEquals(Optional.empty(), seenByAnotherProcess().acquire(target, "b", TTL, last));
        assertEquals(Optional.of(lease), journal().holder(target));
    }

    /** Leases of different targets have nothing to do with each other. */
    @Test
    protected void leasesOfTwoTargetsAreIndependent() {
        take("a", NOW);
        assertTrue(journal().acquire(target + "2", "b", TTL, NOW).isPresent());
        assertTrue(
                journal().acquire(target.replace("Ziel", "ziel"), "c", TTL, NOW).isPresent());
    }

    /** From its expiry on, a lease goes to whoever asks, with a higher fence. */
    @Test
    protected void anExpiredLeaseIsTakenOverWithAHigherFence() {
        Lease first = take("a", NOW);
        Lease second = take(seenByAnotherProcess(), "b", NOW.plus(TTL));
        assertTrue(second.fence().number() > first.fence().number());
        assertEquals("b", journal().holder(target).orElseThrow().owner());
    }

    /** The owner may ask again; its earlier fence is stale then. */
    @Test
    protected void theOwnerTakesItAgainWithAHigherFence() {
        Lease first = take("a", NOW);
        Lease second = take("a", NOW.plusSeconds(1));
        assertTrue(second.fence().number() > first.fence().number());
        assertThrows(StaleFenceException.class, () -> journal().renew(first, TTL, NOW));
    }

    /** A lease given back is free, and fences go on rising. */
    @Test
    protected void aReleasedLeaseIsFreeAndFencesGoOnRising() {
        long before = 0;
        for (String owner : List.of("a", "b", "a", "c")) {
            Lease lease = take(owner, NOW);
            assertTrue(lease.fence().number() > before);
            before = lease.fence().number();
            journal().release(lease);
            assertEquals(Optional.empty(), seenByAnotherProcess().holder(target));
        }
    }

    /** Giving back what somebody else has taken over changes nothing. */
    @Test
    protected void releasingALostLeaseChangesNothing() {
        Lease lost = take("a", NOW);
        Lease lease = take("b", NOW.plus(TTL));
        journal().release(lost);
        assertEquals(Optional.of(lease), journal().holder(target));
    }

    /** A renewed lease lasts longer. */
    @Test
    protected void aRenewedLeaseLastsLonger() {
        Lease lease = take("a", NOW);
        Lease renewed = journal().renew(lease, TTL, NOW.plusSeconds(20));
        assertEquals(NOW.plusSeconds(50), renewed.expires());
        assertEquals(lease.fence(), renewed.fence());
        assertEquals(Optional.of(renewed), seenByAnotherProcess().holder(target));
        assertEquals(Optional.empty(), journal().acquire(target, "b", TTL, NOW.plusSeconds(49)));
    }

    /** A lease that expired, but that nobody wanted, can be renewed. */
    @Test
    protected void anExpiredLeaseThatNobodyTookCanBeRenewed() {
        Lease lease = take("a", NOW);
        Lease renewed = journal().renew(lease, TTL, NOW.plusSeconds(100));
        assertEquals(Optional.of(renewed), journal().holder(target));
    }

    /** A lease that somebody else took over cannot be renewed, even when that one has expired or was given back. */
    @Test
    protected void aLostLeaseCannotBeRenewed() {
        Lease lost = take("a", NOW);
        Lease other = take(seenByAnotherProcess(), "b", NOW.plus(TTL));
        assertThrows(StaleFenceException.class, () -> journal().renew(lost, TTL, NOW.plus(TTL)));
        assertThrows(StaleFenceException.class, () -> journal().renew(lost, TTL, NOW.plusSeconds(500)));
        journal().release(other);
        assertThrows(StaleFenceException.class, () -> journal().renew(lost, TTL, NOW.plusSeconds(500)));
    }

    /** What is appended comes back the same: newlines, quotes, any script, half surrogate pairs, empty, and large. */
    @Test
    protected void recordsComeBackAsTheyWereWritten() {
        long fence = take("a", NOW).fence().number();
        Map<String, String> data = Map.of(
                "lines",
                "one\ntwo\r\n\u2028three",
                "quotes",
                "\"'\\{}\t\u0000",
                "script",
                "äß 日本 \uD83D\uDE80",
                "half",
                "cut \uD83D",
                "",
                "",
                "large",
                "x".repeat(100_000));
        List<JournalRecord> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(new JournalRecord(rollout, target, all.size(), fence, NOW.plusMillis(all.size()), kind, data));
            journal().append(all.get(all.size() - 1));
        }
        assertEquals(all, journal().read(rollout));
        assertEquals(all, seenByAnotherProcess().read(rollout));
    }

    /** Only the next sequence number is taken, and what was refused leaves no trace. */
    @Test
    protected void onlyTheNextRecordIsTaken() {
        long fence = take("a", NOW).fence().number();
        assertThrows(ConflictException.class, () -> journal().append(record(1, fence, Kind.STARTED)));
        assertEquals(List.of(), journal().rollouts(target));
        journal().append(record(0, fence, Kind.STARTED));
        journal().append(record(1, fence, Kind.INTENT));
        for (long wrong : new long[] {0, 1, 3, -1}) {
            assertThrows(ConflictException.class, () -> seenByAnotherProcess().append(record(wrong, fence, Kind.DONE)));
        }
        seenByAnotherProcess().append(record(2, fence, Kind.DONE));
        assertThrows(ConflictException.class, () -> journal().append(record(2, fence, Kind.DONE)));
        assertEquals(3, journal().read(rollout).size());
    }

    /** A process that was taken over cannot write any more, even after its successor has gone. */
    @Test
    protected void aStaleFenceCannotAppend() {
        long stale = take("a", NOW).fence().number();
        journal().append(record(0, stale, Kind.STARTED));
        Lease other = take(seenByAnotherProcess(), "b", NOW.plus(TTL));
        assertThrows(StaleFenceException.class, () -> journal().append(record(1, stale, Kind.INTENT)));
        seenByAnotherProcess().append(record(1, other.fence().number(), Kind.TAKEN_OVER));
        journal().release(other);
        assertThrows(StaleFenceException.class, () -> journal().append(record(2, stale, Kind.INTENT)));
        assertEquals(2, journal().read(rollout).size());
    }

    /** A fence that nobody was given proves nothing. */
    @Test
    protected void anInventedFenceCannotAppend() {
        long fence = take("a", NOW).fence().number();
        assertThrows(RuntimeException.class, () -> journal().append(record(0, fence + 1, Kind.STARTED)));
        Lease invented = new Lease(target, "a", new Fence(fence + 1), NOW);
        assertThrows(RuntimeException.class, () -> journal().renew(invented, TTL, NOW));
        assertEquals(List.of(), journal().read(rollout));
    }

    /** Rollouts are listed by target, in the order in which they began, whatever their names and clocks say. */
    @Test
    protected void rolloutsAreListedByTargetOldestFirst() {
        long fence = take("a", NOW).fence().number();
        long other = take(journal(), target + "2", "a", NOW).fence().number();
        List<String> ids = List.of("z-" + rollout, "b-" + rollout, "a-" + rollout);
        for (int i = 0; i < ids.size(); i++) {
            Instant at = NOW.minusSeconds(i);
            journal().append(new JournalRecord(ids.get(i), target, 0, fence, at, Kind.STARTED, Map.of()));
        }
        journal().append(new JournalRecord(rollout, target + "2", 0, other, NOW, Kind.STARTED, Map.of()));
        assertEquals(ids, seenByAnotherProcess().rollouts(target));
        assertEquals(List.of(rollout), journal().rollouts(target + "2"));
    }

    /** A rollout belongs to one target. */
    @Test
    protected void aRolloutBelongsToOneTarget() {
        journal().append(record(0, take("a", NOW).fence().number(), Kind.STARTED));
        long other = take(journal(), target + "2", "a", NOW).fence().number();
        JournalRecord stray = new JournalRecord(rollout, target + "2", 0, other, NOW, Kind.STARTED, Map.of());
        assertThrows(ConflictException.class, () -> journal().append(stray));
        assertEquals(List.of(), journal().rollouts(target + "2"));
    }

    /** What is not there reads as empty. */
    @Test
    protected void whatIsUnknownIsEmpty() {
        assertEquals(List.of(), journal().read(rollout));
        assertEquals(List.of(), journal().messages(rollout));
        assertEquals(List.of(), journal().rollouts(target));
        assertEquals(Optional.empty(), journal().holder(target));
    }

    /** Anybody may say something to a rollout, even before its first record; it is kept in order. */
    @Test
    protected void messagesNeedNoLeaseAndKeepTheirOrder() {
        List<Message> all = new ArrayList<>();
        for (Message.Kind kind : Message.Kind.values()) {
            all.add(new Message(kind, "Zoë", "line 1\n\"line\" 2", NOW.minusSeconds(all.size())));
            (all.size() % 2 == 0 ? journal() : seenByAnotherProcess()).post(rollout, all.get(all.size() - 1));
        }
        all.add(new Message(Message.Kind.ABORT, "b", "", NOW));
        journal().post(rollout, all.get(all.size() - 1));
        assertEquals(all, journal().messages(rollout));
        assertEquals(all, seenByAnotherProcess().messages(rollout));
        assertEquals(List.of(), journal().messages(rollout + "2"));
    }

    /** The newest finished rollouts are kept; unfinished ones always are. */
    @Test
    protected void unfinishedRolloutsAreKeptHoweverOld() {
        long fence = take("a", NOW).fence().number();
        journal().append(record(0, fence, Kind.STARTED));
        Message message = new Message(Message.Kind.PAUSE, "a", "", NOW);
        journal().post(rollout, message);
        List<String> finished = new ArrayList<>();
        for (int i = 0; kept() > 0 && i < kept() + 3; i++) {
            String id = rollout + "-" + i;
            finished.add(id);
            journal().append(new JournalRecord(id, target, 0, fence, NOW, Kind.STARTED, Map.of()));
            journal().append(new JournalRecord(id, target, 1, fence, NOW, Kind.FINISHED, Map.of()));
        }
        List<String> left = seenByAnotherProcess().rollouts(target);
        assertEquals(rollout, left.get(0));
        assertTrue(left.containsAll(finished.subList(finished.size() - kept(), finished.size())));
        assertEquals(1, journal().read(rollout).size());
        assertEquals(List.of(message), journal().messages(rollout));
        journal().append(record(1, fence, Kind.DONE));
    }

    /** However many ask at once, one holds the lease at a time, and each gets a higher fence. */
    @Test
    protected void oneOfManyHoldsTheLease() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        Set<Long> fences = ConcurrentHashMap.newKeySet();
        together(number -> {
            Journal mine = number % 2 == 0 ? journal() : seenByAnotherProcess();
            for (int i = 0; i < 20; i++) {
                Optional<Lease> lease = mine.acquire(target, "owner-" + number, TTL, NOW);
                if (lease.isPresent()) {
                    assertEquals(1, holders.incrementAndGet(), "holders");
                    assertTrue(fences.add(lease.get().fence().number()), "a fence was given twice");
                    taken.incrementAndGet();
                    holders.decrementAndGet();
                    mine.release(lease.get());
                }
            }
            return null;
        });
        assertFalse(fences.isEmpty());
        assertEquals(taken.get(), fences.size());
    }

    /** Of many who append the same record at once, one succeeds. */
    @Test
    protected void oneOfManyAppendsTheNextRecord() throws Exception {
        long fence = take("a", NOW).fence().number();
        AtomicInteger appended = new AtomicInteger();
        together(number -> {
            Journal mine = number % 2 == 0 ? journal() : seenByAnotherProcess();
            for (int i = 0; i < 10; i++) {
                try {
                    mine.append(record(i, fence, Kind.INTENT));
                    appended.incrementAndGet();
                } catch (ConflictException e) {
                    // somebody else was first, or is still before us
                }
            }
            return null;
        });
        List<JournalRecord> records = journal().read(rollout);
        assertEquals(appended.get(), records.size());
        for (int i = 0; i < records.size(); i++) {
            assertEquals(i, records.get(i).sequence());
        }
    }

    private interface Rival {
        Object run(int number) throws Exception;
    }

    private static void together(Rival rival) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(RIVALS);
        try {
            List<Callable<Object>> calls = new ArrayList<>();
            for (int i = 0; i < RIVALS; i++) {
                int number = i;
                calls.add(() -> rival.run(number));
            }
            for (Future<Object> done : threads.invokeAll(calls)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private JournalRecord record(long sequence, long fence, Kind kind) {
        return new JournalRecord(rollout, target, sequence, fence, NOW, kind, Map.of("step", "launch"));
    }

    private Lease take(String owner, Instant now) {
        return take(journal(), owner, now);
    }

    private Lease take(Journal journal, String owner, Instant now) {
        return take(journal, target, owner, now);
    }

    private static Lease take(Journal journal, String target, String owner, Instant now) {
        return journal.acquire(target, owner, TTL, now).orElseThrow(() -> new AssertionError("The lease is not free"));
    }
}
