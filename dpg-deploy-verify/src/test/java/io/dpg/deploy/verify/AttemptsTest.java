package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.testkit.VirtualTime;
import io.dpg.deploy.verify.Attempts.Found;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is said when a check gave up: what is wrong, whatever the last look happened to find. */
class AttemptsTest {

    private final VirtualTime time = new VirtualTime();
    private final AtomicInteger looks = new AtomicInteger();

    private CheckResult run(Attempts attempts, Attempts.Look look) throws InterruptedException {
        return attempts.run(
                "smoke",
                new CheckContext(null, Slot.GREEN, Release.of("shop", "2.0.0"), Duration.ofMinutes(10), time),
                look);
    }

    @Test
    void aGoodLookAtTheEndDoesNotHideTheBadOnes() throws Exception {
        CheckResult result = run(
                Attempts.DEFAULT.successes(3).within(Duration.ofSeconds(2)),
                timeout -> looks.incrementAndGet() % 2 == 0 ? Found.bad("got 500") : Found.good("got 200"));
        assertThat(result.passed()).isFalse();
        assertThat(result.message()).contains("got 500").doesNotContain("got 200");
    }

    @Test
    void aLookThatTheEndCutShortDoesNotHideTheOnesBefore() throws Exception {
        CheckResult result = run(Attempts.DEFAULT.within(Duration.ofSeconds(2)), timeout -> {
            if (looks.incrementAndGet() < 3) {
                return Found.bad("got 500");
            }
            time.sleep(timeout);
            return Found.bad("got no answer");
        });
        assertThat(result.message()).startsWith("got 500");
    }

    @Test
    void aLookThatTakesAllTimeIsToldOfWhereThereWasNoOther() throws Exception {
        CheckResult result = run(Attempts.DEFAULT.within(Duration.ofSeconds(2)), timeout -> {
            time.sleep(timeout);
            return Found.bad("got no answer");
        });
        assertThat(result.message()).startsWith("got no answer");
    }
}
