package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Limits;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Mishap;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R6: the promotion step itself fails. */
class R06PromotionFailsTest {

    private static final BlueGreen RETIRING =
            BlueGreen.standard().bakeTime(Duration.ofMinutes(1)).retireAfter(Duration.ZERO);

    private final Stage stage = new Stage();

    /** Forbids the calls named {@code call} from the {@code nth} on, {@code most} of them. */
    private void forbid(String call, int nth, int most) {
        int[] seen = {0};
        stage.target.mishaps((name, n) ->
                name.equals(call) && ++seen[0] >= nth && seen[0] < nth + most ? new Mishap.Forbidden() : Mishap.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aShiftThatIsForbiddenLeavesAllTrafficOnStable(int nth) {
        forbid("route", nth, 1);
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("shift traffic to", "forbidden");
        stage.assertAllOld();
    }

    @Test
    void whereTrafficCannotBeReturnedItStaysOnTheHealthyCandidate() {
        forbid("route", 2, Integer.MAX_VALUE - 2);
        RolloutResult result = stage.rollout("v2", RETIRING)
                .verify(
                        Checks.reportOnly(Checks.of("ok", () -> true)),
                        Checks.of("live", () -> stage.weight("v2") == 0))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("live failed", "returning to stable failed", "forbidden");
        RolloutResult.Stuck stuck = (RolloutResult.Stuck) result;
        assertThat(stuck.commands()).anyMatch(c -> c.contains("deployer.rollback(target).to(\"v1\").execute()"));
        assertThat(stuck.summary().observed().weight(Slot.GREEN)).isEqualTo(100);
        stage.assertAllNew("v2");
        assertThat(stage.target.truth().ready(Slot.BLUE))
                .as("stable still runs")
                .isEqualTo(4);
    }

    @Test
    void whereStableIsDeadTrafficReturnsToTheCandidateThatCarriedIt() {
        // Half-way, stable dies for good and the candidate has to take over: the way back cannot succeed.
        stage.target.version("v1", io.dpg.deploy.testkit.Behaviour.GOOD.neverReady());
        RolloutResult result = stage.rollout("v2", RETIRING)
                .verify(Checks.of("live", () -> {
                    if (stage.weight("v2") == 100) {
                        stage.target.scaleByHand(Slot.BLUE, 0);
                        stage.target.scaleByHand(Slot.BLUE, 4);
                    }
                    return stage.weight("v2") == 0;
                }))
                .limits(Limits.DEFAULT.ready(Duration.ofMinutes(2)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("wait until 4 instances of blue are ready");
        stage.assertAllNew("v2");
    }

    @Test
    void aCleaningUpThatFailsDoesNotTakeBackAReleaseThatServes() {
        forbid("retire", 1, Integer.MAX_VALUE - 1);
        RolloutResult result = stage.rollout("v2", RETIRING).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Promoted.class);
        assertThat(result.summary().warnings())
                .singleElement()
                .asString()
                .contains("cleaning up failed", "forbidden", "old group in BLUE may still run");
        stage.assertAllNew("v2");
        assertThat(stage.target.truth().weight(Slot.BLUE)).isZero();
    }

    @Test
    void anAbortWhileCleaningUpFailsStillReturnsToStable() {
        int[] retires = {0};
        stage.target.mishaps((call, n) -> {
            if (call.equals("retire") && retires[0]++ == 0) {
                stage.another().abort(stage.target);
                return new Mishap.Forbidden();
            }
            return Mishap.NONE;
        });
        RolloutResult result = stage.rollout("v2", RETIRING).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Aborted.class);
        stage.assertAllOld();
    }

    @Test
    void somebodyWhoInterferesWhileCleaningUpFailsIsNotFought() {
        int[] retires = {0};
        stage.target.mishaps((call, n) -> {
            if (call.equals("retire") && retires[0]++ == 0) {
                stage.target.routeByHand(io.dpg.deploy.Traffic.of(Slot.GREEN, 60));
                return new Mishap.Forbidden();
            }
            return Mishap.NONE;
        });
        RolloutResult result = stage.rollout("v2", RETIRING).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("somebody else changed the traffic");
        assertThat(stage.weight("v2")).isEqualTo(60);
    }

    @Test
    void anAnalysisThatCannotBeStartedReturnsToStable() {
        RolloutResult result =
                stage.rollout("v2", Canary.standard()).analyze(new Broken()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("analysis 'broken' could not start: no such dashboard");
        stage.assertAllOld();
    }

    private static final class Broken implements io.dpg.deploy.check.Analysis {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Run start(io.dpg.deploy.check.AnalysisContext context) {
            throw new IllegalStateException("no such dashboard");
        }
    }
}
