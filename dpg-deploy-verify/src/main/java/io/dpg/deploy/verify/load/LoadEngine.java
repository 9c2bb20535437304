package io.dpg.deploy.verify.load;

import io.dpg.deploy.Plan;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.internal.Asynchronous;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** Sends one load, once: paces on the thread that calls {@link #run}, while answers come on the client's. */
final class LoadEngine {

    /** How long it sleeps at most, and so how late it may notice that it is to stop. */
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<Shot> shots;
    private final Asynchronous way;
    private final Profile profile;
    private final HttpHost host;
    private final String prefix;
    private final Time time;
    private final Tally tally;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Deque<Exchange> sent = new ArrayDeque<>();
    private final long timeout;
    private volatile @Nullable Thread pacer;
    private volatile boolean stopped;
    private volatile boolean hungry;
    private volatile long begun;
    private long lastFull = Long.MIN_VALUE;

    LoadEngine(List<Shot> shots, Asynchronous way, Profile profile, URI server, Time time) {
        String scheme = String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.matches("https?") || server.getHost() == null) {
            throw new IllegalArgumentException("A load is sent to an address such as http://127.0.0.1:8080, but got"
                    + " one without http or https, or without a host");
        }
        this.shots = shots;
        this.way = way;
        this.tally = new Tally(way::redact);
        this.profile = profile;
        int port = server.getPort() >= 0 ? server.getPort() : scheme.equals("https") ? 443 : 80;
        this.host = new HttpHost(scheme, server.getHost().replaceAll("^\\[|]$", ""), port);
        this.prefix = server.getRawPath() == null ? "" : server.getRawPath().replaceAll("/+$", "");
        this.time = time;
        this.timeout = profile.timeout().toNanos();
    }

    /** Sends all of it, within {@code most}. */
    LoadResult run(Duration most) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pacer = Thread.currentThread();
        try (LoadClient client = new LoadClient(way, profile.slots(), profile.timeout())) {
            long start = time.nanos();
            Schedule schedule = new Schedule(profile, start);
            begun = schedule.begun();
            boolean complete = pace(client, schedule, start + most.toNanos());
            return tally.result(begun, schedule.end(), complete);
        } finally {
            pacer = null;
        }
    }

    /** Sends no more requests; {@link #run} returns once those under way are over. */
    void stop() {
        stopped = true;
        wake();
    }

    /** Returns what was counted so far. */
    LoadResult soFar() {
        return pacer == null ? tally.result(0, 0, false) : tally.result(begun, time.nanos(), false);
    }

    private boolean pace(LoadClient client, Schedule schedule, long latest) throws InterruptedException {
        while (true) {
            long now = time.nanos();
            if (stopped) {
                schedule.endBy(now);
            }
            giveUp(now);
            if (now - latest >= 0) {
                abandon(schedule, now);
                return false;
            }
            sendDue(client, schedule, now);
            boolean over = schedule.over(time.nanos());
            boolean full = underWay.get() >= profile.slots();
            if (over && underWay.get() == 0) {
                return !stopped;
            }
            boolean waits = over || full;
            if (waits && !hungry) {
                hungry = true; // from now on, answers wake this thread; look once more, as one may just have come
                continue;
            }
            hungry = waits;
            time.sleep(Duration.ofNanos(nap(waits ? Long.MAX_VALUE : schedule.next(now) - time.nanos())));
        }
    }

    /** Sends what is due and can be sent. */
    private void sendDue(LoadClient client, Schedule schedule, long begin) {
        long now = begin;
        while (!schedule.over(now) && now - begin <= NAP) {
            boolean full = underWay.get() >= profile.slots();
            if (full) {
                lastFull = now;
            }
            long due = schedule.next(now);
            if (due - now > 0) {
                return;
            } else if (now - due >= timeout) {
                skip(schedule, due, now);
            } else if (full) {
                return;
            } else {
                send(client, schedule, due, now);
            }
            now = time.nanos();
        }
    }

    private void send(LoadClient client, Schedule schedule, long due, long now) {
        long turn = schedule.taken(due);
        Shot shot = shots.get((int) (turn % shots.size()));
        boolean counts = schedule.counts(due);
        if (!counts) {
            tally.warmUp();
        } else if (due > lastFull) {
            tally.delay(now - due);
        }
        Exchange exchange = new Exchange(shot, due, now, counts ? tally : null, time, this::answered);
        underWay.incrementAndGet();
        sent.add(exchange);
        try {
            exchange.sentAs(client.send(host, prefix + shot.path(), shot, shot.body(turn / shots.size()), exchange));
        } catch (RuntimeException e) {
            exchange.failed(e);
        }
    }

    private void skip(Schedule schedule, long due, long now) {
        schedule.taken(due);
        if (schedule.counts(due)) {
            tally.bad(LoadFailure.NOT_SENT, "all connections were busy for as long as its timeout", due, now);
        } else {
            tally.warmUp();
        }
    }

    private void answered() {
        underWay.decrementAndGet();
        if (hungry) {
            wake();
        }
    }

    private void wake() {
        Thread thread = pacer;
        if (thread != null) {
            time.wake(thread);
        }
    }

    /** Ends requests whose time is up: the oldest come first, as all have the same timeout. */
    private void giveUp(long now) {
        for (Exchange oldest = sent.peek(); oldest != null; oldest = sent.peek()) {
            if (!oldest.isOver()) {
                if (now - oldest.sent() < timeout) {
                    return;
                }
                oldest.timeUp(Plan.text(profile.timeout()));
            }
            sent.remove();
        }
    }

    /** Ends everything: what is under way, and what is due and was not sent. */
    private void abandon(Schedule schedule, long now) {
        sent.forEach(exchange -> exchange.timeUp("the time that the load had"));
        while (!schedule.closed() && !schedule.over(now) && schedule.next(now) - now <= 0) {
            skip(schedule, schedule.next(now), now);
        }
    }

    private long nap(long untilDue) {
        Exchange oldest = sent.peek();
        long untilTimeout = oldest == null ? NAP : oldest.sent() + timeout - time.nanos();
        return Math.max(1, Math.min(NAP, Math.min(untilDue, untilTimeout)));
    }
}
