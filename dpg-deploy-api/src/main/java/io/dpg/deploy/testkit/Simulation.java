package io.dpg.deploy.testkit;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Plays random rollouts (strategy, checks, faults, crashes with resume, other deployers, people) in virtual time, checks
 * what always holds at every change and at the end, and prints rollouts per second, or the seed and the trace of the
 * first violation.
 *
 * <p>Usage: {@code Simulation [rollouts, default 20000] [seed, default 1] [threads, default all processors]}. Exits with
 * 1 after a violation. To see the trace of one: {@code Simulation replay SEED NUMBER}.
 */
public final class Simulation {

    /** The ends that rollouts of a simulation came to. */
    public enum End {
        /** The release serves. */
        PROMOTED,
        /** It failed, and stable serves. */
        ROLLED_BACK,
        /** Somebody aborted, and stable serves. */
        ABORTED,
        /** It was refused. */
        REJECTED,
        /** A person is needed. */
        STUCK
    }

    private Simulation() {}

    /** Runs the simulation; see the class. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length == 3 && args[0].equals("replay")) {
            String violation = new SimulatedRollout(Long.parseLong(args[1]), Long.parseLong(args[2]), true).play();
            System.out.println(violation == null ? "no violation" : "VIOLATION: " + violation);
            return;
        }
        long rollouts = args.length > 0 ? Long.parseLong(args[0]) : 20_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        int threads = args.length > 2
                ? Integer.parseInt(args[2])
                : Runtime.getRuntime().availableProcessors();
        Report report = run(rollouts, seed, threads);
        System.out.println(report);
        if (report.violation() != null) {
            System.out.println("seed " + seed + ", rollout " + report.violatedBy() + ": " + report.violation());
            new SimulatedRollout(seed, report.violatedBy(), true).play();
            System.exit(1);
        }
    }

    /** Plays {@code rollouts} rollouts from {@code seed} on {@code threads} threads. */
    public static Report run(long rollouts, long seed, int threads) throws InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicReference<String> violation = new AtomicReference<>();
        AtomicLong violatedBy = new AtomicLong(-1);
        Map<End, AtomicLong> ends = new EnumMap<>(End.class);
        for (End end : End.values()) {
            ends.put(end, new AtomicLong());
        }
        AtomicLong crashes = new AtomicLong();
        long begun = System.nanoTime();
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Thread(
                    () -> {
                        for (long n = next.getAndIncrement();
                                n < rollouts && violation.get() == null;
                                n = next.getAndIncrement()) {
                            SimulatedRollout rollout = new SimulatedRollout(seed, n, false);
                            String wrong = rollout.play();
                            crashes.addAndGet(rollout.crashes());
                            if (wrong != null && violation.compareAndSet(null, wrong)) {
                                violatedBy.set(n);
                            }
                            End end = rollout.end();
                            if (end != null) {
                                ends.get(end).incrementAndGet();
                            }
                        }
                    },
                    "simulation-" + i);
            workers[i].start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        Map<End, Long> counts = new EnumMap<>(End.class);
        ends.forEach((end, n) -> counts.put(end, n.get()));
        return new Report(rollouts, seconds, counts, crashes.get(), violation.get(), violatedBy.get());
    }

    /**
     * What a simulation came to.
     *
     * @param rollouts how many were asked for
     * @param seconds how long they took
     * @param ends how many came to which end
     * @param crashes how many deaths of deployers were among them
     * @param violation the first violation, or null
     * @param violatedBy the number of its rollout, or -1
     */
    public record Report(
            long rollouts,
            double seconds,
            Map<End, Long> ends,
            long crashes,
            @org.jspecify.annotations.Nullable String violation,
            long violatedBy) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d rollouts in %.1f s (%.0f a second), ends %s, %d deployers died, %s",
                    rollouts,
                    seconds,
                    rollouts / seconds,
                    ends,
                    crashes,
                    violation == null ? "no violation" : "VIOLATED");
        }
    }
}
