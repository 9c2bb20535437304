package io.dpg.deploy.scenario;

import static io.dpg.deploy.testkit.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RolloutAssertionsTest {

    private final Stage stage = new Stage();

    @Test
    void aPromotionIsToldFromARollback() {
        RolloutResult good = stage.rollout("v2", BlueGreen.standard()).execute();
        assertThat(good).promoted().serves("v2").within(Duration.ofMinutes(6)).withoutWarnings();
        assertThatThrownBy(() -> assertThat(good).rolledBack())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("but it ended Promoted");
        assertThatThrownBy(() -> assertThat(good).within(Duration.ofSeconds(1))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThat(good).serves("v1"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("v2");
    }

    @Test
    void aRollbackSaysWhy() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.4));
        RolloutResult bad = stage.rollout("v2", Canary.standard())
                .analyze(stage.errorRate())
                .execute();
        assertThat(bad).rolledBack().because("error-rate").serves("v1");
        assertThatThrownBy(() -> assertThat(bad).because("latency")).isInstanceOf(AssertionError.class);
    }
}
