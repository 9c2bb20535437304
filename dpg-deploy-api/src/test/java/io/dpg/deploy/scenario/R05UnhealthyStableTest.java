package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R5: production points at an empty or unhealthy group before the rollout starts. */
class R05UnhealthyStableTest {

    private final Stage stage = new Stage();

    @BeforeEach
    void nothingMayBeTouched() {
        stage.target.observer((call, slot, routed, seen, with) -> {
            throw new AssertionError("touched by " + call);
        });
    }

    @Test
    void anEmptyServingGroupIsRefusedAndSaidSo() {
        SimulatedTarget empty = new SimulatedTarget("empty", stage.time).serving("v1", 0);
        RolloutResult result = stage.deployer
                .rollout(empty)
                .release(Release.of("shop", "v2"))
                .strategy(BlueGreen.standard())
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("unhealthy group", "0 of 0 ready", "evenIfUnhealthy()");
        assertThat(empty.truth().groups()).hasSize(1);
    }

    @Test
    void aServingGroupThatLacksInstancesIsRefused() {
        stage.target.version("v1", Behaviour.GOOD.neverReady());
        stage.target.scaleByHand(Slot.BLUE, 5);
        Plan plan = stage.rollout("v2", BlueGreen.standard()).plan();
        assertThat(plan.refusals()).singleElement().asString().contains("4 of 5 ready");
        assertThat(plan.toString()).contains("REFUSED:  production points at an unhealthy group");
        RolloutResult result = stage.rollout("v2", BlueGreen.standard()).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("4 of 5 ready");
    }

    @Test
    void aServingGroupInACrashLoopIsRefused() {
        Faked faked = new Faked(stage.target) {
            @Override
            Group edit(Group group) {
                return with(group, new Group.Condition("CrashLoop", "exited", group.generation(), true));
            }
        };
        RolloutResult result = stage.deployer
                .rollout(faked)
                .release(Release.of("shop", "v2"))
                .strategy(BlueGreen.standard())
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("unhealthy group");
    }

    @Test
    void splitTrafficIsRefusedAndSaidSo() {
        Stage split = new Stage();
        split.rollout("v2", BlueGreen.standard().bakeTime(Duration.ZERO)).execute();
        split.target.routeByHand(Traffic.of(Slot.BLUE, 30));
        RolloutResult result = split.rollout("v3", BlueGreen.standard()).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("traffic is split", "route all traffic to one of them first");
        assertThat(split.weight("v1")).isEqualTo(30);
    }

    @Test
    void theReleaseThatRepairsItMayStartWhenSaidSo() {
        SimulatedTarget empty = new SimulatedTarget("empty", stage.time).serving("v1", 0);
        RolloutResult result = stage.deployer
                .rollout(empty)
                .release(Release.of("shop", "v2"))
                .strategy(BlueGreen.standard())
                .evenIfUnhealthy()
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(empty.truth().serving())
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v2"));
    }
}
