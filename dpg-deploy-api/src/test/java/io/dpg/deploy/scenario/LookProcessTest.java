package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.event.Listener;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looks beside a rollout's thread, on real clocks. */
@Timeout(60)
class LookProcessTest {

    private static final Behaviour FAST = Behaviour.GOOD.readyAfter(Duration.ofMillis(5));

    private final SimulatedTarget target = new SimulatedTarget("shop", Time.system())
            .version("v1", FAST)
            .version("v2", FAST)
            .serving("v1", 2);

    private static Deployer deployer(Listener... listeners) {
        Deployer.Builder builder = Deployer.builder().journal(Journals.inMemory());
        for (Listener listener : listeners) {
            builder.listener(listener);
        }
        return builder.build();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time: " + what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** An analysis whose looks wait for a latch, or pass at once. */
    private record Waiting(String name, CountDownLatch until, AtomicInteger looks) implements Analysis {
        @Override
        public Duration interval() {
            return Duration.ofMillis(20);
        }

        @Override
        public Run start(AnalysisContext context) {
            return new Run() {
                @Override
                public Judgement look(AnalysisContext now) throws InterruptedException {
                    until.await();
                    looks.incrementAndGet();
                    return Judgement.pass("fine");
                }

                @Override
                public Judgement conclude() {
                    return Judgement.pass("fine");
                }
            };
        }
    }

    @Test
    void anAnalysisWhoseSourceHangsDelaysNeitherStepsNorOtherAnalyses() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        Waiting hangs = new Waiting("hangs", never, new AtomicInteger());
        Waiting looksOften = new Waiting("looks", new CountDownLatch(0), looks);
        try (Deployer deployer = deployer()) {
            Rollout rollout = deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.weights(50, 100)
                            .bakeTime(Duration.ofSeconds(1))
                            .finalBakeTime(Duration.ZERO))
                    .limits(Limits.DEFAULT.drain(Duration.ofMillis(10)))
                    .watch(hangs, looksOften)
                    .start();
            await("all traffic on v2", () -> target.truth().serving().stream()
                    .anyMatch(g -> g.version().equals("v2")));
            await("looks of the other", () -> looks.get() > 10);
            assertThat(rollout.status().state()).as("it waits for the verdict").isEqualTo(RolloutStatus.State.RUNNING);
            never.countDown();
            assertThat(rollout.await().promoted()).isTrue();
        }
    }

    /** An analysis whose looks mind no interruption until they are let go, and that knows how many were in it at once. */
    private static final class Deaf implements Analysis {
        final CountDownLatch until = new CountDownLatch(1);
        final AtomicInteger looks = new AtomicInteger();
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        @Override
        public String name() {
            return "deaf";
        }

        @Override
        public Duration interval() {
            return Duration.ofMillis(20);
        }

        @Override
        public Run start(AnalysisContext context) {
            return new Run() {
                @Override
                public Judgement look(AnalysisContext now) {
                    looks.incrementAndGet();
                    return used();
                }

                @Override
                public Judgement conclude() {
                    return used();
                }
            };
        }

        private Judgement used() {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            boolean interrupted = false;
            while (until.getCount() > 0) {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    interrupted = true; // and goes on, as old drivers do
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            inside.decrementAndGet();
            return Judgement.pass("fine");
        }
    }

    @Test
    void aLookThatIsGivenUpAndGoesOnIsNotJoinedByOthers() throws Exception {
        Deaf deaf = new Deaf();
        AtomicInteger gaveUp = new AtomicInteger();
        try (Deployer deployer = deployer(event -> {
            if (event instanceof Event.Judged judged
                    && judged.judgement().reason().startsWith("no answer")) {
                gaveUp.incrementAndGet();
            }
        })) {
            Rollout rollout = deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.weights(50, 100)
                            .bakeTime(Duration.ofMillis(200))
                            .finalBakeTime(Duration.ZERO))
                    .limits(Limits.DEFAULT.drain(Duration.ofMillis(10)).call(Duration.ofMillis(300)))
                    .watch(deaf)
                    .start();
            await("looks that were given up", () -> gaveUp.get() >= 3);
            assertThat(deaf.looks).as("looks under way").hasValue(1);
            assertThat(rollout.result()).isEmpty();
            deaf.until.countDown();
            assertThat(rollout.await().promoted()).isTrue();
            assertThat(deaf.most).hasValue(1);
        }
    }

    @Test
    void closingEndsALookThatIsUnderWay() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Analysis endless = new Analysis() {
            @Override
            public String name() {
                return "endless";
            }

            @Override
            public Duration interval() {
                return Duration.ofMillis(20);
            }

            @Override
            public Run start(AnalysisContext context) {
                return new Run() {
                    @Override
                    public Judgement look(AnalysisContext now) throws InterruptedException {
                        looking.countDown();
                        try {
                            new CountDownLatch(1).await();
                            return Judgement.pass("never");
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                        }
                    }

                    @Override
                    public Judgement conclude() {
                        return Judgement.inconclusive("never looked");
                    }
                };
            }
        };
        try (Deployer deployer = deployer()) {
            deployer.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.weights(50, 100).bakeTime(Duration.ofMinutes(5)))
                    .watch(endless)
                    .start();
            assertThat(looking.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(interrupted.await(10, TimeUnit.SECONDS))
                .as("the look is left")
                .isTrue();
    }
}
