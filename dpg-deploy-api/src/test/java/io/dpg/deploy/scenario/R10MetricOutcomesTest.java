package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.NoDataPolicy;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.Canary;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** R10: metrics that are no number, through a whole rollout. */
class R10MetricOutcomesTest {

    private static final Duration BAKE = Duration.ofMinutes(2);
    private final Stage stage = new Stage();

    private Metric metric(MetricSource candidate) {
        return Metric.named("error-rate")
                .from(q -> q.group().slot() == Slot.BLUE ? Reading.of(0.001) : candidate.read(q), "errors")
                .below(0.05)
                .interval(Duration.ofSeconds(20));
    }

    private RolloutResult rollout(Metric metric) {
        return stage.rollout("v2", Canary.weights(20, 100).bakeTime(BAKE).finalBakeTime(BAKE))
                .analyze(metric)
                .execute();
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("no data", (MetricSource) q -> Reading.of(List.of()), "no samples"),
                Arguments.of("NaN", (MetricSource) q -> Reading.of(Double.NaN), "NaN"),
                Arguments.of("+Inf", (MetricSource) q -> Reading.of(Double.POSITIVE_INFINITY), "Infinity"),
                Arguments.of("partly NaN", (MetricSource) q -> Reading.of(List.of(0.0, Double.NaN)), "NaN"),
                Arguments.of(
                        "several series",
                        (MetricSource) q -> new Reading.Invalid("3 series where 1 was expected"),
                        "3 series"),
                Arguments.of("429", (MetricSource) q -> new Reading.ProviderError("status 429"), "status 429"),
                Arguments.of("timeout", (MetricSource) R10MetricOutcomesTest::timeout, "no answer"),
                Arguments.of("broken", (MetricSource) R10MetricOutcomesTest::broken, "connection refused"));
    }

    private static Reading timeout(MetricQuery query) throws Exception {
        throw new java.util.concurrent.TimeoutException("no answer within 5 s");
    }

    private static Reading broken(MetricQuery query) throws Exception {
        throw new java.io.IOException("connection refused");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void whatIsNoNumberHoldsThenFailsAtTheDeadlineAndSaysWhatCame(String name, MetricSource source, String said) {
        RolloutResult result = rollout(metric(source));
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason())
                .contains("no verdict within 7 min", "no data is never a pass", "'error-rate'", said);
        assertThat(result.metrics().timeToDetect().orElseThrow()).isBetween(BAKE.plusMinutes(5), BAKE.plusMinutes(6));
        stage.assertAllOld();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void whatBecomesANumberInTimeOnlyHolds(String name, MetricSource source, String said) {
        long until = Duration.ofMinutes(5).toNanos();
        RolloutResult result = rollout(metric(q -> stage.time.nanos() < until ? source.read(q) : Reading.of(0.001)));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(stage.seen(Event.Judged.class).get(0).judgement().reason()).contains(said);
        assertThat(result.metrics().duration()).isGreaterThan(Duration.ofMinutes(7));
        stage.assertAllNew("v2");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void aPolicyMayFailAtOnce(String name, MetricSource source, String said) {
        RolloutResult result = rollout(metric(source)
                .noData(NoDataPolicy.FAIL)
                .invalid(NoDataPolicy.FAIL)
                .sourceError(NoDataPolicy.FAIL)
                .consecutively(1));
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains(said);
        assertThat(result.metrics().timeToDetect().orElseThrow()).isLessThan(BAKE);
        stage.assertAllOld();
    }

    @Test
    void skippingLooksWithoutAValueNeverSkipsAllOfThem() {
        RolloutResult result = rollout(metric(q -> Reading.of(List.of())).noData(NoDataPolicy.SKIP));
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        stage.assertAllOld();
    }

    @Test
    void whatPassedBeforeALookThatBrokeIsNoPass() {
        MetricSource breaksLater = q -> {
            if (stage.time.nanos() > Duration.ofMinutes(1).toNanos()) {
                throw new NoClassDefFoundError("a client of the source");
            }
            return Reading.of(0.001);
        };
        RolloutResult result = rollout(metric(breaksLater));
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("no verdict within", "the newest look brought no answer", "a client of");
        stage.assertAllOld();
    }
}
