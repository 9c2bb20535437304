package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads, listeners and the end of a process, on real clocks. */
@Timeout(60)
class ProcessTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Behaviour FAST = Behaviour.GOOD.readyAfter(Duration.ofMillis(5));

    private final SimulatedTarget target = new SimulatedTarget("shop", Time.system())
            .version("v1", FAST)
            .version("v2", FAST)
            .serving("v1", 2);
    private final Journal journal = Journals.inMemory();

    private Rollout start(Deployer deployer, Duration bake) {
        return deployer.rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(Canary.weights(50, 100).bakeTime(bake).finalBakeTime(Duration.ZERO))
                .limits(Limits.DEFAULT.drain(Duration.ofMillis(10)))
                .start();
    }

    private Deployer deployer(Listener... listeners) {
        Deployer.Builder builder = Deployer.builder().journal(journal);
        for (Listener listener : listeners) {
            builder.listener(listener);
        }
        return builder.build();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time: " + what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean baking(Rollout rollout) {
        return rollout.status().what().startsWith("watch for");
    }

    @Test
    void aListenerThatThrowsOrHangsChangesNoVerdictAndDelaysNoStep() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        try (Deployer deployer = deployer(
                event -> {
                    throw new IllegalStateException("sink is down");
                },
                event -> {
                    hangs.set(true);
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })) {
            Rollout rollout = start(deployer, Duration.ofMillis(50));
            RolloutResult result = rollout.await(SOON).orElseThrow();
            assertThat(result.promoted()).as(result.reason()).isTrue();
            await("the second listener to hang", hangs::get);
            assertThat(result.summary().warnings()).isEmpty();
            never.countDown();
        }
    }

    @Test
    void closingLeavesTheRolloutWhereItIsAndResumable() throws InterruptedException {
        Rollout rollout;
        try (Deployer deployer = deployer()) {
            rollout = start(deployer, Duration.ofMinutes(5));
            Rollout running = rollout;
            await("the first watch", () -> baking(running));
        }
        assertThatThrownBy(rollout::await)
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("this process lost it")
                .hasMessageContaining("The deployer was closed; the rollout is resumable");
        assertThat(target.truth().groups()).allMatch(g -> g.weight() == 50);
        try (Deployer another = deployer()) {
            RolloutResult result = another.resume(target).rollBack().execute().orElseThrow();
            assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        }
        assertThat(target.truth().groups()).singleElement().satisfies(g -> assertThat(g.version())
                .isEqualTo("v1"));
    }

    @Test
    void aClosedDeployerStartsNothing() {
        Deployer deployer = deployer();
        deployer.close();
        assertThatThrownBy(() -> start(deployer, Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(target.calls()).isZero();
    }

    @Test
    void nothingRunsAfterClosing() throws InterruptedException {
        AtomicReference<Thread> runner = new AtomicReference<>();
        target.observer((call, slot, routed, seen, with) -> runner.compareAndSet(null, Thread.currentThread()));
        try (Deployer deployer = deployer(event -> {})) {
            Rollout rollout = start(deployer, Duration.ofMinutes(5));
            await("the first watch", () -> baking(rollout));
        }
        long calls = target.calls();
        await("threads to end", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().startsWith("dpg-deploy-rollout") && inEngine(t)));
        assertThat(target.calls()).isEqualTo(calls);
        assertThat(runner.get()).isNotNull();
    }

    private static boolean inEngine(Thread thread) {
        for (StackTraceElement element : thread.getStackTrace()) {
            if (element.getClassName().endsWith(".engine.Driver")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void interruptingARolloutsThreadRestoresTheFlagAndLeavesItResumable() throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        CountDownLatch over = new CountDownLatch(1);
        Deployer deployer = Deployer.builder()
                .journal(journal)
                .executor(task -> {
                    Thread own = new Thread(() -> {
                        task.run();
                        flag.set(Thread.currentThread().isInterrupted());
                        over.countDown();
                    });
                    thread.set(own);
                    own.start();
                })
                .build();
        Rollout rollout = start(deployer, Duration.ofMinutes(5));
        await("the first watch", () -> baking(rollout));
        thread.get().interrupt();
        assertThat(over.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(flag).as("the flag is restored").isTrue();
        assertThatThrownBy(rollout::await)
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("it was interrupted")
                .hasMessageContaining("deployer.resume(target)");
        try (Deployer another = deployer()) {
            another.abort(target);
            assertThat(another.resume(target).execute())
                    .hasValueSatisfying(r -> assertThat(r).isInstanceOf(RolloutResult.Aborted.class));
        }
    }

    @Test
    void interruptingWhoWaitsRestoresTheFlagAndTheRolloutGoesOn() throws InterruptedException {
        try (Deployer deployer = deployer()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicBoolean flag = new AtomicBoolean();
            Thread waiting = new Thread(() -> {
                try {
                    deployer.rollout(target)
                            .release(Release.of("shop", "v2"))
                            .strategy(Canary.weights(50, 100).bakeTime(Duration.ofMinutes(5)))
                            .limits(Limits.DEFAULT.drain(Duration.ofMillis(10)))
                            .execute();
                } catch (DeployException e) {
                    thrown.set(e);
                    flag.set(Thread.currentThread().isInterrupted());
                }
            });
            waiting.start();
            await("the first watch", () -> deployer.running().stream().anyMatch(ProcessTest::baking));
            waiting.interrupt();
            waiting.join(SOON.toMillis());
            assertThat(thrown.get()).hasMessageContaining("this thread was interrupted");
            assertThat(flag).isTrue();
            Rollout running = deployer.running().iterator().next();
            assertThat(running.result()).isEmpty();
            running.abort();
            assertThat(running.await(SOON))
                    .hasValueSatisfying(r -> assertThat(r).isInstanceOf(RolloutResult.Aborted.class));
        }
    }

    @Test
    void aWordToARunningRolloutIsHeardAtOnce() throws InterruptedException {
        try (Deployer deployer = deployer()) {
            Rollout rollout = start(deployer, Duration.ofHours(1)); // looks every ten seconds only
            await("the first watch", () -> baking(rollout));
            long begun = System.nanoTime();
            rollout.abort();
            assertThat(rollout.await(SOON)).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        }
    }

    /** A check that never comes to an end by itself. */
    private record Endless(CountDownLatch interrupted) implements Check {
        @Override
        public String name() {
            return "endless";
        }

        @Override
        public CheckResult run(CheckContext context) throws InterruptedException {
            try {
                new CountDownLatch(1).await();
                return CheckResult.passed("endless", "never", Duration.ZERO);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }
    }

    @Test
    void aCandidateThatCrashesForGoodWhileItIsCheckedEndsTheCheckAtOnce() throws Exception {
        target.version("v2", FAST.crashesAfter(Duration.ofMillis(400)));
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Deployer deployer = deployer()) {
            RolloutResult result = deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.weights(50, 100))
                    .verify(new Endless(interrupted))
                    .execute();
            assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
            assertThat(result.reason()).contains("CrashLoop");
            assertThat(interrupted.await(20, TimeUnit.SECONDS))
                    .as("the check is left")
                    .isTrue();
        }
    }

    @Test
    void anAbortEndsACheckAtOnce() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Deployer deployer = deployer()) {
            Rollout rollout = deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.weights(50, 100))
                    .verify(new Endless(interrupted))
                    .start();
            await("the check", () -> rollout.status().what().startsWith("check endless"));
            deployer.abort(target);
            assertThat(rollout.await()).isInstanceOf(RolloutResult.Aborted.class);
            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
