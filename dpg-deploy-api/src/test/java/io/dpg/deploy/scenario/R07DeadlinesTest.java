package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Limits;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.Mishap;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** R7: a deadline passes while promoting and while rolling back; both are bounded. */
class R07DeadlinesTest {

    private static final Limits LIMITS =
            Limits.DEFAULT.change(Duration.ofMinutes(3)).ready(Duration.ofMinutes(4));

    private final Stage stage = new Stage();

    private void loseRoutesFrom(int nth) {
        int[] routes = {0};
        stage.target.mishaps(
                (call, n) -> call.equals("route") && ++routes[0] >= nth ? new Mishap.EffectLost() : Mishap.NONE);
    }

    @Test
    void aReleaseThatNeverGetsReadyIsRolledBackAtItsDeadline() {
        stage.target.version("v2", Behaviour.GOOD.neverReady());
        RolloutResult result =
                stage.rollout("v2", Canary.standard()).limits(LIMITS).execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("wait until 1 instance of green is ready", "within 4 min");
        assertThat(result.metrics().duration()).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        assertThat(((RolloutResult.RolledBack) result).diagnosis()).isEqualTo("simulated diagnosis of GREEN");
        stage.assertAllOld();
    }

    @Test
    void aLaunchThatNeverShowsIsBoundedAndLeavesNothing() {
        stage.target.mishaps((call, n) -> call.equals("launch") ? new Mishap.EffectLost() : Mishap.NONE);
        RolloutResult result =
                stage.rollout("v2", Canary.standard()).limits(LIMITS).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("launch 1 instance of v2 in green", "within 3 min");
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(5));
        stage.assertAllOld();
    }

    @Test
    void aPromotionWhoseWeightsNeverShowReturnsWithinItsDeadline() {
        int[] routes = {0};
        stage.target.mishaps((call, n) -> {
            routes[0] += call.equals("route") ? 1 : 0;
            boolean lost = call.equals("route") && stage.time.now().isBefore(start(6)) && routes[0] > 1;
            return lost ? new Mishap.EffectLost() : Mishap.NONE;
        });
        RolloutResult result = stage.rollout("v2", Canary.weights(10, 100).bakeTime(Duration.ofMinutes(1)))
                .limits(LIMITS)
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("green 100 %", "did not show within 3 min");
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(10));
        stage.assertAllOld();
    }

    private java.time.Instant start(int minutes) {
        return java.time.Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofMinutes(minutes));
    }

    @Test
    void aRollbackWhoseWeightsNeverShowIsStuckWithinItsDeadlineAndSaysWhatToDo() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.5));
        loseRoutesFrom(2);
        RolloutResult result = stage.rollout("v2", Canary.weights(10, 50, 100).bakeTime(Duration.ofMinutes(1)))
                .analyze(stage.errorRate())
                .limits(LIMITS)
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(30));
        assertThat(result.reason()).contains("returning to stable failed", "did not show within 3 min");
        RolloutResult.Stuck stuck = (RolloutResult.Stuck) result;
        assertThat(stuck.commands()).hasSizeGreaterThan(2).first().asString().contains("look at simulated:shop");
        assertThat(stuck.summary().observed()).isEqualTo(stage.target.truth());
        assertThat(stage.lastRecord().data()).containsEntry("outcome", "Stuck");
    }

    @Test
    void aTargetThatStopsAnsweringIsGivenUpWithinAnHour() {
        stage.target.mishaps((call, n) -> stage.time.now().isBefore(start(2)) ? Mishap.NONE : new Mishap.Refused());
        RolloutResult result =
                stage.rollout("v2", Canary.standard()).limits(LIMITS).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.metrics().duration()).isLessThan(Duration.ofHours(1));
        assertThat(((RolloutResult.Stuck) result).commands()).isNotEmpty();
    }

    @Test
    void aCheckThatNeverAnswersIsEndedAtTheLimitOfItsStep() {
        Check hangs = new Check() {
            @Override
            public String name() {
                return "hangs";
            }

            @Override
            public CheckResult run(CheckContext context) throws InterruptedException {
                context.time().sleep(Duration.ofDays(1));
                return CheckResult.passed("hangs", "at last", Duration.ZERO);
            }
        };
        RolloutResult result = stage.rollout("v2", BlueGreen.standard())
                .verify(hangs)
                .limits(LIMITS)
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("hangs error: no answer");
        stage.assertAllOld();
    }

    @Test
    void aReleaseThatCannotSucceedAnyMoreFailsAtOnce() {
        stage.target.version("v2", Behaviour.GOOD.neverReady().crashesAfter(Duration.ofSeconds(3)));
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .limits(Limits.DEFAULT.ready(Duration.ofHours(3)))
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.metrics().timeToDetect().orElseThrow()).isLessThan(Duration.ofSeconds(6));
        stage.assertAllOld();
    }
}
