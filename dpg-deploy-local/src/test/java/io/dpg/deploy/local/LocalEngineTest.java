package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole rollouts by the engine, with real processes and users. */
@Timeout(180)
class LocalEngineTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path folder;

    @Test
    void everyStrategyReleasesAndReturnsWithoutLosingARequest() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder);
                Deployer deployer = Deployer.builder().build()) {
            assertThat(run(deployer, fixture.target, "1", BlueGreen.standard().bakeTime(SHORT)))
                    .isInstanceOf(RolloutResult.Promoted.class);
            Load load = new Load(fixture.target.liveEndpoint().orElseThrow(), 2);
            try (load) {
                Strategy canary = Canary.weights(20, 50, 100).bakeTime(SHORT).finalBakeTime(SHORT);
                assertThat(run(deployer, fixture.target, "2", canary)).isInstanceOf(RolloutResult.Promoted.class);
                Strategy rolling = Rolling.batches(1).bakeTime(SHORT).finalBakeTime(SHORT);
                assertThat(run(deployer, fixture.target, "3", rolling)).isInstanceOf(RolloutResult.Promoted.class);
                assertThat(fixture.get("/").body()).isEqualTo("3");

                LocalTarget bad = LocalFixture.target(folder, "crash");
                assertThat(run(deployer, bad, "4", canary)).isInstanceOf(RolloutResult.RolledBack.class);
                assertThat(run(deployer, bad, "5", rolling)).isInstanceOf(RolloutResult.RolledBack.class);
                assertThat(fixture.get("/").body()).isEqualTo("3");
            }
            System.out.println("[figure] five rollouts by the engine: " + load.total + " requests, "
                    + load.failures.size() + " failed");
            assertThat(load.failures).isEmpty();
            assertThat(load.of("4") + load.of("5")).isZero();
        }
    }

    private static RolloutResult run(Deployer deployer, LocalTarget target, String version, Strategy strategy) {
        long began = System.nanoTime();
        RolloutResult result = deployer.rollout(target)
                .release(Release.of("demo", version))
                .strategy(strategy)
                .environment(Environment.named("test").replicas(2).build())
                .execute();
        System.out.println("[figure] " + strategy.describe() + ": "
                + result.getClass().getSimpleName() + " after " + (System.nanoTime() - began) / 1_000_000 + " ms");
        return result;
    }
}
