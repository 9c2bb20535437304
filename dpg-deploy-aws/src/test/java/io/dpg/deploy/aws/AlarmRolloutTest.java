package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole rollouts with an alarm as gate and watch. */
class AlarmRolloutTest {

    private static final String LONG_AGO = "2000-01-01T00:00:00Z";
    private static final String LATER = "2100-01-01T00:00:00Z";

    private final VirtualTime time = new VirtualTime();
    private final ScriptedCloudWatch cloudWatch = new ScriptedCloudWatch();
    private final SimulatedTarget target = new SimulatedTarget("shop", time).serving("1", 2);

    @AfterEach
    void end() {
        cloudWatch.close();
    }

    @Test
    void aQuietAlarmLetsTheReleaseThrough() {
        cloudWatch.alarm("errors", "OK", LONG_AGO);

        assertThat(roll()).isInstanceOf(RolloutResult.Promoted.class);
        assertThat(serving()).isEqualTo("2");
    }

    @Test
    void anAlarmThatFiresDuringTheRolloutTakesItBack() {
        quietForFourLooks().alarm("errors", "ALARM", LATER);

        assertThat(roll()).isInstanceOfSatisfying(RolloutResult.RolledBack.class, r -> assertThat(r.reason())
                .contains("'errors' is in ALARM", "because of ALARM"));
        assertThat(serving()).isEqualTo("1");
    }

    @Test
    void anAlarmThatIsFiringAlreadyLetsNothingBegin() {
        cloudWatch.alarm("errors", "ALARM", LONG_AGO);

        assertThat(roll()).isInstanceOfSatisfying(RolloutResult.Rejected.class, r -> assertThat(r.reason())
                .contains("'errors' is in ALARM", "because of ALARM"));
        assertThat(serving()).isEqualTo("1");
    }

    @Test
    void cloudWatchThatCannotBeAskedAnyMoreIsNoPass() {
        quietForFourLooks().refuses(400, "Throttling", "Rate exceeded");

        assertThat(roll()).isInstanceOfSatisfying(RolloutResult.RolledBack.class, r -> assertThat(r.reason())
                .contains("Rate exceeded"));
        assertThat(serving()).isEqualTo("1");
    }

    private ScriptedCloudWatch quietForFourLooks() {
        for (int look = 0; look < 4; look++) {
            cloudWatch.alarm("errors", "OK", LONG_AGO);
        }
        return cloudWatch;
    }

    private String serving() {
        return target.observe().serving().orElseThrow().version();
    }

    private RolloutResult roll() {
        try (Deployer deployer = Deployer.builder()
                .journal(Journals.inMemory())
                .time(time)
                .executor(Runnable::run)
                .build()) {
            return deployer.rollout(target)
                    .release(Release.of("shop", "2").image("shop:2"))
                    .strategy(Canary.weights(10, 50, 100)
                            .bakeTime(Duration.ofMinutes(1))
                            .finalBakeTime(Duration.ofMinutes(1)))
                    .gate(AlarmGate.of(cloudWatch.clients(), "errors"))
                    .watch(AlarmWatch.of(cloudWatch.clients(), "errors"))
                    .execute();
        }
    }
}
