package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.strategy.Canary;
import java.time.Duration;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** R12: a metric that flaps, through a whole rollout. */
class R12FlappingMetricTest {

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private final Stage stage = new Stage();

    /** A metric that is bad at those looks (counted through the rollout) that {@code bad} names. */
    private Metric badAt(LongPredicate bad) {
        long[] look = {0};
        return Metric.named("error-rate")
                .from(
                        q -> q.group().slot() == Slot.BLUE
                                ? Reading.of(0.001)
                                : Reading.of(bad.test(look[0]++) ? 0.4 : 0.001),
                        "errors")
                .below(0.05)
                .interval(INTERVAL);
    }

    private RolloutResult rollout(Metric metric, Duration bake) {
        return stage.rollout("v2", Canary.weights(10, 100).bakeTime(bake).finalBakeTime(bake))
                .analyze(metric)
                .execute();
    }

    @Test
    void aMetricThatIsBadEveryOtherLookFails() {
        RolloutResult result = rollout(badAt(n -> n % 2 == 0), Duration.ofMinutes(15));
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("bad in 2 of the last 3 looks");
        assertThat(result.metrics().timeToDetect().orElseThrow()).isEqualTo(INTERVAL.multipliedBy(3));
        stage.assertAllOld();
    }

    @Test
    void blipsAnHourApartDoNotAddUp() {
        RolloutResult result = rollout(badAt(n -> n % 120 == 1), Duration.ofHours(12));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isGreaterThan(Duration.ofHours(24));
        stage.assertAllNew("v2");
    }

    @Test
    void consecutiveCountingForgivesEveryOtherLook() {
        RolloutResult result = rollout(badAt(n -> n % 2 == 0).consecutively(2), Duration.ofMinutes(15));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @Test
    void consecutiveCountingFailsOnARow() {
        RolloutResult result = rollout(badAt(n -> n >= 10 && n < 13).consecutively(3), Duration.ofMinutes(15));
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.metrics().timeToDetect().orElseThrow()).isEqualTo(INTERVAL.multipliedBy(13));
        stage.assertAllOld();
    }
}
