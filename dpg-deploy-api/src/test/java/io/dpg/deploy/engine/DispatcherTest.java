package io.dpg.deploy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DispatcherTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<Event> seen = Collections.synchronizedList(new ArrayList<>());

    private static Event event(int number) {
        return new Event.Warning(new Event.Head("r", "sim:shop", Instant.ofEpochSecond(number)), "event " + number);
    }

    private static String text(Event event) {
        return ((Event.Warning) event).text();
    }

    /** Hangs on the first event until released, or for good where it ignores interruption. */
    private static final class Hanging implements Listener {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);
        final List<Event> seen = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void on(Event event) {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            seen.add(event);
        }
    }

    @Test
    void aListenerThatHangsDelaysNeitherThePublisherNorTheOthers() throws Exception {
        Hanging hanging = new Hanging();
        Dispatcher dispatcher = Dispatcher.threaded(List.of(hanging, seen::add));
        for (int i = 0; i < 25_000; i++) {
            dispatcher.publish(event(i));
            if (i == 0) {
                hanging.entered.await();
            }
            if (i % 5_000 == 0) {
                awaitSeen(i + 1); // the other listener keeps up, so that it loses nothing
            }
        }
        awaitSeen(25_000);
        dispatcher.close(Duration.ofMillis(50));
        assertThat(hanging.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).extracting(Event::head).extracting(Event.Head::at).isSorted();
    }

    private void awaitSeen(int count) {
        while (seen.size() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aListenerThatFallsBehindLosesTheOldestAndIsToldHowMany() throws Exception {
        Hanging slow = new Hanging();
        Dispatcher dispatcher = Dispatcher.threaded(List.of(slow));
        dispatcher.publish(event(0));
        slow.entered.await();
        for (int i = 1; i <= Dispatcher.CAPACITY + 7; i++) {
            dispatcher.publish(event(i));
        }
        slow.release.countDown();
        dispatcher.close(LONG);
        assertThat(slow.seen).hasSize(1 + 1 + Dispatcher.CAPACITY);
        assertThat(text(slow.seen.get(0))).isEqualTo("event 0");
        assertThat(text(slow.seen.get(1))).startsWith("7 events before this were lost");
        assertThat(text(slow.seen.get(2))).isEqualTo("event 8");
    }

    @Test
    void closeWaitsUntilEverythingIsDelivered() {
        Dispatcher dispatcher = Dispatcher.threaded(List.of(seen::add, seen::add));
        for (int i = 0; i < 1_000; i++) {
            dispatcher.publish(event(i));
        }
        dispatcher.close(LONG);
        assertThat(seen).hasSize(2_000);
        dispatcher.publish(event(1));
        assertThat(seen).hasSize(2_000);
    }

    @Test
    void aListenerThatThrowsIsToldOfTheNextEvent() {
        Dispatcher dispatcher = Dispatcher.threaded(List.of(event -> {
            seen.add(event);
            throw new AssertionError("broken");
        }));
        dispatcher.publish(event(1));
        dispatcher.publish(event(2));
        dispatcher.close(LONG);
        assertThat(seen).hasSize(2);
    }

    @Test
    void anInterruptionLeftBehindByAListenerDoesNotReachTheNextEvent() {
        AtomicBoolean leaked = new AtomicBoolean();
        Dispatcher dispatcher = Dispatcher.threaded(List.of(event -> {
            leaked.compareAndSet(false, Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        }));
        for (int i = 0; i < 100; i++) {
            dispatcher.publish(event(i));
        }
        dispatcher.close(LONG);
        assertThat(leaked).isFalse();
    }

    @Test
    void aListenerMayCloseTheDispatcherItself() {
        AtomicReference<Dispatcher> self = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        self.set(Dispatcher.threaded(List.of(event -> {
            self.get().close(Duration.ofHours(1));
            closed.countDown();
        })));
        self.get().publish(event(1));
        assertThat(await(closed)).isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInterruptedCloseReturnsAtOnceWithTheFlagSet() throws Exception {
        Hanging hanging = new Hanging();
        Dispatcher dispatcher = Dispatcher.threaded(List.of(hanging));
        dispatcher.publish(event(1));
        hanging.entered.await();
        Thread.currentThread().interrupt();
        dispatcher.close(Duration.ofHours(1));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void threadsGoByListenersAndNotByEvents() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Dispatcher dispatcher = Dispatcher.threaded(List.of(event -> threads.add(Thread.currentThread())));
        for (int i = 0; i < 10_000; i++) {
            dispatcher.publish(new Event.Resumed(new Event.Head("r-" + i, "sim:" + i, Instant.EPOCH)));
        }
        dispatcher.close(LONG);
        assertThat(threads).hasSize(1).allMatch(Thread::isDaemon).doesNotContain(Thread.currentThread());
    }

    @Test
    void directlyListenersRunOnThePublishingThreadAndCannotBreakIt() {
        List<Thread> threads = new ArrayList<>();
        Dispatcher dispatcher = Dispatcher.direct(List.of(
                event -> {
                    throw new IllegalStateException("broken");
                },
                event -> threads.add(Thread.currentThread())));
        dispatcher.publish(event(1));
        assertThat(threads).containsExactly(Thread.currentThread());
        dispatcher.close(Duration.ZERO);
        dispatcher.publish(event(2));
        assertThat(threads).hasSize(1);
    }
}
