package io.dpg.deploy.verify.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.secret.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a load refuses when it is described. */
class LoadSettingsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Load load() {
        return Load.get("/search").rate(100).duration(SECOND).warmUp(Duration.ZERO);
    }

    @Test
    void refusesMoreThanIsAllowedAndSaysHowToAllowIt() {
        assertThatThrownBy(() -> load().rate(1_001).run(TestServer.nobody()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rate(1,001) is above the 1000")
                .hasMessageContaining("allowing(");
        assertThatThrownBy(() -> load().duration(Duration.ofMinutes(11)).run(TestServer.nobody()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowing(");
        assertThat(load().allowing(2_000, Duration.ofHours(1))
                        .rate(1_001)
                        .profile()
                        .rate())
                .isEqualTo(1_001);
    }

    @Test
    void refusesRateWithConcurrencyInBothOrders() {
        assertThatThrownBy(() -> Load.get("/").rate(5).concurrency(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("rate(5)", "concurrency(2)");
        assertThatThrownBy(() -> Load.get("/").concurrency(2).rate(5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("rate(5)", "concurrency(2)");
    }

    @Test
    void refusesWhatCannotBeSent() {
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable wrong :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> load().rate(0),
                        () -> load().rate(Double.NaN),
                        () -> load().duration(Duration.ZERO),
                        () -> load().duration(Duration.ofSeconds(Long.MAX_VALUE)),
                        () -> load().warmUp(Duration.ofSeconds(-1)),
                        () -> load().timeout(Duration.ofSeconds(-1)),
                        () -> load().connections(0),
                        () -> load().count(0),
                        () -> load().status(99),
                        () -> load().json(),
                        () -> load().header("a b", "c"),
                        () -> load().allowing(0, SECOND),
                        () -> Load.get("http://elsewhere/"),
                        () -> Load.request("G E T", "/"),
                        () -> Load.get("/a b"),
                        () -> load().run(java.net.URI.create("ftp://127.0.0.1/")))) {
            assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void secretsArePrintedNowhere() {
        Load load = load().header("X-Api-Key", Secret.of("hunter2"));
        assertThat(load.toString()).isEqualTo("GET /search");
        assertThatThrownBy(() -> load.header("X-Other", Secret.of("hunter2\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("hunter2");
    }
}
