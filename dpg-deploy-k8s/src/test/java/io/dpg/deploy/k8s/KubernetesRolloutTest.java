package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Limits;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole rollouts of an application that was there before us, while it is in use: no request fails. */
@NeedsCluster
class KubernetesRolloutTest {

    private TestCluster cluster;
    private KubernetesTarget target;
    private Deployer deployer;

    @BeforeEach
    void begin() {
        cluster = TestCluster.open("kcore");
        cluster.application(2);
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName("app")
                .waitUntilReady(60, TimeUnit.SECONDS);
        target = cluster.target().build();
        deployer = Deployer.builder().build();
    }

    @AfterEach
    void end() {
        deployer.close();
        target.close();
        cluster.close();
    }

    private RolloutResult roll(String version, String mode, Strategy strategy) {
        Release release = Release.of("app", version).setting("VERSION", version);
        return deployer.rollout(target)
                .release(mode.isEmpty() ? release : release.setting("MODE", mode))
                .strategy(strategy)
                .limits(Limits.DEFAULT.drain(Duration.ofSeconds(3)).ready(Duration.ofSeconds(30)))
                .execute();
    }

    private Map<String, String> selector() {
        return cluster.client
                .services()
                .inNamespace(cluster.namespace)
                .withName("app")
                .get()
                .getSpec()
                .getSelector();
    }

    private List<String> pods() {
        return cluster.client.pods().inNamespace(cluster.namespace).list().getItems().stream()
                .map(p -> p.getMetadata().getName())
                .toList();
    }

    private void serves(String version) {
        assertThat(target.observe().serving()).hasValueSatisfying(g -> {
            assertThat(g.version()).isEqualTo(version);
            assertThat(g.ready()).isGreaterThanOrEqualTo(2);
        });
    }

    private void bothWays(Strategy strategy) throws InterruptedException {
        List<String> adopted = pods();
        try (Load load = Load.on(target.liveEndpoint().orElseThrow(), 4, 200)) {
            RolloutResult bad = roll("0.9.0", "crash", strategy);
            assertThat(bad).isInstanceOf(RolloutResult.RolledBack.class);
            serves("2");
            assertThat(pods()).as("adopted pods run on").containsAll(adopted);
            assertThat(selector()).as("the Service is as it was").isEqualTo(Map.of("app", "app"));
            RolloutResult good = roll("2.0.0", "", strategy);
            assertThat(good.promoted()).as(good.toString()).isTrue();
            serves("2.0.0");
            RolloutResult next = roll("3.0.0", "", strategy);
            assertThat(next.promoted()).as(next.toString()).isTrue();
            serves("3.0.0");
            load.close();
            System.out.println(strategy.describe() + ": " + load);
            assertThat(load.failures()).as(load.toString()).isEmpty();
            assertThat(load.answers("0.9.0")).isZero();
            assertThat(load.answers("2.0.0")).isPositive();
        }
    }

    @Test
    void blueGreenLosesNoRequest() throws InterruptedException {
        bothWays(BlueGreen.standard().bakeTime(Duration.ofSeconds(1)));
        assertThat(target.observe().weight(Slot.BLUE)).isEqualTo(100);
    }

    @Test
    void whatTheApiServerWouldRefuseIsAFaultOfThePlanAndLeavesNothingBehind() {
        Environment odd = Environment.named("test").variable("not a name", "x").build();
        for (int round = 0; round < 2; round++) { // without the second Deployment, and with it
            assertThatThrownBy(() -> deployer.rollout(target)
                            .release(Release.of("app", "2.0.0"))
                            .strategy(BlueGreen.standard())
                            .environment(odd)
                            .plan())
                    .isInstanceOf(PlanInvalidException.class)
                    .hasMessageContaining("not a name");
            assertThat(deployments()).isEqualTo(1 + round);
            if (round == 0) {
                assertThat(roll("2.0.0", "", BlueGreen.standard().bakeTime(Duration.ZERO))
                                .promoted())
                        .isTrue();
            }
        }
        serves("2.0.0");
    }

    private int deployments() {
        return cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .list()
                .getItems()
                .size();
    }

    @Test
    void canaryLosesNoRequest() throws InterruptedException {
        bothWays(Canary.weights(30, 50, 100).bakeTime(Duration.ofSeconds(1)).finalBakeTime(Duration.ofSeconds(1)));
    }

    @Test
    void rollingOfPodsThatWeLaunchedLosesNoRequest() throws InterruptedException {
        assertThat(roll("1.1.0", "", BlueGreen.standard().bakeTime(Duration.ZERO))
                        .promoted())
                .isTrue();
        try (Load load = Load.on(target.liveEndpoint().orElseThrow(), 4, 200)) {
            assertThat(roll("0.9.0", "crash", Rolling.standard())).isInstanceOf(RolloutResult.RolledBack.class);
            serves("1.1.0");
            RolloutResult good = roll("2.0.0", "", Rolling.standard());
            assertThat(good.promoted()).as(good.toString()).isTrue();
            serves("2.0.0");
            load.close();
            System.out.println("rolling: " + load);
            assertThat(load.failures()).as(load.toString()).isEmpty();
        }
    }

    @Test
    void aCanaryIsGivenAboutTheShareThatWasAskedForAlsoWhereInstancesAreFew() throws InterruptedException {
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName("app")
                .scale(4);
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName("app")
                .waitUntilReady(60, TimeUnit.SECONDS);
        Strategy strategy =
                Canary.weights(10, 50, 75, 100).bakeTime(Duration.ofSeconds(4)).finalBakeTime(Duration.ofSeconds(1));
        for (String version : List.of("2.0.0", "3.0.0")) { // of adopted pods, and of pods with labels of ours
            try (Load load = Load.on(target.liveEndpoint().orElseThrow(), 4, 200)) {
                RolloutResult result = roll(version, "", strategy);
                load.close();
                System.out.println("canary: " + load);
                assertThat(result.promoted()).as(result.toString()).isTrue();
                assertThat(load.failures()).as(load.toString()).isEmpty();
            }
        }
    }

    @Test
    void rollingOfAdoptedPodsThatEndAtOnceLosesNoRequest() throws InterruptedException {
        List<String> adopted = pods();
        try (Load load = Load.on(target.liveEndpoint().orElseThrow(), 4, 200)) {
            assertThat(roll("0.9.0", "crash", Rolling.standard())).isInstanceOf(RolloutResult.RolledBack.class);
            serves("2");
            assertThat(pods()).as("adopted pods run on").containsAll(adopted);
            RolloutResult good = roll("2.0.0", "", Rolling.standard());
            assertThat(good.promoted()).as(good.toString()).isTrue();
            serves("2.0.0");
            assertThat(selector()).isEqualTo(Map.of("app", "app"));
            RolloutResult back =
                    deployer.rollback(target).strategy(Rolling.standard()).execute();
            assertThat(back.promoted()).as(back.toString()).isTrue();
            serves("2");
            assertThat(selector()).isEqualTo(Map.of("app", "app"));
            load.close();
            System.out.println("rolling of adopted pods: " + load);
            assertThat(load.failures()).as(load.toString()).isEmpty();
        }
    }
}
