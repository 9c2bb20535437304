package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks and checks of the user's own, pause, resume and promote, and the numbers of a rollout. */
class ControlTest {

    private static final BlueGreen RETIRING = BlueGreen.standard().retireAfter(Duration.ZERO);
    private final Stage stage = new Stage();

    @Test
    void hooksRunInTheirOrderAndPlace() {
        List<String> order = new ArrayList<>();
        stage.target.observer((call, slot, routed, seen, with) -> order.add(call));
        RolloutResult result = stage.rollout("v2", RETIRING)
                .afterPromotion("third", o -> order.add("third with v2 at " + stage.weight("v2")))
                .beforeTraffic("second", o -> order.add("second with v2 at " + stage.weight("v2")))
                .beforeLaunch("first", o -> order.add("first"))
                .beforeLaunch("first too", o -> order.add("first too"))
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(order)
                .containsExactly(
                        "first",
                        "first too",
                        "launch",
                        "second with v2 at 0",
                        "route",
                        "third with v2 at 100",
                        "retire");
    }

    @ParameterizedTest
    @ValueSource(strings = {"before traffic", "after promotion"})
    void aHookThatFailsGoesBack(String when) {
        var rollout = stage.rollout("v2", RETIRING);
        io.dpg.deploy.Hook failing = o -> {
            throw new IllegalStateException("cache is cold");
        };
        RolloutResult result = (when.equals("before traffic")
                        ? rollout.beforeTraffic("warm", failing)
                        : rollout.afterPromotion("warm", failing))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("Tried to call hook 'warm', but: cache is cold");
        stage.assertAllOld();
    }

    @Test
    void aHookThatFailsBeforeAnythingWasChangedRejects() {
        RolloutResult result = stage.rollout("v2", RETIRING)
                .beforeLaunch("announce", o -> {
                    throw new IllegalStateException("channel is gone");
                })
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(stage.target.truth().groups()).hasSize(1);
    }

