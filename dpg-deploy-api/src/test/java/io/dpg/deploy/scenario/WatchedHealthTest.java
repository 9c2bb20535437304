package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.testkit.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A candidate that was ready and is not any more, without any analysis to tell. */
class WatchedHealthTest {

    private final Stage stage = new Stage();

    /** Replaces all instances of the candidate at minute 2 of the watch by ones that take {@code ready}. */
    private RolloutResult restarting(Behaviour then) {
        stage.time.at(Duration.ofMinutes(2), () -> {
            stage.target.version("v2", then);
            stage.target.scaleByHand(Slot.GREEN, 3);
            stage.target.scaleByHand(Slot.GREEN, 4);
        });
        return stage.rollout("v2", BlueGreen.standard()).execute();
    }

    @Test
    void oneThatLostAnInstanceForGoodIsRolledBack() {
        RolloutResult result = restarting(Behaviour.GOOD.neverReady());
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("the candidate lost instances while it was watched", "3 of 4 ready");
        assertThat(result.metrics().timeToDetect().orElseThrow())
                .isBetween(Duration.ofMinutes(2), Duration.ofSeconds(140));
        stage.assertAllOld();
    }

    @Test
    void oneThatLostAnInstanceForASecondIsNot() {
        RolloutResult result = restarting(Behaviour.GOOD.readyAfter(Duration.ofSeconds(8)));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @Test
    void oneThatLostAllIsRolledBackAtTheNextLook() {
        stage.time.at(Duration.ofMinutes(2), () -> {
            stage.target.version("v2", Behaviour.GOOD.neverReady());
            stage.target.scaleByHand(Slot.GREEN, 0);
            stage.target.scaleByHand(Slot.GREEN, 4);
        });
        RolloutResult result = stage.rollout("v2", BlueGreen.standard()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.metrics().timeToDetect().orElseThrow()).isLessThan(Duration.ofSeconds(125));
        stage.assertAllOld();
    }
}
