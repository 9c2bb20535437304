package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SmokeSuiteTest {

    private final CheckContext real = LocalServer.context(null, Time.system());
    private final CheckContext virtual = LocalServer.context(null, new VirtualTime());
    private final Check good = Checks.of("good", () -> true);
    private final Check bad = Checks.of("bad", () -> false);
    private final SmokeSuite suite = SmokeSuite.named("smoke");

    private static CheckContext within(Duration remaining) {
        CheckContext all = LocalServer.context(null, Time.system());
        return new CheckContext(all.base(), all.slot(), all.release(), remaining, all.time());
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("dpg-deploy-suite"))
                .count();
    }

    private static Check waiting(String name, CountDownLatch begun, CountDownLatch ended) {
        return Checks.asserting(name, context -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
        });
    }

    @Test
    void passesWhereEveryCheckDoesAndHoldsTheirResults() throws Exception {
        CheckResult result = suite.add(good, Checks.of("fine", () -> true)).run(real);
        assertThat(result.passed()).isTrue();
        assertThat(result.check()).isEqualTo("smoke");
        assertThat(result.message()).isEqualTo("2 of 2 checks passed");
        assertThat(result.parts()).extracting(CheckResult::check).containsExactly("good", "fine");
        assertThat(threads()).isZero();
    }

    @Test
    void aNonCriticalFailureIsReportedAndFailsNothing() throws Exception {
        CheckResult result = suite.add(good, Checks.reportOnly(bad)).run(real);
        assertThat(result.passed()).isTrue();
        assertThat(result.message())
                .isEqualTo("1 of 2 checks passed; not critical: bad failed: expected true, but got false");
        assertThat(result.parts().get(1).status()).isEqualTo(Status.FAILED);
        assertThat(result.parts().get(1).critical()).isFalse();
    }

    @Test
    void aCriticalFailureFailsTheSuiteAndTheOthersAreMadeAllTheSame() throws Exception {
        CheckResult result = suite.add(bad, good).concurrency(1).run(real);
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.message()).isEqualTo("1 of 2 checks passed; bad failed: expected true, but got false");
        assertThat(result.parts()).extracting(CheckResult::passed).containsExactly(false, true);
    }

    @Test
    void whateverAChecksCodeThrowsIsAnErrorOfThatCheckAlone() throws Exception {
        Check error = new Named("error", context -> {
            throw new StackOverflowError();
        });
        Check exception = new Named("exception", context -> {
            throw new IllegalStateException("oops");
        });
        Check nothing = new Named("nothing", context -> null);
        Check interrupts = new Named("interrupts", context -> {
            throw new InterruptedException();
        });
        CheckResult result = suite.add(error, exception, nothing, interrupts, good)
                .concurrency(2)
                .run(real);
        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.parts())
                .extracting(CheckResult::status)
                .containsExactly(Status.ERROR, Status.ERROR, Status.ERROR, Status.ERROR, Status.PASSED);
        assertThat(result.message()).contains("StackOverflowError", "oops", "it gave no result");
        assertThat(suite.add(exception, good).run(virtual).parts())
                .extracting(CheckResult::status)
                .containsExactly(Status.ERROR, Status.PASSED);
    }

    private record Named(String name, Body body) implements Check {
        interface Body {
            CheckResult run(CheckContext context) throws Exception;
        }

        @Override
        public CheckResult run(CheckContext context) throws Exception {
            return body.run(context);
        }
    }

    @Test
    void aSuiteWithoutChecksIsNoPass() throws Exception {
        assertThat(suite.run(real).status()).isEqualTo(Status.ERROR);
    }

    @Test
    void asManyAtATimeAsAllowedAndNoMore() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier three = new CyclicBarrier(3);
        List<Check> checks = IntStream.range(0, 12)
                .<Check>mapToObj(i -> Checks.asserting("check " + i, context -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    three.await(30, TimeUnit.SECONDS);
                    now.decrementAndGet();
                }))
                .toList();
        CheckResult result = suite.addAll(checks).concurrency(3).run(real);
        assertThat(result.passed()).as(result.message()).isTrue();
        assertThat(most).hasValueBetween(1, 3);
    }

    @Test
    void resultsStandInTheSuitesOrderWhateverTheTiming() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            List<Check> checks = IntStream.range(0, 20)
                    .<Check>mapToObj(i -> {
                        long spin = random.nextInt(500_000);
                        return Checks.asserting("check " + i, context -> {
                            long end = context.time().nanos() + spin;
                            while (context.time().nanos() < end) {
                                Thread.onSpinWait();
                            }
                        });
                    })
                    .toList();
            CheckResult result = suite.addAll(checks).concurrency(8).run(real);
            assertThat(result.parts())
                    .extracting(CheckResult::check)
                    .containsExactlyElementsOf(checks.stream().map(Check::name).toList());
        }
    }

    @Test
    void whenItsTimeIsOverRunningChecksAreInterruptedAndFail() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        CheckResult result = suite.add(waiting("hangs", begun, ended), good)
                .concurrency(1)
                .within(Duration.ofMillis(300))
                .run(real);
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.parts().get(0).message()).isEqualTo("had not ended when the suite's 300 ms were over");
        assertThat(result.parts().get(0).status()).isEqualTo(Status.FAILED);
        assertThat(result.parts().get(1).message()).isEqualTo("no time was left to make it");
        assertThat(result.parts().get(1).status()).isEqualTo(Status.ERROR);
        assertThat(ended.getCount()).isZero();
        assertThat(threads()).isZero();
    }

    @Test
    void whatTheRolloutAllowsBoundsTheSuiteAndItsChecks() throws Exception {
        AtomicReference<Duration> seen = new AtomicReference<>();
        suite.add(Checks.asserting("sees", context -> seen.set(context.remaining())))
                .within(Duration.ofMinutes(5))
                .run(within(Duration.ofSeconds(10)));
        assertThat(seen.get()).isBetween(Duration.ofSeconds(5), Duration.ofMillis(9500));
        CountDownLatch latch = new CountDownLatch(1);
        CheckResult result = suite.add(waiting("hangs", latch, latch)).run(within(Duration.ofMillis(200)));
        assertThat(result.passed()).isFalse();
    }

    @Test
    void codeThatMindsNoInterruptionIsLeftBehindAndTheSuiteEnds() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Check stubborn = Checks.asserting("stubborn", context -> {
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        CheckResult result = suite.add(stubborn).within(Duration.ofMillis(100)).run(real);
        release.countDown();
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.took()).isBetween(Duration.ofMillis(1000), Duration.ofSeconds(20));
    }

    @Test
    void interruptionEndsAllChecksAndLeavesNoThread() throws Exception {
        CountDownLatch begun = new CountDownLatch(3);
        CountDownLatch ended = new CountDownLatch(3);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        SmokeSuite hanging =
                suite.add(waiting("a", begun, ended), waiting("b", begun, ended), waiting("c", begun, ended), good);
        Thread thread = new Thread(() -> {
            try {
                hanging.concurrency(3).run(real);
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        thread.join(20_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(ended.getCount()).isZero();
        assertThat(threads()).isZero();
    }

    @Test
    void inVirtualTimeChecksAreMadeOneAfterTheOther() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CheckResult result = suite.add(
                        CodeCheck.of("third", () -> looks.incrementAndGet() == 3),
                        good,
                        CodeCheck.of("never", () -> false))
                .within(Duration.ofSeconds(60))
                .run(virtual);
        assertThat(result.parts()).extracting(CheckResult::passed).containsExactly(true, true, false);
        assertThat(result.took()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    }

    @Test
    void suitesAndTheirSettingsAreChecked() {
        assertThatThrownBy(() -> suite.add(good, Checks.of("good", () -> false)))
                .hasMessageContaining("two checks named 'good'");
        assertThatThrownBy(() -> suite.concurrency(0)).hasMessageContaining("1 to 100");
        assertThatThrownBy(() -> suite.within(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> SmokeSuite.named(" ")).hasMessageContaining("blank");
        assertThat(suite.add(good).critical(false).critical()).isFalse();
        assertThat(suite.checks()).isEmpty();
    }

    @Test
    void aSuiteWithinASuiteIsOneOfItsChecks() throws Exception {
        CheckResult result =
                suite.add(SmokeSuite.named("inner").add(bad, good), good).run(real);
        assertThat(result.passed()).isFalse();
        assertThat(result.parts().get(0).parts()).hasSize(2);
    }
}
