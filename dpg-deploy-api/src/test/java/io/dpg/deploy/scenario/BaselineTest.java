package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.testkit.SimulatedChecks;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BaselineTest {

    private final Stage stage = new Stage();

    private Metric ratio() {
        return Metric.named("error-rate")
                .from(SimulatedChecks.errorRatio(stage.target), "error-ratio")
                .below(1.5)
                .timesBaseline();
    }

    @Test
    void comparingWithABaselineIsRefusedWhereInstancesAreReplacedInPlace() {
        assertThatThrownBy(() -> stage.rollout("v2", Rolling.standard().finalBakeTime(Duration.ofMinutes(1)))
                        .analyze(ratio())
                        .plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("analyze = error-rate: compares with the stable group");
    }

    @Test
    void comparingWithABaselineIsLeftOutOfTheFirstRollout() {
        SimulatedTarget empty = new SimulatedTarget("empty", stage.time);
        try (Deployer deployer = stage.deployer(stage.journal)) {
            var plan = deployer.rollout(empty)
                    .release(Release.of("shop", "v1"))
                    .strategy(Canary.standard())
                    .analyze(ratio())
                    .plan();
            assertThat(plan.steps())
                    .anySatisfy(s -> assertThat(s).isInstanceOfSatisfying(Step.Bake.class, b -> assertThat(b.analyses())
                            .isEmpty()));
        }
    }

    @Test
    void comparingWithABaselinePassesACanaryThatIsAsGood() {
        assertThat(stage.rollout("v2", Canary.standard())
                        .analyze(ratio())
                        .execute()
                        .promoted())
                .isTrue();
    }
}
