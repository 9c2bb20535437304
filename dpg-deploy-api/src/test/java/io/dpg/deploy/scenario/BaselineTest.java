package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.FaultyJournal;
import io.dpg.deploy.testkit.SimulatedChecks;
import io.dpg.deploy.testkit.SimulatedCrash;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

    @Test
    void afterASwitchTheBaselineIsWhatItWasBefore() {
        RolloutResult result =
                stage.rollout("v2", BlueGreen.standard()).analyze(ratio()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
    }

    @Test
    void afterASwitchAReleaseThatIsWorseThanItsBaselineIsTakenBack() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.004));
        RolloutResult result =
                stage.rollout("v2", BlueGreen.standard()).analyze(ratio()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("0.004 is not below 0.0015, which is 1.5 times the baseline's 0.001");
        stage.assertAllOld();
    }

    @Test
    void afterACrashTheBaselineIsStillWhatItWasBeforeTheSwitch() {
        AtomicBoolean dead = new AtomicBoolean();
        Deployer dying = stage.deployer(new FaultyJournal(stage.journal, before -> {}, record -> {
            if (stage.weight("v2") == 100 && !dead.getAndSet(true)) {
                throw new SimulatedCrash("after the switch");
            }
        }));
        assertThatThrownBy(() -> stage.rollout(dying, "v2", BlueGreen.standard())
                        .analyze(ratio())
                        .execute())
                .isInstanceOf(SimulatedCrash.class);
        stage.time.advance(Duration.ofMinutes(20));
        RolloutResult result =
                stage.another().resume(stage.target).analyze(ratio()).execute().orElseThrow();
        assertThat(result.promoted()).as(result.reason()).isTrue();
    }
}
