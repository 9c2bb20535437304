package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CodeCheckTest {

    private final CheckContext virtual = LocalServer.context(null, new VirtualTime());
    private final CheckContext real = LocalServer.context(null, Time.system());
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void asksAgainUntilTheCodeSaysYes() throws Exception {
        CheckResult result =
                CodeCheck.of("queue", () -> looks.incrementAndGet() >= 4).run(virtual);
        assertThat(result.passed()).isTrue();
        assertThat(result.attempts()).isEqualTo(4);
        assertThat(result.took()).isEqualTo(Duration.ofMillis(200 + 400 + 800));
    }

    @Test
    void falseNullAndAssertionsAreFailuresAndExceptionsAreErrors() throws Exception {
        assertThat(CodeCheck.of("a", () -> false).run(virtual).status()).isEqualTo(Status.FAILED);
        assertThat(CodeCheck.of("a", () -> null).run(virtual).status()).isEqualTo(Status.FAILED);
        CheckResult asserted = CodeCheck.asserting("a", context -> assertThat(1).isEqualTo(2))
                .failAfter(1)
                .run(virtual);
        assertThat(asserted.status()).isEqualTo(Status.FAILED);
        assertThat(asserted.message()).contains("expected: 2");
        CheckResult thrown = CodeCheck.of("a", () -> {
                    throw new IllegalStateException("no broker");
                })
                .failAfter(2)
                .run(virtual);
        assertThat(thrown.status()).isEqualTo(Status.ERROR);
        assertThat(thrown.message()).contains("could not be made", "no broker");
    }

    @Test
    void anErrorOfTheCodeIsNoPassAndEndsNothingElse() throws Exception {
        CheckResult result = CodeCheck.of("a", () -> {
                    throw new StackOverflowError();
                })
                .failAfter(1)
                .run(real);
        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.message()).contains("StackOverflowError");
    }

    @Test
    void codeThatHangsIsInterruptedAtItsTimeout() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CheckResult result = CodeCheck.of("a", () -> {
                    try {
                        return new CountDownLatch(1).await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                })
                .timeout(Duration.ofMillis(50))
                .failAfter(1)
                .run(real);
        assertThat(result.message()).contains("had not ended after 50 ms");
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void codeThatMindsNoInterruptionIsNotCalledTwiceAtATime() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CheckResult result = CodeCheck.of("a", () -> {
                    looks.incrementAndGet();
                    while (release.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    return true;
                })
                .timeout(Duration.ofMillis(30))
                .backoff(Duration.ofMillis(10), Duration.ofMillis(10))
                .failAfter(5)
                .run(real);
        release.countDown();
        assertThat(result.attempts()).isEqualTo(5);
        assertThat(looks).hasValue(1);
        assertThat(result.message()).contains("has not ended yet");
    }

    @Test
    void interruptionEndsTheCheckAndItsCode() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CodeCheck check = CodeCheck.of("a", () -> {
            begun.countDown();
            try {
                return new CountDownLatch(1).await(60, TimeUnit.SECONDS);
            } finally {
                ended.countDown();
            }
        });
        Thread thread = new Thread(() -> {
            try {
                check.run(real);
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.start();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        thread.join(10_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsSetIsKeptInAnyOrder() throws Exception {
        CodeCheck check =
                CodeCheck.of("a", () -> false).critical(false).failAfter(2).named("b");
        assertThat(check.name()).isEqualTo("b");
        assertThat(check.run(virtual).critical()).isFalse();
        assertThat(check.run(virtual).attempts()).isEqualTo(2);
        assertThatThrownBy(() -> CodeCheck.of(" ", () -> true)).hasMessageContaining("blank");
    }
}
