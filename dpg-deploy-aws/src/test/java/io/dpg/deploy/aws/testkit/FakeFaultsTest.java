package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

class FakeFaultsTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeAws fake = FakeAws.start(time);
    private final FakeService handle = fake.service("c", "svc").instances(1).behindListener();
    private final StaticCredentialsProvider credentials =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"));
    // clients that repeat nothing, so that each fault is seen
    private final EcsClient ecs = EcsClient.builder()
            .endpointOverride(fake.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(c -> c.retryStrategy(RetryMode.STANDARD).retryStrategy(r -> r.maxAttempts(1)))
            .build();
    private final ElasticLoadBalancingV2Client elb = ElasticLoadBalancingV2Client.builder()
            .endpointOverride(fake.endpoint())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build();

    @AfterEach
    void close() {
        ecs.close();
        elb.close();
        fake.close();
    }

    private int desired() {
        return ecs.describeServices(r -> r.cluster("c").services("svc"))
                .services()
                .get(0)
                .desiredCount();
    }

    private void desire(int tasks) {
        ecs.updateService(r -> r.cluster("c").service("svc").desiredCount(tasks));
    }

    private void weigh(int weight) {
        elb.modifyListener(r -> r.listenerArn(handle.listenerArn())
                .defaultActions(Action.builder()
                        .type("forward")
                        .forwardConfig(f -> f.targetGroups(TargetGroupTuple.builder()
                                .targetGroupArn(handle.targetGroupArn())
                                .weight(weight)
                                .build()))
                        .build()));
    }

    private int weight() {
        return elb.describeListeners(r -> r.listenerArns(handle.listenerArn()))
                .listeners()
                .get(0)
                .defaultActions()
                .get(0)
                .forwardConfig()
                .targetGroups()
                .get(0)
                .weight();
    }

    @Test
    void theSdkKnowsThrottlingOfBothProtocols() {
        fake.faults().on("ecs:Describe*").next(1).throttles();
        assertThatThrownBy(this::desired)
                .isInstanceOfSatisfying(EcsException.class, e -> assertThat(e.isThrottlingException())
                        .isTrue());
        assertThat(desired()).isEqualTo(1);
        fake.faults().on("elasticloadbalancing:*").every(2).throttles();
        assertThat(weight()).isEqualTo(1);
        assertThatThrownBy(this::weight).isInstanceOfSatisfying(ElasticLoadBalancingV2Exception.class, e -> {
            assertThat(e.isThrottlingException()).isTrue();
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Rate exceeded");
        });
        assertThat(weight()).isEqualTo(1);
    }

    @Test
    void serverErrorsHaveTheirStatus() {
        fake.faults().on("*").after(1).next(1).breaks(503);
        assertThat(desired()).isEqualTo(1);
        assertThatThrownBy(this::weight)
                .isInstanceOfSatisfying(ElasticLoadBalancingV2Exception.class, e -> assertThat(e.statusCode())
                        .isEqualTo(503));
    }

    @Test
    void aCutConnectionHasNoEffectAndALostAnswerHasOne() {
        fake.faults().on("ecs:UpdateService").next(1).cuts();
        assertThatThrownBy(() -> desire(2)).isInstanceOf(SdkClientException.class);
        assertThat(desired()).isEqualTo(1);
        fake.faults().on("ecs:UpdateService").next(1).losesAnswers();
        assertThatThrownBy(() -> desire(3)).isInstanceOf(SdkClientException.class);
        assertThat(desired()).isEqualTo(3);
        assertThat(fake.calls())
                .filteredOn(c -> c.operation().equals("UpdateService"))
                .extracting(FakeCall::outcome)
                .containsExactly("cut", "lost");
    }

    @Test
    void readsLag() {
        fake.faults().readsLag(Duration.ofSeconds(5));
        desire(2);
        assertThat(desired()).isEqualTo(1);
        time.advance(Duration.ofSeconds(4));
        assertThat(desired()).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(desired()).isEqualTo(2);
        weigh(7);
        assertThat(weight()).isEqualTo(1);
        time.advance(Duration.ofSeconds(5));
        assertThat(weight()).isEqualTo(7);
    }

    @Test
    void weightsMayApplyLaterThanTheyAreShown() {
        String second = fake.service("c", "second").behindListener().targetGroupArn();
        assertThat(second).isNotEmpty();
        fake.faults().weightsApplyAfter(Duration.ofSeconds(7));
        weigh(0);
        assertThat(weight()).isZero();
        assertThat(fake.traffic().failing()).isZero();
        time.advance(Duration.ofSeconds(7));
        assertThat(fake.traffic().failing()).isEqualTo(0.5);
    }

    @Test
    void anUpdateMayBeLost() {
        fake.faults().losesListenerUpdates(1);
        weigh(9);
        assertThat(weight()).isEqualTo(1);
        weigh(9);
        assertThat(weight()).isEqualTo(9);
    }

    @Test
    void somebodyElseChangesThings() {
        fake.somebodyElse(Duration.ofSeconds(10))
                .setsWeights(handle.listenerArn(), Map.of(handle.targetGroupArn(), 33));
        fake.somebodyElse(Duration.ofSeconds(20)).setsDesired(handle, 4);
        fake.somebodyElse(Duration.ofSeconds(30)).deploys(handle, "app:9");
        assertThat(weight()).isEqualTo(1);
        time.advance(Duration.ofSeconds(10));
        assertThat(weight()).isEqualTo(33);
        assertThat(desired()).isEqualTo(1);
        time.advance(Duration.ofSeconds(10));
        assertThat(desired()).isEqualTo(4);
        time.advance(Duration.ofSeconds(10));
        assertThat(handle.taskDefinition()).isEqualTo("svc:2");
        assertThat(fake.calls()).extracting(FakeCall::changes).containsOnly(false);
    }

    @Test
    void theClientsOfTheFakeRepeatThrottledCalls() {
        fake.faults().on("ecs:*").next(2).throttles();
        assertThat(fake.clients().ecs().describeClusters(r -> r.clusters("c")).clusters())
                .hasSize(1);
        assertThat(fake.calls())
                .extracting(FakeCall::outcome)
                .isEqualTo(List.of("ThrottlingException", "ThrottlingException", "ok"));
    }
}
