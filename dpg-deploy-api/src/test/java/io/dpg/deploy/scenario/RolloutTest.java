package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedChecks;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RolloutTest {

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard(),
            Canary.standard(),
            Canary.linear(20, Duration.ofMinutes(1)),
            Rolling.standard().finalBakeTime(Duration.ofMinutes(1))
        };
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aGoodReleaseEndsWithAllTraffic(Strategy strategy) {
        Stage stage = new Stage();
        RolloutResult result = stage.rollout("v2", strategy)
                .verify(SimulatedChecks.health(stage.target))
                .analyze(stage.errorRate())
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Promoted.class);
        assertThat(stage.weight("v2")).isEqualTo(100);
        assertThat(result.summary().warnings()).isEmpty();
    }

    @Test
    void aReleaseThatAGateRejectsIsToldOfTogetherWithWhatServes() {
        Stage stage = new Stage();
        Gate closed = new Gate() {
            @Override
            public String name() {
                return "tests";
            }

            @Override
            public GateDecision evaluate(GateContext context) {
                return GateDecision.closed("1 of 2 failed");
            }
        };
        RolloutResult result =
                stage.rollout("v2", BlueGreen.standard()).gate(closed).execute();
        assertThat(result.reason()).isEqualTo("gate 'tests' closed: 1 of 2 failed");
        assertThat(result.summary().observed().serving())
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v1"));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aReleaseWhoseCheckFailsIsRolledBack(Strategy strategy) {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.unhealthy());
        RolloutResult result = stage.rollout("v2", strategy)
                .verify(SimulatedChecks.health(stage.target))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("expected status 200, got 500");
        assertThat(stage.weight("v1")).isEqualTo(100);
        assertThat(stage.target.truth().groups()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aReleaseWithErrorsIsCaughtByItsErrorRate(Strategy strategy) {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.3));
        RolloutResult result =
                stage.rollout("v2", strategy).analyze(stage.errorRate()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("error-rate");
        assertThat(stage.weight("v1")).isEqualTo(100);
        assertThat(result.metrics().timeToDetect()).isPresent();
        assertThat(result.metrics().timeToRecover()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aCrashingReleaseIsCaughtBeforeTheDeadline(Strategy strategy) {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.neverReady().crashesAfter(Duration.ofSeconds(1)));
        RolloutResult result = stage.rollout("v2", strategy).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("CrashLoop");
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void aFirstReleaseNeedsNothingThatServes() {
        Stage stage = new Stage();
        var empty = new io.dpg.deploy.testkit.SimulatedTarget("empty", stage.time);
        RolloutResult result = stage.deployer
                .rollout(empty)
                .release(io.dpg.deploy.Release.of("shop", "v1"))
                .strategy(Canary.standard())
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(empty.truth().serving()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aPlanIsTheSameWhenItWasWrittenAndReadBack(Strategy strategy) {
        Stage stage = new Stage();
        io.dpg.deploy.Plan plan = stage.rollout("v2", strategy)
                .verify(SimulatedChecks.health(stage.target))
                .analyze(stage.errorRate())
                .plan();
        assertThat(io.dpg.deploy.Plan.fromJson(plan.toJson())).isEqualTo(plan);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> io.dpg.deploy.Plan.fromJson("{]"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
