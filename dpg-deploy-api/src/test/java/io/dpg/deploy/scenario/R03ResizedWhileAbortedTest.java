package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.strategy.Canary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R3: replicas change while a rollout is aborted. */
class R03ResizedWhileAbortedTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void anAbortedGroupIsNeverScaledUpAgain(int resized) {
        Stage stage = new Stage();
        List<String> afterAbort = new ArrayList<>();
        boolean[] aborted = {false};
        stage.time.at(Duration.ofSeconds(30), () -> aborted[0] = stage.deployer.abort(stage.target));
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (aborted[0]) {
                afterAbort.add(slot == null ? call : call + " " + slot);
                // An autoscaler, or a person, again and again, in the middle of the way back.
                stage.time.at(Duration.ofSeconds(5), () -> stage.target.scaleByHand(Slot.GREEN, resized));
            }
        });
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Aborted.class);
        assertThat(afterAbort).containsExactly("route", "retire GREEN");
        stage.assertAllOld();
    }
}
