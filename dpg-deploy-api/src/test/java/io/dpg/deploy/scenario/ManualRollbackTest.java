package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Group;
import io.dpg.deploy.Plan;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedChecks;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A person rolls back. */
class ManualRollbackTest {

    private static final Strategy KEEPING = BlueGreen.standard().bakeTime(Duration.ZERO);
    private static final Strategy RETIRING =
            BlueGreen.standard().bakeTime(Duration.ZERO).retireAfter(Duration.ZERO);

    private final Stage stage = new Stage();

    private void promote(String version, Strategy strategy) {
        assertThat(stage.rollout(version, strategy).execute().promoted()).isTrue();
    }

    private RolloutResult back() {
        return stage.deployer.rollback(stage.target).execute();
    }

    private String serving() {
        return stage.target.truth().serving().map(Group::version).orElse("nothing");
    }

    @Test
    void itReturnsToWhatWasPromotedBefore() {
        promote("v2", RETIRING);
        RolloutResult result = back();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(serving()).isEqualTo("v1");
        assertThat(result.summary().version()).isEqualTo("v1");
        assertThat(result.summary().application()).isEqualTo("shop");
    }

    @Test
    void itIsInstantWhereTheOldGroupStillRuns() {
        stage.target.version("v1", Behaviour.GOOD.neverReady()); // a new instance of v1 would be of no use
        promote("v2", KEEPING);
        Duration drain = io.dpg.deploy.Limits.DEFAULT.drain();
        RolloutResult result = back();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(result.metrics().duration()).isLessThan(drain.plusSeconds(1));
        assertThat(serving()).isEqualTo("v1");
        assertThat(stage.target.truth().ready(Slot.BLUE))
                .as("the same instances")
                .isEqualTo(4);
    }

    @Test
    void afterTwoPromotionsItReturnsOneByOne() {
        promote("v2", RETIRING);
        promote("v3", RETIRING);
        assertThat(back().promoted()).isTrue();
        assertThat(serving()).isEqualTo("v2");
        assertThat(back().promoted()).isTrue();
        assertThat(serving()).as("not back to the bad one").isEqualTo("v1");
        assertThatThrownBy(this::back)
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("nothing was promoted on this target before what serves now");
    }

    @Test
    void aRolledBackReleaseIsNothingToReturnTo() {
        promote("v2", RETIRING);
        stage.target.version("v3", Behaviour.GOOD.unhealthy());
        RolloutResult bad = stage.rollout("v3", RETIRING)
                .verify(SimulatedChecks.health(stage.target))
                .execute();
        assertThat(bad).isInstanceOf(RolloutResult.RolledBack.class);
        back();
        assertThat(serving()).isEqualTo("v1");
    }

    @Test
    void itReturnsToAVersionByName() {
        promote("v2", RETIRING);
        promote("v3", RETIRING);
        assertThat(stage.deployer.rollback(stage.target).to("v1").execute().promoted())
                .isTrue();
        assertThat(serving()).isEqualTo("v1");
    }

    @Test
    void aVersionThatIsNotKnownIsToldWithThoseThatAre() {
        promote("v2", RETIRING);
        promote("v3", RETIRING);
        assertThatThrownBy(() -> stage.deployer.rollback(stage.target).to("v9").plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("to = v9")
                .hasMessageContaining("known are: v3, v2, v1");
    }

    @Test
    void itIsPossibleWhileTheServingGroupIsDead() {
        promote("v2", RETIRING);
        stage.target.version("v2", Behaviour.GOOD.neverReady());
        stage.target.scaleByHand(stage.target.truth().serving().orElseThrow().slot(), 0);
        stage.target.scaleByHand(stage.target.truth().serving().orElseThrow().slot(), 4);
        RolloutResult result = back();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(serving()).isEqualTo("v1");
    }

    @Test
    void aRollbackWhoseCheckFailsStaysWhereItWas() {
        promote("v2", RETIRING);
        stage.target.version("v1", Behaviour.GOOD.unhealthy());
        RolloutResult result = stage.deployer
                .rollback(stage.target)
                .verify(SimulatedChecks.health(stage.target))
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(serving()).isEqualTo("v2");
    }

    @Test
    void itIsDoneInPlaceWhereTwoGroupsCannotRun() {
        stage.target.capabilities(Capability.IN_PLACE_UPDATE);
        promote("v2", Rolling.standard());
        Plan plan = stage.deployer.rollback(stage.target).plan();
        assertThat(plan.steps()).anyMatch(s -> s instanceof Step.Update);
        assertThat(back().promoted()).isTrue();
        assertThat(serving()).isEqualTo("v1");
    }

    @Test
    void itsPlanPrintsAsATable() {
        promote("v2", KEEPING);
        assertThat(stage.deployer.rollback(stage.target).plan().toString().replace("\r\n", "\n"))
                .isEqualTo("""
                        Plan: shop v1 on simulated:shop, blue-green, watched for 0 s
                          now:      green runs v2 (rev-v2), 4 of 4 ready, 100 % of traffic
                          rollback: possible and instant to v2 (rev-v2): its group keeps running

                            #  step        what                                      at most
                            1  Launch      launch 4 instances of v1 in blue          5 min
                            2  AwaitReady  wait until 4 instances of blue are ready  10 min
                            3  Shift       shift traffic to blue 100 % / green 0 %   5 min
                            4  Drain       drain green for at most 30 s              1 min 30 s
                          in all at most 21 min 30 s
                        """);
    }
}
