package io.dpg.deploy.bench;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs many rollouts at once on simulated targets, in real time, and prints what that took. All of them wait for the last
 * one before they launch anything, so all are under way together; then each is a canary of three shares.
 *
 * <p>Usage: {@code ManyRollouts [rollouts, default 10000]}, best with {@code -Xmx1g}.
 */
public final class ManyRollouts {

    private ManyRollouts() {}

    /** Opens when the last rollout has come to it. */
    private static final class Together implements Gate {
        private final CountDownLatch all;
        private final AtomicBoolean here = new AtomicBoolean();

        Together(CountDownLatch all) {
            this.all = all;
        }

        @Override
        public String name() {
            return "together";
        }

        @Override
        public GateDecision evaluate(GateContext context) {
            if (here.compareAndSet(false, true)) {
                all.countDown();
            }
            return all.getCount() == 0 ? GateDecision.open("all are here") : GateDecision.waiting("not all are here");
        }
    }

    /** Runs the benchmark; see the class. */
    public static void main(String[] args) throws Exception {
        int rollouts = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        CountDownLatch together = new CountDownLatch(rollouts);
        long begun = System.nanoTime();
        Map<String, Integer> ends = new TreeMap<>();
        long startedAfter;
        long togetherAfter;
        int threads;
        try (Deployer deployer = Deployer.create()) {
            List<Rollout> running = new ArrayList<>();
            for (int i = 0; i < rollouts; i++) {
                SimulatedTarget target = new SimulatedTarget("t" + i, Time.system()).serving("v1", 3);
                target.version("v2", Behaviour.GOOD.readyAfter(Duration.ofMillis(500)));
                running.add(deployer.rollout(target)
                        .release(Release.of("app", "v2"))
                        .strategy(Canary.weights(10, 50, 100)
                                .bakeTime(Duration.ofSeconds(5))
                                .finalBakeTime(Duration.ofSeconds(5)))
                        .gate(new Together(together))
                        .limits(Limits.DEFAULT.drain(Duration.ofSeconds(1)))
                        .start());
            }
            startedAfter = System.nanoTime() - begun;
            together.await(5, TimeUnit.MINUTES);
            togetherAfter = System.nanoTime() - begun;
            threads = ManagementFactory.getThreadMXBean().getPeakThreadCount();
            for (Rollout rollout : running) {
                RolloutResult result = rollout.await();
                ends.merge(result.outcome(), 1, Integer::sum);
            }
        }
        long total = System.nanoTime() - begun;
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
        long cpu = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toSeconds();
        System.out.printf(
                Locale.ROOT,
                "Java %s: %d rollouts at once: started in %.1f s, together after %.1f s, ended after %.1f s %s;"
                        + " %d s of processor, %d platform threads at most, %d MB of heap left after, %d MB allowed%n",
                Runtime.version().feature(),
                rollouts,
                startedAfter / 1e9,
                togetherAfter / 1e9,
                total / 1e9,
                ends,
                cpu,
                threads,
                heap,
                Runtime.getRuntime().maxMemory() >> 20);
    }
}
