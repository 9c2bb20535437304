package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Limits;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.Mishap;
import io.dpg.deploy.testkit.SimulatedCrash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R4: the load balancer throttles, or accepts a weight and applies it late. */
class R04LateWeightsTest {

    private static final Duration DRAIN = Duration.ofSeconds(45);
    private static final BlueGreen SWITCH =
            BlueGreen.standard().bakeTime(Duration.ZERO).retireAfter(Duration.ZERO);

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 30, 600})
    void theOldGroupStaysUntilWeightsAreReadBackAndItHasDrained(int seconds) {
        Stage stage = new Stage();
        Duration late = Duration.ofSeconds(seconds);
        Instant[] accepted = {null};
        Instant[] retired = {null};
        boolean[] once = {false};
        stage.target.mishaps((call, n) -> {
            boolean first = call.equals("route") && !once[0];
            once[0] |= first;
            return first ? new Mishap.Late(late) : Mishap.NONE;
        });
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (call.equals("route")) {
                accepted[0] = accepted[0] == null ? stage.time.now() : accepted[0];
            } else if (call.equals("retire")) {
                retired[0] = stage.time.now();
                assertThat(stage.target.truth().weight(Slot.GREEN)).isEqualTo(100);
                assertThat(stage.target.truth().ready(Slot.GREEN)).isEqualTo(4);
            }
        });
        RolloutResult result = stage.rollout("v2", SWITCH)
                .limits(Limits.DEFAULT.drain(DRAIN).change(Duration.ofMinutes(5)))
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        // A repeated request may have been faster than the late one, but none is made before 30 seconds.
        Duration shown = seconds <= 30 ? late : Duration.ofSeconds(30);
        assertThat(retired[0]).isAfterOrEqualTo(accepted[0].plus(shown).plus(DRAIN));
        stage.assertAllNew("v2");
    }

    @Test
    void weightsThatShowTooLateAreAFailureAndNeverUndoTheReturn() {
        Stage stage = new Stage();
        stage.target.mishaps((call, n) -> call.equals("route") ? new Mishap.Late(Duration.ofMinutes(6)) : Mishap.NONE);
        List<Integer> blueWhenRetired = new ArrayList<>();
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (call.equals("retire")) {
                blueWhenRetired.add(stage.target.truth().weight(Slot.BLUE));
            }
        });
        RolloutResult result = stage.rollout("v2", SWITCH)
                .limits(Limits.DEFAULT.change(Duration.ofMinutes(5)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("shift traffic to blue 0 % / green 100 %");
        assertThat(blueWhenRetired).containsOnly(100);
        stage.time.advance(Duration.ofHours(1)); // whatever is still on its way arrives
        stage.assertAllOld();
    }

    @Test
    void aThrottlingLoadBalancerIsAskedAgainAndDelaysOnly() {
        Stage stage = new Stage();
        int[] refusals = {0};
        stage.target.mishaps(
                (call, n) -> call.equals("route") && refusals[0]++ % 5 != 4 ? new Mishap.Refused() : Mishap.NONE);
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(refusals[0]).isEqualTo(25);
        stage.assertAllNew("v2");
    }

    @Test
    void aWeightThatWasAcceptedAndLostIsSaidAgain() {
        Stage stage = new Stage();
        int[] routes = {0};
        stage.target.mishaps(
                (call, n) -> call.equals("route") && routes[0]++ == 0 ? new Mishap.EffectLost() : Mishap.NONE);
        RolloutResult result = stage.rollout("v2", SWITCH).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(routes[0]).isEqualTo(2);
    }

    @Test
    void trafficWaitsForInstancesThatWereLostAgain() {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.readyAfter(Duration.ofSeconds(30)));
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (call.equals("route")) {
                assertThat(stage.target.truth().ready(Slot.GREEN)).isEqualTo(4);
            }
        });
        RolloutResult result = stage.rollout("v2", SWITCH)
                .beforeTraffic("instances are replaced", o -> {
                    stage.target.scaleByHand(Slot.GREEN, 0);
                    stage.target.scaleByHand(Slot.GREEN, 4);
                })
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isGreaterThan(Duration.ofSeconds(60));
    }

    @Test
    void instancesLostWhileTheLoadBalancerThrottlesAreWaitedForAgain() {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.readyAfter(Duration.ofSeconds(30)));
        int[] routes = {0};
        stage.target.mishaps((call, n) -> {
            if (!call.equals("route") || ++routes[0] > 1) {
                return Mishap.NONE;
            }
            stage.target.scaleByHand(Slot.GREEN, 0);
            stage.target.scaleByHand(Slot.GREEN, 4);
            return new Mishap.Refused();
        });
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (call.equals("route")) {
                assertThat(stage.target.truth().ready(Slot.GREEN)).isEqualTo(4);
            }
        });
        RolloutResult result = stage.rollout("v2", SWITCH).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(routes[0]).isEqualTo(2);
    }

    @Test
    void aGroupThatGetsTrafficAgainOnTheWayBackIsNotRetiredWithIt() {
        Stage stage = new Stage();
        stage.target.version("v2", Behaviour.GOOD.unhealthy());
        int[] interfered = {0};
        stage.target.mishaps((call, n) -> {
            if (call.equals("retire")) {
                assertThat(stage.target.truth().weight(Slot.GREEN))
                        .as("weight when told to go")
                        .isZero();
            }
            return Mishap.NONE;
        });
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (call.equals("route") && routed.blue() == 100 && interfered[0]++ == 0) {
                // The drain ends at 30 s; the weights come back just before.
                stage.time.at(Duration.ofMillis(29_990), () -> stage.target.routeByHand(Traffic.of(Slot.GREEN, 30)));
            }
        });
        RolloutResult result = stage.rollout("v2", Canary.weights(50, 100).bakeTime(Duration.ofMinutes(1)))
                .analyze(stage.errorRate())
                .afterPromotion("fails", o -> {
                    throw new IllegalStateException("on purpose");
                })
                .execute();
        // Who keeps interfering on the way back is not fought for ever: a person is told, and stable has the traffic.
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("waits until the other group carries everything");
        assertThat(interfered[0]).as("returned twice").isEqualTo(2);
        stage.assertAllNew("v1");
    }

    @Test
    void aSlotThatGotTrafficWhileNobodyRanTheRolloutIsNotLaunchedInto() {
        Stage stage = new Stage();
        stage.rollout("v2", BlueGreen.standard().bakeTime(Duration.ZERO)).execute();
        stage.target.mishaps((call, n) -> call.equals("launch") ? new Mishap.CrashBefore() : Mishap.NONE);
        try {
            stage.rollout("v3", BlueGreen.standard()).execute();
            throw new AssertionError("did not die");
        } catch (SimulatedCrash expected) {
            stage.target.routeByHand(Traffic.all(Slot.BLUE)); // a person returns to v1
        }
        stage.target.mishaps((call, n) -> {
            assertThat(call).isNotEqualTo("launch");
            return Mishap.NONE;
        });
        RolloutResult result = stage.another().resume(stage.target).execute().orElseThrow();
        assertThat(result.promoted()).isFalse();
        assertThat(result.reason()).contains("launch 4 instances of v3 in blue, but that slot has traffic");
    }
}
