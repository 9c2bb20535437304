package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R16: the platform still shows the failure of an earlier rollout. */
class R16StaleConditionTest {

    private final Stage stage = new Stage();

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard(), Rolling.standard().finalBakeTime(Duration.ofMinutes(1)),
        };
    }

    /** A target whose groups show a fatal condition, {@code older} generations old. */
    private RolloutBuilder showing(int older, boolean stableToo, Strategy strategy) {
        Faked faked = new Faked(stage.target) {
            @Override
            Group edit(Group group) {
                Group.InPlace moving = group.inPlace();
                boolean stable = !(moving == null ? group.version() : moving.version()).equals("v2");
                return stable && !stableToo
                        ? group
                        : with(
                                group,
                                new Group.Condition(
                                        "ProgressDeadlineExceeded",
                                        "of generation " + (group.generation() - older),
                                        group.generation() - older,
                                        true));
            }
        };
        return stage.deployer.rollout(faked).release(Release.of("shop", "v2")).strategy(strategy);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aConditionOfAnOlderGenerationIsALeftover(Strategy strategy) {
        RolloutResult result = showing(1, true, strategy).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aConditionOfOurOwnGenerationFailsAtOnce(Strategy strategy) {
        RolloutResult result = showing(0, false, strategy).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("ProgressDeadlineExceeded: of generation");
        assertThat(result.metrics().timeToDetect().orElseThrow()).isLessThan(Duration.ofSeconds(5));
        stage.assertAllOld();
    }
}
