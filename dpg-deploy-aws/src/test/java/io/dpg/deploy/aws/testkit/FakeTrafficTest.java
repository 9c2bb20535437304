package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

class FakeTrafficTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeAws fake = FakeAws.start(time);
    private final FakeService handle = fake.service("c", "svc").instances(2).behindListener();
    private final EcsClient ecs = fake.clients().ecs();
    private final ElasticLoadBalancingV2Client elb = fake.clients().loadBalancing();

    @AfterEach
    void close() {
        fake.close();
    }

    private void shift(String green, int weight) {
        elb.modifyListener(r -> r.listenerArn(handle.listenerArn())
                .defaultActions(Action.builder()
                        .type("forward")
                        .forwardConfig(f -> f.targetGroups(
                                TargetGroupTuple.builder()
                                        .targetGroupArn(handle.targetGroupArn())
                                        .weight(100 - weight)
                                        .build(),
                                TargetGroupTuple.builder()
                                        .targetGroupArn(green)
                                        .weight(weight)
                                        .build()))
                        .build()));
    }

    private String green(int desired) {
        handle.arn();
        String group = elb.createTargetGroup(
                        r -> r.name("green").port(8080).protocol("HTTP").targetType("ip"))
                .targetGroups()
                .get(0)
                .targetGroupArn();
        shift(group, 0);
        register("app:2");
        ecs.createService(r -> r.cluster("c")
                .serviceName("green")
                .taskDefinition("svc:2")
                .desiredCount(desired)
                .loadBalancers(LoadBalancer.builder()
                        .targetGroupArn(group)
                        .containerName("app")
                        .containerPort(8080)
                        .build()));
        return group;
    }

    private void register(String image) {
        ContainerDefinition container = ecs
                .describeTaskDefinition(r -> r.taskDefinition("svc"))
                .taskDefinition()
                .containerDefinitions()
                .get(0)
                .toBuilder()
                .image(image)
                .build();
        ecs.registerTaskDefinition(r -> r.family("svc").containerDefinitions(container));
    }

    @Test
    void trafficFollowsWeightsAndNothingFailsWhereAllIsHealthy() {
        String green = green(2);
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:1", 1.0));
        time.advance(Duration.ofSeconds(40));
        shift(green, 10);
        assertThat(fake.traffic().shares()).containsEntry("svc:2", 0.1);
        time.advance(Duration.ofSeconds(100));
        shift(green, 100);
        time.advance(Duration.ofSeconds(100));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:2", 1.0));
        assertThat(fake.traffic().failedSeconds()).isZero();
        assertThat(fake.traffic().servedSeconds().get("svc:2")).isCloseTo(110, within(1e-6));
        assertThat(fake.traffic().moments()).hasSize(3);
    }

    @Test
    void aWeightOnATargetGroupWithoutHealthyTargetsFails() {
        String green = green(1);
        shift(green, 25);
        assertThat(fake.traffic().failing()).isEqualTo(0.25);
        time.advance(Duration.ofSeconds(4));
        assertThat(fake.traffic().failedSeconds()).isCloseTo(1, within(1e-6));
        assertThat(fake.traffic().failures().get(0).why()).containsExactly("no healthy target in " + green);
        time.advance(Duration.ofSeconds(60));
        assertThat(fake.traffic().failing()).isZero();
    }

    @Test
    void aTaskThatEndedFailsRequestsUntilItsTargetIsDeregistered() {
        handle.crash(1);
        assertThat(fake.traffic().failing()).isEqualTo(0.5);
        time.advance(Duration.ofSeconds(30));
        assertThat(fake.traffic().failedSeconds()).isCloseTo(0.5, within(1e-6));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:1", 1.0));
        assertThat(handle.running()).isEqualTo(2);
    }

    @Test
    void aRollingUpdateFailsNoRequest() {
        handle.arn();
        register("app:2");
        ecs.updateService(r -> r.cluster("c").service("svc").taskDefinition("svc:2"));
        time.advance(Duration.ofMinutes(2));
        assertThat(fake.traffic().shares()).isEqualTo(Map.of("svc:2", 1.0));
        assertThat(fake.traffic().failures()).isEmpty();
    }

    @Test
    void scaledToZeroTooEarlyEverythingFails() {
        ecs.updateService(r -> r.cluster("c").service("svc").desiredCount(0));
        time.advance(Duration.ofSeconds(3));
        assertThat(fake.traffic().failedSeconds()).isCloseTo(3, within(1e-6));
    }
}
