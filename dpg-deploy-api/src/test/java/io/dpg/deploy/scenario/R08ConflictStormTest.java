package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Limits;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Mishap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R8: optimistic-lock conflicts in a storm. */
class R08ConflictStormTest {

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard().retireAfter(Duration.ofMinutes(1)), Canary.standard(), Rolling.standard()
        };
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void twentyConflictsInARowAtEveryChangeAreNoVerdict(Strategy strategy) {
        Stage stage = new Stage();
        int[] inARow = {0};
        int[] conflicts = {0};
        List<String> calls = new ArrayList<>();
        stage.target.mishaps((call, n) -> {
            calls.add(call);
            if (call.equals("observe") || inARow[0]++ == 20) {
                inARow[0] = call.equals("observe") ? inARow[0] : 0;
                return Mishap.NONE;
            }
            conflicts[0]++;
            return new Mishap.Conflict();
        });
        RolloutResult result = stage.rollout("v2", strategy).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(conflicts[0]).isGreaterThanOrEqualTo(40).isEqualTo(conflicts[0] / 20 * 20);
        for (int i = 1; i < calls.size(); i++) {
            boolean repeated = !calls.get(i).equals("observe") && calls.get(i).equals(calls.get(i - 1));
            assertThat(repeated)
                    .as("reads again before repeating " + calls.get(i))
                    .isFalse();
        }
        stage.assertAllNew("v2");
    }

    @Test
    void conflictsWithoutEndAreBoundedAndNeverSilent() {
        Stage stage = new Stage();
        stage.target.mishaps((call, n) -> call.equals("route") ? new Mishap.Conflict() : Mishap.NONE);
        RolloutResult result = stage.rollout("v2", BlueGreen.standard())
                .limits(Limits.DEFAULT.change(Duration.ofMinutes(3)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("the object was changed meanwhile");
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(25));
        assertThat(stage.weight("v1")).isEqualTo(100);
    }

    @Test
    void aStormThatEndsAfterMinutesOnlyDelays() {
        Stage stage = new Stage();
        stage.target.mishaps((call, n) -> !call.equals("observe")
                        && stage.time.nanos() < Duration.ofMinutes(4).toNanos()
                ? new Mishap.Conflict()
                : Mishap.NONE);
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }
}
