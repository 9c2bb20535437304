package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R22: the alarm is already firing when the release that fixes it is deployed. */
class R22AlreadyFiringTest {

    private final Stage stage = new Stage();

    static Strategy[] strategies() {
        return new Strategy[] {BlueGreen.standard(), Canary.standard()};
    }

    @BeforeEach
    void theBaselineFails() {
        stage.target.version("v1", Behaviour.GOOD.errorRatio(0.2));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void anAbsoluteThresholdIsRefusedBeforeAnythingIsChanged(Strategy strategy) {
        stage.target.observer((call, slot, routed, seen, with) -> {
            throw new AssertionError("touched by " + call);
        });
        RolloutResult result =
                stage.rollout("v2", strategy).analyze(stage.errorRate()).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("analysis 'error-rate'", "0.2", "evenIfAlreadyFiring");
        stage.assertAllOld();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theReleaseThatFixesItIsPromotedWhereAChangeIsAskedFor(Strategy strategy) {
        RolloutResult result = stage.rollout("v2", strategy)
                .analyze(stage.errorRate().evenIfAlreadyFiring())
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aReleaseThatMakesItWorseIsNot(Strategy strategy) {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.4));
        RolloutResult result = stage.rollout("v2", strategy)
                .analyze(stage.errorRate().evenIfAlreadyFiring())
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        stage.assertAllOld();
    }
}