    @Test
    void aCheckThatIsNotCriticalOnlyWarns() {
        RolloutResult result = stage.rollout("v2", RETIRING)
                .verify(Checks.reportOnly(Checks.of("nice to have", () -> false)))
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.summary().warnings())
                .hasSize(2)
                .allMatch(w -> w.equals("non-critical check nice to have failed: expected true, but got false"));
        assertThat(stage.seen(Event.Checked.class)).hasSize(2).noneMatch(Event.Checked::critical);
    }

    @Test
    void allFailedChecksAreToldTogether() {
        RolloutResult result = stage.rollout("v2", RETIRING)
                .verify(Checks.of("a", () -> false), Checks.of("b", () -> true), Checks.of("c", () -> false))
                .execute();
        assertThat(result.reason())
                .isEqualTo("a failed: expected true, but got false; c failed: expected true, but got false");
    }

    @Test
    void aPauseDelaysAndResumingGoesOn() {
        stage.time.at(Duration.ofMinutes(1), () -> stage.deployer.pause(stage.target));
        stage.time.at(Duration.ofMinutes(31), () -> {
            RolloutStatus status = stage.deployer.running().iterator().next().status();
            assertThat(status.state()).isEqualTo(RolloutStatus.State.PAUSED);
            assertThat(stage.weight("v2")).isEqualTo(100);
            stage.deployer.unpause(stage.target);
        });
        RolloutResult result = stage.rollout("v2", RETIRING).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isBetween(Duration.ofMinutes(35), Duration.ofMinutes(37));
        assertThat(stage.seen(Event.Paused.class)).hasSize(1);
        assertThat(stage.seen(Event.Resumed.class)).hasSize(1);
    }

    @Test
    void aPauseThatNobodyEndsGoesBack() {
        stage.time.at(Duration.ofMinutes(1), () -> stage.deployer.pause(stage.target));
        RolloutResult result = stage.rollout("v2", RETIRING)
                .limits(Limits.DEFAULT.pause(Duration.ofMinutes(10)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("paused for 10 min without a decision");
        stage.assertAllOld();
    }

    @Test
    void promotingSkipsEveryWatchButNoCheck() {
        stage.time.at(
                Duration.ofMinutes(1),
                () -> stage.deployer.running().iterator().next().promote());
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .verify(SimulatedChecks.health(stage.target))
                .analyze(stage.errorRate())
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(3));
        assertThat(stage.seen(Event.Checked.class)).hasSize(2);
        assertThat(result.summary().warnings()).hasSize(5).allMatch(w -> w.contains("cut short by request"));
        stage.assertAllNew("v2");
    }

    @Test
    void promotingAReleaseWhoseCheckFailsDoesNotPromoteIt() {
        int[] looks = {0};
        stage.time.at(
                Duration.ofMinutes(1),
                () -> stage.deployer.running().iterator().next().promote());
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .verify(Checks.of("live", () -> looks[0]++ == 0))
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        stage.assertAllOld();
    }

    @Test
    void promotingAPausedRolloutEndsThePause() {
        stage.time.at(Duration.ofMinutes(1), () -> stage.deployer.pause(stage.target));
        stage.time.at(
                Duration.ofMinutes(5),
                () -> stage.deployer.running().iterator().next().promote());
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(7));
    }

    @Test
    void nothingIsHeardWhereNothingRuns() {
        assertThat(stage.deployer.pause(stage.target)).isFalse();
        assertThat(stage.deployer.unpause(stage.target)).isFalse();
        assertThat(stage.deployer.resume(stage.target).execute()).isEmpty();
    }

    @Test
    void theTimesToDetectAndToRecoverAreMeasured() {
        // Bad from the first request; two looks ten seconds apart find out.
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.5));
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .analyze(stage.errorRate())
                .execute();
        assertThat(result.metrics().timeToDetect()).contains(Duration.ofSeconds(20));
        assertThat(result.metrics().timeToRecover()).contains(Duration.ZERO);
        assertThat(result.metrics().rolledBack()).isTrue();
        assertThat(result.metrics().steps())
                .as("3 there, the watch not done, and 4 back")
                .isEqualTo(7);
    }

    @Test
    void theTimeToRecoverCountsUntilTrafficIsReadBack() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.5));
        int[] routes = {0};
        stage.target.mishaps((call, n) -> call.equals("route") && routes[0]++ == 1
                ? new io.dpg.deploy.testkit.Mishap.Late(Duration.ofSeconds(20))
                : io.dpg.deploy.testkit.Mishap.NONE);
        RolloutResult result = stage.rollout("v2", Canary.standard())
                .analyze(stage.errorRate())
                .execute();
        assertThat(result.metrics().timeToRecover().orElseThrow())
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
    }

    @Test
    void aRolloutResumedElsewhereKeepsItsTimes() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.5));
        stage.time.at(Duration.ofSeconds(10), () -> {
            throw new io.dpg.deploy.testkit.SimulatedCrash("in the first bake");
        });
        assertThatThrownBy(() -> stage.rollout("v2", Canary.standard())
                        .analyze(stage.errorRate())
                        .execute())
                .isInstanceOf(io.dpg.deploy.testkit.SimulatedCrash.class);
        RolloutResult result = stage.another()
                .resume(stage.target)
                .analyze(stage.errorRate())
                .execute()
                .orElseThrow();
        // First traffic at 2 s, dead at 10 s, lease over at 30 s, found out 20 s later.
        assertThat(result.metrics().timeToDetect().orElseThrow())
                .isBetween(Duration.ofSeconds(45), Duration.ofSeconds(52));
    }

    @Test
    void aGoodRolloutHasNoTimeToDetect() {
        RolloutResult result = stage.rollout("v2", RETIRING).execute();
        assertThat(result.metrics().timeToDetect()).isEmpty();
        assertThat(result.metrics().timeToRecover()).isEmpty();
        assertThat(result.metrics().rolledBack()).isFalse();
        Plan plan = stage.seen(Event.Started.class).get(0).plan();
        assertThat(result.metrics().steps()).isEqualTo(plan.steps().size());
        assertThat(result.metrics().duration()).isLessThan(plan.limit());
    }

    @Test
    void anEndThatIsNoPromotionCanBeThrown() {
        RolloutResult result = stage.rollout("v2", RETIRING)
                .verify(Checks.of("a", () -> false))
                .execute();
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(DeployException.class)
                .hasMessageStartingWith(
                        "Tried to roll out shop v2 on simulated:shop, but it ended RolledBack: a failed");
    }

    @Test
    void theSameReleaseAgainIsARolloutLikeAnyOther() {
        for (Strategy strategy : List.of(RETIRING, Canary.standard(), Rolling.standard())) {
            RolloutResult result = stage.rollout("v1", strategy).execute();
            assertThat(result.promoted()).as(result.reason()).isTrue();
            stage.assertAllNew("v1");
        }
    }
}
