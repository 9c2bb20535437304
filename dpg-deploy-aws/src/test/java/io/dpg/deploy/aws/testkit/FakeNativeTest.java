package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentStopType;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;

class FakeNativeTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeAws fake = FakeAws.start(time);
    private final FakeService handle = fake.service("c", "svc")
            .instances(2)
            .behindListener()
            .withTestListener()
            .shiftedByEcs("BLUE_GREEN", Duration.ofMinutes(5));
    private final EcsClient ecs = fake.clients().ecs();

    @AfterEach
    void close() {
        fake.close();
    }

    private void register(String image) {
        handle.arn();
        ContainerDefinition container = ecs
                .describeTaskDefinition(r -> r.taskDefinition("svc:1"))
                .taskDefinition()
                .containerDefinitions()
                .get(0)
                .toBuilder()
                .image(image)
                .build();
        ecs.registerTaskDefinition(r -> r.family("svc").containerDefinitions(container));
    }

    private void deploy(Consumer<DeploymentConfiguration.Builder> configuration) {
        handle.listenerArn();
        register("app:2");
        ecs.updateService(
                r -> r.cluster("c").service("svc").taskDefinition("svc:2").deploymentConfiguration(configuration));
    }

    private ServiceDeployment newest() {
        String arn = ecs.listServiceDeployments(r -> r.cluster("c").service("svc"))
                .serviceDeployments()
                .get(0)
                .serviceDeploymentArn();
        return ecs.describeServiceDeployments(r -> r.serviceDeploymentArns(arn))
                .serviceDeployments()
                .get(0);
    }

    private List<String> stages(Duration time) {
        List<String> stages = new ArrayList<>();
        for (long s = 0; s < time.toSeconds(); s++) {
            String stage = newest().lifecycleStageAsString();
            if (stages.isEmpty() || !stages.get(stages.size() - 1).equals(stage)) {
                stages.add(stage);
            }
            this.time.advance(Duration.ofSeconds(1));
        }
        return stages;
    }

    @Test
    void blueGreenGoesThroughItsStages() {
        deploy(c -> c.strategy("BLUE_GREEN").bakeTimeInMinutes(1));
        assertThat(newest().statusAsString()).isEqualTo("IN_PROGRESS");
        assertThat(stages(Duration.ofSeconds(110)))
                .containsExactly(
                        "PRE_SCALE_UP",
                        "SCALE_UP",
                        "POST_SCALE_UP",
                        "TEST_TRAFFIC_SHIFT",
                        "POST_TEST_TRAFFIC_SHIFT",
                        "PRODUCTION_TRAFFIC_SHIFT",
                        "POST_PRODUCTION_TRAFFIC_SHIFT",
                        "BAKE_TIME",
                        "CLEAN_UP");
        assertThat(newest().statusAsString()).isEqualTo("SUCCESSFUL");
        assertThat(newest().targetServiceRevision().requestedProductionTrafficWeight())
                .isEqualTo(100.0);
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:2", 1.0));
        assertThat(fake.traffic().failures()).isEmpty();
        assertThat(ecs.describeServices(r -> r.cluster("c").services("svc"))
                        .services()
                        .get(0))
                .satisfies(s -> {
                    assertThat(s.deployments()).hasSize(1);
                    assertThat(s.runningCount()).isEqualTo(2);
                    assertThat(s.currentServiceDeployment()).isNull();
                });
        assertThat(fake.clients()
                        .loadBalancing()
                        .describeTargetHealth(r -> r.targetGroupArn(handle.alternateTargetGroupArn()))
                        .targetHealthDescriptions())
                .hasSize(2);
    }

    @Test
    void theNextBlueGreenUsesTheOtherTargetGroup() {
        deploy(c -> c.strategy("BLUE_GREEN").bakeTimeInMinutes(0));
        time.advance(Duration.ofMinutes(2));
        register("app:3");
        ecs.updateService(r -> r.cluster("c").service("svc").taskDefinition("svc:3"));
        time.advance(Duration.ofMinutes(2));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:3", 1.0));
        assertThat(fake.traffic().failures()).isEmpty();
        assertThat(fake.clients()
                        .loadBalancing()
                        .describeTargetHealth(r -> r.targetGroupArn(handle.targetGroupArn()))
                        .targetHealthDescriptions())
                .hasSize(2);
    }

    @Test
    void canaryWaitsAtItsPercent() {
        deploy(c -> c.strategy("CANARY").bakeTimeInMinutes(1).canaryConfiguration(y -> y.canaryPercent(12.5)
                .canaryBakeTimeInMinutes(3)));
        time.advance(Duration.ofMinutes(1));
        assertThat(newest().lifecycleStageAsString()).isEqualTo("PRODUCTION_TRAFFIC_SHIFT");
        assertThat(newest().targetServiceRevision().requestedProductionTrafficWeight())
                .isEqualTo(12.5);
        assertThat(fake.traffic().shares().get("svc:2")).isBetween(0.124, 0.126);
        time.advance(Duration.ofMinutes(3));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:2", 1.0));
        assertThat(newest().lifecycleStageAsString()).isEqualTo("BAKE_TIME");
        time.advance(Duration.ofMinutes(2));
        assertThat(newest().statusAsString()).isEqualTo("SUCCESSFUL");
    }

    @Test
    void linearGoesInEqualStepsAndWaitsAfterEachButTheLast() {
        deploy(c -> c.strategy("LINEAR").bakeTimeInMinutes(0).linearConfiguration(y -> y.stepPercent(40.0)
                .stepBakeTimeInMinutes(2)));
        time.advance(Duration.ofMinutes(10));
        assertThat(fake.traffic().moments())
                .extracting(m -> m.shares().getOrDefault("svc:2", 0.0))
                .containsExactly(0.0, 0.4, 0.8, 1.0);
        assertThat(newest().statusAsString()).isEqualTo("SUCCESSFUL");
    }

    @Test
    void stoppedWithRollbackAllTrafficReturns() {
        deploy(c -> c.strategy("CANARY")
                .canaryConfiguration(y -> y.canaryPercent(10.0).canaryBakeTimeInMinutes(30)));
        time.advance(Duration.ofMinutes(2));
        String arn = newest().serviceDeploymentArn();
        ecs.stopServiceDeployment(r -> r.serviceDeploymentArn(arn).stopType(StopServiceDeploymentStopType.ROLLBACK));
        assertThat(newest().statusAsString()).isEqualTo("ROLLBACK_IN_PROGRESS");
        time.advance(Duration.ofMinutes(1));
        assertThat(newest().statusAsString()).isEqualTo("ROLLBACK_SUCCESSFUL");
        assertThat(newest().rollback().reason()).contains("stopped by a user");
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:1", 1.0));
        assertThat(fake.traffic().failures()).isEmpty();
        assertThat(handle.taskDefinition()).isEqualTo("svc:1");
        assertThatThrownBy(() -> ecs.stopServiceDeployment(r -> r.serviceDeploymentArn(arn)))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void theCircuitBreakerRollsBackBeforeTrafficShifts() {
        fake.behaves("app:2", FakeBehaviour.neverHealthy());
        deploy(c -> c.strategy("BLUE_GREEN").bakeTimeInMinutes(1).deploymentCircuitBreaker(b -> b.enable(true)
                .rollback(true)));
        time.advance(Duration.ofMinutes(3));
        assertThat(newest().statusAsString()).isEqualTo("ROLLBACK_SUCCESSFUL");
        assertThat(newest().rollback().reason()).contains("circuit breaker");
        assertThat(fake.traffic().moments()).hasSize(1);
    }

    @Test
    void aNewerDeploymentSupersedesARunningOne() {
        deploy(c -> c.strategy("CANARY").bakeTimeInMinutes(0).canaryConfiguration(y -> y.canaryPercent(10.0)
                .canaryBakeTimeInMinutes(10)));
        time.advance(Duration.ofMinutes(2));
        register("app:3");
        ecs.updateService(r -> r.cluster("c").service("svc").taskDefinition("svc:3"));
        assertThat(newest().lifecycleStageAsString()).isEqualTo("RECONCILE_SERVICE");
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:1", 1.0));
        time.advance(Duration.ofMinutes(20));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:3", 1.0));
        assertThat(fake.traffic().failures()).isEmpty();
        assertThat(ecs.listServiceDeployments(r -> r.cluster("c").service("svc"))
                        .serviceDeployments())
                .extracting(d -> d.statusAsString())
                .containsExactly("SUCCESSFUL", "STOPPED", "SUCCESSFUL");
    }

    @Test
    void rollingDeploymentsAreServiceDeploymentsToo() {
        FakeService rolling = fake.service("c", "roll").behindListener();
        rolling.arn();
        ecs.updateService(r -> r.cluster("c").service("roll").forceNewDeployment(true));
        var running = ecs.listServiceDeployments(r -> r.cluster("c").service("roll"))
                .serviceDeployments()
                .get(0);
        assertThat(running.statusAsString()).isEqualTo("IN_PROGRESS");
        ecs.stopServiceDeployment(r -> r.serviceDeploymentArn(running.serviceDeploymentArn()));
        time.advance(Duration.ofMinutes(1));
        assertThat(ecs.listServiceDeployments(r -> r.cluster("c").service("roll"))
                        .serviceDeployments()
                        .get(0)
                        .statusAsString())
                .isEqualTo("ROLLBACK_SUCCESSFUL");
        assertThat(fake.traffic().failures()).isEmpty();
    }

    @Test
    void strategiesNeedTheirSettings() {
        FakeService rolling = fake.service("c", "roll").behindListener();
        rolling.arn();
        assertThatThrownBy(() -> ecs.updateService(
                        r -> r.cluster("c").service("roll").deploymentConfiguration(d -> d.strategy("BLUE_GREEN"))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("advancedConfiguration");
        assertThatThrownBy(() -> deploy(c -> c.strategy("LINEAR").linearConfiguration(y -> y.stepPercent(2.0))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("stepPercent");
    }

    @Test
    void aRevisionShowsItsTaskDefinition() {
        deploy(c -> c.strategy("BLUE_GREEN"));
        String revision = newest().targetServiceRevision().arn();
        assertThat(ecs.describeServiceRevisions(r -> r.serviceRevisionArns(revision))
                        .serviceRevisions())
                .singleElement()
                .satisfies(v -> assertThat(v.taskDefinition()).endsWith("svc:2"));
    }

    @Test
    void aRollbackGoesToTheRevisionThatWasDeployedWhole() {
        FakeService rolling = fake.service("c", "roll").behindListener();
        rolling.arn();
        fake.behaves("app:2", FakeBehaviour.neverHealthy());
        fake.behaves("app:3", FakeBehaviour.neverHealthy());
        String first = ecs.describeServices(r -> r.cluster("c").services("roll"))
                .services()
                .get(0)
                .taskDefinition();
        for (String image : List.of("app:2", "app:3")) {
            ecs.registerTaskDefinition(r -> r.family("roll")
                    .containerDefinitions(ContainerDefinition.builder()
                            .name("app")
                            .image(image)
                            .build()));
            ecs.updateService(r -> r.cluster("c").service("roll").taskDefinition("roll"));
            time.advance(Duration.ofSeconds(10));
        }
        String arn = ecs.listServiceDeployments(r -> r.cluster("c").service("roll"))
                .serviceDeployments()
                .get(0)
                .serviceDeploymentArn();
        ecs.stopServiceDeployment(r -> r.serviceDeploymentArn(arn));
        time.advance(Duration.ofMinutes(2));
        assertThat(Arns.taskDefinition(rolling.taskDefinition())).isEqualTo(first);
    }

    @Test
    void aRuleThatDoesMoreThanForwardIsNotShifted() {
        handle.arn();
        var listener = fake.clients()
                .loadBalancing()
                .describeListeners(r -> r.listenerArns(handle.listenerArn()))
                .listeners()
                .get(0);
        List<Action> actions = new ArrayList<>(listener.defaultActions());
        actions.add(
                0,
                Action.builder()
                        .type("authenticate-oidc")
                        .order(1)
                        .authenticateOidcConfig(o -> o.issuer("https://i").clientId("c"))
                        .build());
        fake.clients().loadBalancing().modifyListener(r -> r.listenerArn(handle.listenerArn())
                .defaultActions(actions));
        deploy(c -> c.strategy("BLUE_GREEN"));
        time.advance(Duration.ofMinutes(1));
        assertThat(newest().statusAsString()).isEqualTo("ROLLBACK_SUCCESSFUL");
        assertThat(newest().rollback().reason()).contains("other than forward");
        assertThat(fake.traffic().failures()).isEmpty();
    }

    @Test
    void aRollbackWaitsUntilTheOldTasksCanTakeTheTraffic() {
        deploy(c -> c.strategy("BLUE_GREEN").bakeTimeInMinutes(10));
        time.advance(Duration.ofMinutes(1));
        assertThat(newest().lifecycleStageAsString()).isEqualTo("BAKE_TIME");
        handle.crash(2);
        time.advance(Duration.ofSeconds(2));
        String arn = newest().serviceDeploymentArn();
        ecs.stopServiceDeployment(r -> r.serviceDeploymentArn(arn));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:2", 1.0));
        time.advance(Duration.ofMinutes(1));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:1", 1.0));
        assertThat(fake.traffic().failures()).isEmpty();
    }
}
