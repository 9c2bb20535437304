package io.dpg.deploy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChecksTest {

    private final VirtualTime time = new VirtualTime();

    private CheckResult run(Check check) throws Exception {
        return check.run(new CheckContext(
                URI.create("http://localhost/"), Slot.GREEN, Release.of("shop", "2.0.0"), Duration.ofMinutes(5), time));
    }

    @Test
    void trueIsAPassAndFalseIsAFailure() throws Exception {
        CheckResult passed = run(Checks.of("cache", () -> {
            time.advance(Duration.ofMillis(7));
            return true;
        }));
        assertThat(passed.passed()).isTrue();
        assertThat(passed.took()).isEqualTo(Duration.ofMillis(7));
        assertThat(run(Checks.of("cache", () -> false)).status()).isEqualTo(CheckResult.Status.FAILED);
        assertThat(run(Checks.of("cache", () -> null)).status()).isEqualTo(CheckResult.Status.FAILED);
    }

    @Test
    void anExceptionIsAnErrorAndNotAFailure() throws Exception {
        CheckResult result = run(Checks.of("cache", () -> {
            throw new IOException("no route to host");
        }));
        assertThat(result.status()).isEqualTo(CheckResult.Status.ERROR);
        assertThat(result.message()).contains("no route to host");
    }

    @Test
    void anAssertionSaysWhatItExpected() throws Exception {
        CheckResult result = run(Checks.asserting(
                "version", context -> assertThat(context.release().version()).isEqualTo("1.0.0")));
        assertThat(result.status()).isEqualTo(CheckResult.Status.FAILED);
        assertThat(result.message()).contains("2.0.0", "1.0.0");
        assertThat(run(Checks.asserting("slot", c -> assertThat(c.slot()).isEqualTo(Slot.GREEN)))
                        .passed())
                .isTrue();
    }

    @Test
    void interruptionIsPassedOn() {
        assertThatThrownBy(() -> run(Checks.asserting("slow", c -> {
                    throw new InterruptedException();
                })))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void aReportOnlyCheckIsNotCritical() throws Exception {
        Check check = Checks.of("cache", () -> false);
        assertThat(check.critical()).isTrue();
        assertThat(Checks.reportOnly(check).critical()).isFalse();
        assertThat(run(Checks.reportOnly(check)).check()).isEqualTo("cache");
    }
}
