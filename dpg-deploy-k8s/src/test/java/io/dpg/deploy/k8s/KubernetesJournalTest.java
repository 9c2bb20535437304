package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.StaleFenceException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a journal in the cluster must survive: sleeping writers, lost answers, crashes, storms. */
@NeedsCluster
class KubernetesJournalTest extends JournalScenario {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aWriterThatSleepsThroughATakeoverBeginsNothing(int request) {
        long fence = take(journal, "a", NOW);
        wire.before(number -> {
            if (number == request) {
                take(other, "b", NOW.plus(TTL));
            }
        });
        assertThatThrownBy(() -> journal.append(record(0, fence, Kind.STARTED)))
                .isInstanceOf(StaleFenceException.class);
        assertThat(wire.requests()).hasSizeGreaterThanOrEqualTo(request);
        assertThat(other.read(rollout)).isEmpty();
        take(other, "b", NOW.plus(TTL));
        assertThat(other.rollouts(target)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTENT", "FINISHED"})
    void aWriterThatSleepsThroughATakeoverAddsNothing(Kind kind) {
        long fence = take(journal, "a", NOW);
        journal.append(record(0, fence, Kind.STARTED));
        wire.before(number -> {
            if (number == 1) {
                long newer = take(other, "b", NOW.plus(TTL));
                assertThat(newer).isGreaterThan(fence);
            }
        });
        assertThatThrownBy(() -> journal.append(record(1, fence, kind))).isInstanceOf(StaleFenceException.class);
        assertThat(wire.requests().get(0)).startsWith("PATCH");
        assertThat(other.read(rollout)).hasSize(1);
        other.append(record(1, take(other, "b", NOW.plus(TTL)), Kind.TAKEN_OVER));
    }

    @Test
    void aRenewalThatComesBetweenALookAndATakeoverWins() {
        Lease held = other.acquire(target, "b", TTL, NOW).orElseThrow();
        wire.before(number -> {
            if (number == 2) {
                other.renew(held, TTL, NOW.plusSeconds(20));
            }
        });
        assertThat(journal.acquire(target, "a", TTL, NOW.plus(TTL))).isEmpty();
        assertThat(other.holder(target).orElseThrow().owner()).isEqualTo("b");
        other.append(record(0, held.fence().number(), Kind.STARTED));
    }

    @Test
    void aTakeoverThatIsItselfTakenOverLowersNoFence() {
        journal.append(record(0, take(journal, "a", NOW), Kind.STARTED));
        long[] newest = new long[1];
        wire.before(number -> {
            if (number == 3) { // the lease is taken, the rollout not yet marked
                newest[0] = take(other, "c", NOW.plus(TTL.multipliedBy(2)));
            }
        });
        long overtaken = take(journal, "b", NOW.plus(TTL));
        assertThat(newest[0]).isGreaterThan(overtaken);
        assertThatThrownBy(() -> journal.append(record(1, overtaken, Kind.TAKEN_OVER)))
                .isInstanceOf(StaleFenceException.class);
        other.append(record(1, newest[0], Kind.TAKEN_OVER));
    }

    @Test
    void anAppendIsOneRequestAndSoAreReadingListingRenewingAndMessages() {
        Lease lease = journal.acquire(target, "a", TTL, NOW).orElseThrow();
        long fence = lease.fence().number();
        journal.append(record(0, fence, Kind.STARTED));
        assertRequests(1, () -> journal.append(record(1, fence, Kind.INTENT)));
        assertRequests(1, () -> journal.renew(lease, TTL, NOW));
        assertRequests(1, () -> journal.rollouts(target));
        assertRequests(1, () -> journal.read(rollout));
        assertRequests(1, () -> journal.messages(rollout));
        assertRequests(1, () -> journal.holder(target));
        assertRequests(3, () -> journal.append(record(2, fence, Kind.FINISHED)));
        journal.read(rollout);
        assertRequests(0, () -> assertThat(journal.read(rollout)).hasSize(3));
        assertRequests(1, () -> journal.release(lease));
    }

    private static void assertRequests(int count, Runnable call) {
        wire.calm();
        call.run();
        assertThat(wire.requests()).hasSize(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aLostAnswerLosesAndDoublesNothing(int request) {
        int before = wire.lost();
        long fence = take(journal, "a", NOW);
        wire.loseAnswer(request);
        journal.append(record(0, fence, Kind.STARTED));
        wire.loseAnswer(request);
        journal.append(record(1, fence, Kind.FINISHED));
        assertThat(wire.lost()).isEqualTo(before + (request <= 3 ? 2 : 1));
        wire.calm();
        assertThat(other.read(rollout)).extracting(JournalRecord::sequence).containsExactly(0L, 1L);
        assertThat(other.rollouts(target)).containsExactly(rollout);
        assertThat(journal.acquire(target, "a", TTL, NOW)).isPresent();
        assertThat(index()).contains("outcome");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aMessageWhoseAnswerWasLostIsThereOnce(int request) {
        int before = wire.lost();
        for (int i = 0; i < 2; i++) {
            wire.loseAnswer(request);
            journal.post(rollout, new Message(Message.Kind.PAUSE, "a", "", NOW));
            assertThat(other.messages(rollout)).hasSize(i + 1);
            assertThat(wire.lost()).isEqualTo(before + i + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aCrashWhileARolloutBeginsLeavesNothingInTheWay(int request) {
        long fence = take(journal, "a", NOW);
        wire.before(number -> {
            if (number >= request) {
                throw new SimulatedCrash();
            }
        });
        assertThatThrownBy(() -> journal.append(record(0, fence, Kind.STARTED)))
                .hasStackTraceContaining("SimulatedCrash");
        assertThat(other.read(rollout)).isEmpty();
        long next = take(other, "b", NOW.plus(TTL));
        assertThat(other.rollouts(target)).isEmpty();
        JournalRecord second = new JournalRecord(rollout + "-2", target, 0, next, NOW, Kind.STARTED, Map.of());
        other.append(second);
        assertThat(other.rollouts(target)).containsExactly(rollout + "-2");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void aCrashWhileARolloutEndsIsMadeUpForByTheNext(int request) {
        Journal keepsOne = KubernetesJournal.in(wired, namespace.name(), 0);
        long fence = take(journal, "a", NOW);
        journal.append(record(0, fence, Kind.STARTED));
        wire.before(number -> {
            if (number >= request) {
                throw new SimulatedCrash();
            }
        });
        try {
            keepsOne.append(record(1, fence, Kind.FINISHED));
        } catch (RuntimeException | SimulatedCrash e) {
            assertThat(e).hasStackTraceContaining("SimulatedCrash");
        }
        wire.calm();
        long next = take(keepsOne, "b", NOW.plus(TTL));
        String id = rollout + "-2";
        keepsOne.append(new JournalRecord(id, target, 0, next, NOW, Kind.STARTED, Map.of()));
        keepsOne.append(new JournalRecord(id, target, 1, next, NOW, Kind.FINISHED, Map.of()));
        assertThat(other.rollouts(target)).isEmpty();
        assertThat(other.read(rollout)).isEmpty();
    }

    /** Not a fault of the API, so nothing tries again. */
    private static final class SimulatedCrash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aStormOfOtherPeoplesChangesIsNoVerdict() throws Exception {
        Lease lease = journal.acquire(target, "a", TTL, NOW).orElseThrow();
        long fence = lease.fence().number();
        journal.append(record(0, fence, Kind.STARTED));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger changes = new AtomicInteger();
        ConfigMap head = head();
        io.fabric8.kubernetes.api.model.coordination.v1.Lease held = leaseObject();
        ExecutorService others = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> storms = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                storms.add(others.submit(() -> {
                    while (!over.get()) {
                        String patch = "{\"metadata\":{\"labels\":{\"storm\":\"" + changes.incrementAndGet() + "\"}}}";
                        namespace.client().resource(head).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
                        namespace.client().resource(held).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
                    }
                }));
            }
            for (int i = 1; i < 60; i++) {
                journal.append(record(i, fence, Kind.INTENT));
                journal.renew(lease, TTL, NOW);
                other.post(rollout, new Message(Message.Kind.PAUSE, "b", "", NOW));
            }
            over.set(true);
            for (Future<?> storm : storms) {
                storm.get(20, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            others.shutdownNow();
        }
        assertThat(changes.get()).isGreaterThan(50);
        assertThat(other.read(rollout)).hasSize(60);
        assertThat(other.messages(rollout)).hasSize(59);
    }

    @Test
    void whoeverFightsForATargetTheirRecordsStayInTheOrderOfTheirFences() throws Exception {
        AtomicInteger leases = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        ExecutorService rivals = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String owner = "owner-" + i;
                Journal mine = i % 2 == 0 ? KubernetesJournal.in(namespace.client(), namespace.name()) : other;
                all.add(rivals.submit(() -> {
                    for (int turn = 0; turn < 40; turn++) {
                        // In every third turn somebody finds that all earlier leases have passed.
                        int later = turn % 3 == 0 ? leases.incrementAndGet() : leases.get();
                        Instant now = NOW.plus(TTL.multipliedBy(later));
                        Optional<Lease> lease = mine.acquire(target, owner, TTL, now);
                        int next = mine.read(rollout).size();
                        for (int n = next; lease.isPresent() && n < next + 4; n++) {
                            try {
                                mine.append(record(n, lease.get().fence().number(), Kind.INTENT));
                                written.incrementAndGet();
                            } catch (StaleFenceException | io.dpg.deploy.spi.ConflictException e) {
                                break;
                            }
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            rivals.shutdownNow();
        }
        List<JournalRecord> records = other.read(rollout);
        assertThat(records).hasSize(written.get()).hasSizeGreaterThan(10);
        assertThat(records).extracting(JournalRecord::fence).isSorted();
        assertThat(records.stream().map(JournalRecord::fence).distinct().count())
                .isGreaterThan(2);
    }
}
