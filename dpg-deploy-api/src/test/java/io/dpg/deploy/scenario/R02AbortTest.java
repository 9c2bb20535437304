package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.Mishap;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R2: somebody aborts, at every moment there is. */
class R02AbortTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard().bakeTime(MINUTE).retireAfter(MINUTE),
            Canary.weights(10, 50, 100).bakeTime(MINUTE).finalBakeTime(MINUTE),
            Rolling.batches(2).bakeTime(MINUTE).finalBakeTime(MINUTE)
        };
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void anAbortAtAnyCallReturnsEverythingToStable(Strategy strategy) {
        int heard = 0;
        for (int n = 0; ; n++) {
            Stage stage = new Stage();
            boolean said = abortAtCall(stage, n, stage.deployer, strategy);
            if (said) {
                heard++;
                stage.assertAllOld();
                assertThat(stage.target.truth().weight(Slot.GREEN)).isZero();
                assertThat(stage.lastRecord().data()).containsEntry("outcome", "Aborted");
            } else if (stage.target.calls() <= n) {
                break;
            }
        }
        assertThat(heard).as("calls at which somebody aborted").isGreaterThan(15);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void anAbortFromAnotherProcessAtAnyCallReturnsEverythingToStable(Strategy strategy) {
        int heard = 0;
        for (int n = 0; ; n++) {
            Stage stage = new Stage();
            boolean said = abortAtCall(stage, n, stage.another(), strategy);
            if (said) {
                heard++;
                stage.assertAllOld();
            } else if (stage.target.calls() <= n) {
                break;
            }
        }
        assertThat(heard).as("calls at which somebody aborted").isGreaterThan(15);
    }

    /** Returns whether there was something to abort when call {@code n} came. */
    private static boolean abortAtCall(Stage stage, int n, Deployer by, Strategy strategy) {
        boolean[] said = {false};
        stage.target.mishaps((call, number) -> {
            said[0] |= number == n && by.abort(stage.target);
            return Mishap.NONE;
        });
        RolloutResult result = stage.rollout("v2", strategy).execute();
        if (said[0]) {
            assertThat(result).as("aborted at call " + n).isInstanceOf(RolloutResult.Aborted.class);
            assertThat(result.reason()).contains("aborted by tester");
        } else {
            assertThat(result.promoted()).as(result.reason()).isTrue();
        }
        return said[0];
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void abortWinsOverAPromotionSaidBeforeIt(Strategy strategy) {
        Stage stage = new Stage();
        stage.time.at(Duration.ofSeconds(30), () -> {
            Rollout running = stage.deployer.running().iterator().next();
            running.promote();
            running.abort();
        });
        RolloutResult result = stage.rollout("v2", strategy).execute();
        assertThat(result).isInstanceOf(RolloutResult.Aborted.class);
        stage.assertAllOld();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void abortWinsOverAPromotionSaidAfterIt(Strategy strategy) {
        Stage stage = new Stage();
        stage.time.at(Duration.ofSeconds(30), () -> {
            Rollout running = stage.deployer.running().iterator().next();
            running.abort();
            running.promote();
        });
        RolloutResult result = stage.rollout("v2", strategy).execute();
        assertThat(result).isInstanceOf(RolloutResult.Aborted.class);
        stage.assertAllOld();
    }

    @Test
    void anAbortOfAPausedRolloutReturnsToStable() {
        Stage stage = new Stage();
        stage.time.at(Duration.ofSeconds(30), () -> stage.deployer.pause(stage.target));
        stage.time.at(Duration.ofMinutes(20), () -> stage.another().abort(stage.target));
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result).isInstanceOf(RolloutResult.Aborted.class);
        assertThat(stage.seen(Event.Paused.class)).hasSize(1);
        assertThat(result.metrics().duration()).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(22));
        stage.assertAllOld();
    }

    @Test
    void anAbortWhileAGateIsWaitedForEndsItWithoutAChange() {
        Stage stage = new Stage();
        stage.time.at(Duration.ofMinutes(20), () -> stage.another().abort(stage.target));
        stage.target.observer((call, slot, routed, seen, with) -> {
            throw new AssertionError(call + " before the gate opened");
        });
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .environment(Environment.named("production")
                        .approval(ApprovalPolicy.DEFAULT)
                        .build())
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Aborted.class);
        assertThat(result.metrics().duration()).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(21));
        stage.assertAllOld();
    }

    @Test
    void anAbortOnTheWayBackChangesNothingOfIt() {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.3));
        boolean[] said = {false};
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (!stage.seen(Event.GoingBack.class).isEmpty()) {
                said[0] |= stage.deployer.abort(stage.target);
            }
        });
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .analyze(stage.errorRate())
                .execute();
        assertThat(said[0]).isTrue();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        stage.assertAllOld();
    }

    @Test
    void anAbortWithNothingRunningDoesNothing() {
        Stage stage = new Stage();
        assertThat(stage.deployer.abort(stage.target))
                .as("before the first rollout")
                .isFalse();
        assertThat(stage.target.calls()).isZero();
        Rollout rollout =
                stage.rollout("v2", BlueGreen.standard().bakeTime(MINUTE)).start();
        long calls = stage.target.calls();
        assertThat(stage.deployer.abort(stage.target)).as("after its end").isFalse();
        rollout.abort();
        assertThat(stage.target.calls()).isEqualTo(calls);
        assertThat(stage.journal.messages(rollout.id())).isEmpty();
        stage.assertAllNew("v2");
    }

    @Test
    void anAbortOfADeadRolloutIsHeardByWhoeverResumesIt() {
        Stage stage = new Stage();
        stage.time.at(Duration.ofSeconds(30), () -> {
            throw new io.dpg.deploy.testkit.SimulatedCrash("in the first bake");
        });
        try {
            stage.rollout("v2", Canary.standard()).execute();
        } catch (io.dpg.deploy.testkit.SimulatedCrash expected) {
            assertThat(stage.weight("v2")).isEqualTo(10);
        }
        Deployer another = stage.another();
        assertThat(another.abort(stage.target)).isTrue();
        assertThat(another.resume(stage.target).execute())
                .hasValueSatisfying(r -> assertThat(r).isInstanceOf(RolloutResult.Aborted.class));
        stage.assertAllOld();
    }
}
