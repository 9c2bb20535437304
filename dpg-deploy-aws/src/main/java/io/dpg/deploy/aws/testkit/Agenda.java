package io.dpg.deploy.aws.testkit;

import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** What will happen when. The model's clock stands still between requests and catches up with the given time at each. */
final class Agenda {

    private static final int LIMIT = 5_000_000;

    private final Time time;
    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparingLong(Entry::order));
    private Instant now;
    private long order;

    private record Entry(Instant at, long order, Runnable action) {}

    Agenda(Time time) {
        this.time = time;
        this.now = time.now();
    }

    Instant now() {
        return now;
    }

    void after(Duration delay, Runnable action) {
        at(now.plus(delay), action);
    }

    void at(Instant moment, Runnable action) {
        entries.add(new Entry(moment.isBefore(now) ? now : moment, order++, action));
    }

    /** Plays all that is due; {@code passing} sees each stretch of time before it passes, {@code after} runs after each entry. */
    void catchUp(Consumer<Duration> passing, Runnable after) {
        Instant end = time.now();
        for (int played = 0; !entries.isEmpty() && !entries.peek().at().isAfter(end); played++) {
            if (played > LIMIT) {
                throw new IllegalStateException("The fake AWS plays on without end at " + now);
            }
            Entry next = entries.remove();
            pass(next.at(), passing);
            next.action().run();
            after.run();
        }
        pass(end, passing);
    }

    private void pass(Instant to, Consumer<Duration> passing) {
        if (to.isAfter(now)) {
            passing.accept(Duration.between(now, to));
            now = to;
        }
    }
}
