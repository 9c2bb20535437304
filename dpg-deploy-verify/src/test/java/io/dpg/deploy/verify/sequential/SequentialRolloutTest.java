package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whole rollouts on a simulated target, in virtual time, with 100 requests a second of which 1 % fail. */
class SequentialRolloutTest {

    private final VirtualTime time = new VirtualTime();
    private final Instant began = time.now();
    private final SimulatedTarget target = new SimulatedTarget("shop", time).serving("v1", 4);
    private final List<Event> events = new ArrayList<>();
    private final Traffic traffic = new Traffic(23);
    private double times = 1;
    private @Nullable Instant gone;

    /** The group's share of the traffic as it is now; where it has none any more, half of it before. */
    private final MetricSource source = new MetricSource() {
        @Override
        public Reading read(MetricQuery query) {
            boolean candidate = query.group().version().equals("v2");
            double seconds = Duration.between(query.from(), query.to()).toMillis() / 1000.0;
            double share = share(query);
            Block block = traffic.sample(seconds, 100, share, 0.01, candidate ? times : 1, 1);
            return Reading.share(block.events(), block.total());
        }

        private double share(MetricQuery query) {
            int weight = query.group().weight();
            if (weight == 0 && gone == null) {
                gone = time.now();
            }
            boolean earlier =
                    query.from().isBefore(began) || (gone != null && !query.to().isAfter(gone));
            return weight == 0 && earlier ? 0.5 : weight / 100.0;
        }
    };

    private RolloutBuilder rollout(Strategy strategy) {
        return Deployer.builder()
                .time(time)
                .executor(Runnable::run)
                .listener(events::add)
                .build()
                .rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(strategy);
    }

    private Sequential errors() {
        return Sequential.harm("errors").from(source, "errors");
    }

    private static Strategy canary() {
        return Canary.weights(10, 50, 100).bakeTime(Duration.ofMinutes(5)).finalBakeTime(Duration.ofMinutes(5));
    }

    @Test
    void aHarmlessCanaryIsPromotedAndTheEndDoesNotWaitForABaselineThatIsGone() {
        RolloutResult result = rollout(canary()).watch(errors()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(events.stream().filter(Event.Judged.class::isInstance).map(Object::toString))
                .anyMatch(e -> e.contains("ruled out"))
                .anyMatch(e -> e.contains("the baseline has no traffic any more"));
    }

    @Test
    void aCanaryWithThreeTimesTheErrorsIsTakenBackInTheFirstStep() {
        times = 3;
        RolloutResult result = rollout(canary()).watch(errors()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("analysis 'errors' failed: errors of the candidate", "% certainty");
        assertThat(result.metrics().timeToDetect().orElseThrow()).isLessThan(Duration.ofMinutes(3));
    }

    @Test
    void asAnAnalysisOfEachStepItGoesOnWithThePastInTheLast() {
        Strategy canary = Canary.weights(10, 50, 100).bakeTime(Duration.ofMinutes(5));
        RolloutResult result =
                rollout(canary).analyze(errors().comparingWithThePast()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
    }

    @Test
    void afterABlueGreenSwitchThePastHelps() {
        Strategy blueGreen = BlueGreen.standard().bakeTime(Duration.ofMinutes(5));
        RolloutResult good =
                rollout(blueGreen).analyze(errors().comparingWithThePast()).execute();
        assertThat(good.promoted()).as(good.reason()).isTrue();
    }

    @Test
    void harmAfterABlueGreenSwitchIsTakenBack() {
        times = 3;
        Strategy blueGreen = BlueGreen.standard().bakeTime(Duration.ofMinutes(5));
        RolloutResult bad =
                rollout(blueGreen).analyze(errors().comparingWithThePast()).execute();
        assertThat(bad).as(bad.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(bad.metrics().timeToDetect().orElseThrow()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void withoutThePastABlueGreenSwitchCannotBeJudgedAndIsRefused() {
        Strategy blueGreen = BlueGreen.standard().bakeTime(Duration.ofMinutes(5));
        assertThatThrownBy(() -> rollout(blueGreen).analyze(errors()).execute())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("compares with the stable group at the same time");
    }
}
