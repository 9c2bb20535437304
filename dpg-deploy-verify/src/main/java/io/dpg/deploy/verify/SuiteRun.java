package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One run of a suite: worker threads that take the next check until there is none, and the thread that waits. */
final class SuiteRun {

    /** What interrupted checks get to end. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name;
    private final boolean critical;
    private final List<Check> checks;
    private final CheckContext context;
    private final Time time;
    private final Duration limit;
    private final long begun;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable Long> starts;
    private final AtomicReferenceArray<@Nullable CheckResult> results;
    private volatile boolean over;

    SuiteRun(String name, boolean critical, List<Check> checks, CheckContext context, Duration limit) {
        this.name = name;
        this.critical = critical;
        this.checks = checks;
        this.context = context;
        this.time = context.time();
        this.limit = limit;
        this.begun = time.nanos();
        this.starts = new AtomicReferenceArray<>(checks.size());
        this.results = new AtomicReferenceArray<>(checks.size());
    }

    CheckResult run(int concurrency) throws InterruptedException {
        if (forOneThread(time)) {
            for (int i = 0; i < checks.size() && !left().isZero(); i++) {
                results.set(i, called(i));
            }
        } else {
            sideBySide(Math.min(concurrency, checks.size()));
        }
        List<CheckResult> parts = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            CheckResult result = results.get(i);
            parts.add(result == null ? unmade(i) : result);
        }
        return SuiteResults.sum(name, critical, parts, Duration.ofNanos(time.nanos() - begun));
    }

    /** Time that runs calls on the calling thread, as virtual time does, is made for one thread. */
    private static boolean forOneThread(Time time) throws InterruptedException {
        Thread caller = Thread.currentThread();
        Duration plenty = Duration.ofMinutes(1);
        try {
            return time.call(() -> Thread.currentThread() == caller, plenty, plenty, () -> {});
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return false;
        }
    }

    private CheckResult called(int index) throws InterruptedException {
        Duration left = left();
        starts.set(index, time.nanos());
        try {
            return time.call(() -> made(index), left, left, () -> {});
        } catch (InterruptedException e) {
            throw e;
        } catch (TimeoutException e) {
            return unmade(index);
        } catch (ExecutionException e) {
            return problem(index, Status.ERROR, "could not be made: " + e.getCause());
        } catch (Exception e) {
            return problem(index, Status.ERROR, "could not be made: " + e);
        }
    }

    private void sideBySide(int concurrency) throws InterruptedException {
        Thread waiting = Thread.currentThread();
        List<Thread> workers = new ArrayList<>();
        running.set(concurrency);
        for (int i = 0; i < concurrency; i++) {
            Thread worker = new Thread(() -> work(waiting), "dpg-deploy-suite-" + NUMBER.incrementAndGet());
            worker.setDaemon(true);
            workers.add(worker);
        }
        try {
            workers.forEach(Thread::start);
            await(limit);
        } finally {
            over = true;
            workers.forEach(Thread::interrupt);
            await(Duration.ofNanos(time.nanos() - begun).plus(GRACE));
        }
    }

    /** Waits until all workers have ended, or so long after the beginning. */
    private void await(Duration until) throws InterruptedException {
        while (running.get() > 0) {
            Duration left = until.minusNanos(time.nanos() - begun);
            if (left.isZero() || left.isNegative()) {
                return;
            }
            time.sleep(left);
        }
    }

    private void work(Thread waiting) {
        try {
            while (!over) {
                int index = next.getAndIncrement();
                if (index >= checks.size() || left().isZero()) {
                    return;
                }
                starts.set(index, time.nanos());
                try {
                    results.set(index, made(index));
                } catch (InterruptedException e) {
                    if (over) {
                        return; // the waiting thread says why
                    }
                    results.set(index, problem(index, Status.ERROR, "could not be made: it interrupted itself"));
                } catch (Throwable e) { // also errors: whatever a check does, the others are made
                    results.set(index, problem(index, Status.ERROR, "could not be made: " + e));
                }
            }
        } finally {
            running.decrementAndGet();
            time.wake(waiting);
        }
    }

    private CheckResult made(int index) throws Exception {
        Check check = checks.get(index);
        CheckContext own = new CheckContext(context.base(), context.slot(), context.release(), left(), time);
        CheckResult result = check.run(own);
        if (result == null) {
            return problem(index, Status.ERROR, "could not be made: it gave no result");
        }
        return new CheckResult(
                check.name(),
                result.status(),
                result.message(),
                result.took(),
                result.attempts(),
                check.critical(),
                result.parts());
    }

    private CheckResult unmade(int index) {
        return starts.get(index) == null
                ? problem(index, Status.ERROR, "no time was left to make it")
                : problem(index, Status.FAILED, "had not ended when the suite's " + Plan.text(limit) + " were over");
    }

    private CheckResult problem(int index, Status status, String message) {
        Long start = starts.get(index);
        Duration took = start == null ? Duration.ZERO : Duration.ofNanos(time.nanos() - start);
        Check check = checks.get(index);
        return new CheckResult(check.name(), status, message, took, start == null ? 0 : 1).critical(check.critical());
    }

    private Duration left() {
        Duration left = limit.minusNanos(time.nanos() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
