package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.applicationautoscaling.ApplicationAutoScalingClient;
import software.amazon.awssdk.services.applicationautoscaling.model.ObjectNotFoundException;
import software.amazon.awssdk.services.applicationautoscaling.model.PolicyType;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalableDimension;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalableTarget;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.applicationautoscaling.model.ServiceNamespace;
import software.amazon.awssdk.services.applicationautoscaling.model.ValidationException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class FakeScalingTest {

    private static final String RESOURCE = "service/c/svc";

    private final VirtualTime time = new VirtualTime();
    private final FakeAws fake = FakeAws.start(time);
    private final FakeService handle =
            fake.service("c", "svc").instances(2).behindListener().scaled(1, 6);
    private final ApplicationAutoScalingClient scaling = fake.clients().autoScaling();

    @AfterEach
    void close() {
        fake.close();
    }

    private ScalableTarget target() {
        return scaling.describeScalableTargets(
                        r -> r.serviceNamespace(ServiceNamespace.ECS).resourceIds(RESOURCE))
                .scalableTargets()
                .get(0);
    }

    private List<ScalingPolicy> policies(String resource) {
        return scaling.describeScalingPolicies(
                        r -> r.serviceNamespace(ServiceNamespace.ECS).resourceId(resource))
                .scalingPolicies();
    }

    private void suspend(boolean suspended) {
        scaling.registerScalableTarget(r -> r.serviceNamespace(ServiceNamespace.ECS)
                .resourceId(RESOURCE)
                .scalableDimension(ScalableDimension.ECS_SERVICE_DESIRED_COUNT)
                .suspendedState(s -> s.dynamicScalingInSuspended(suspended)
                        .dynamicScalingOutSuspended(suspended)
                        .scheduledScalingSuspended(suspended)));
    }

    @Test
    void theAutoscalerFollowsDemandWithinItsLimits() {
        fake.demand("c", "svc", 9);
        time.advance(Duration.ofMinutes(1));
        assertThat(handle.desired()).isEqualTo(6);
        time.advance(Duration.ofMinutes(1));
        assertThat(handle.running()).isEqualTo(6);
        assertThat(fake.traffic().failedSeconds()).isZero();
    }

    @Test
    void theAutoscalerRestsWhileSuspended() {
        suspend(true);
        assertThat(target().suspendedState().dynamicScalingInSuspended()).isTrue();
        assertThat(target().minCapacity()).isEqualTo(1);
        assertThat(target().maxCapacity()).isEqualTo(6);
        fake.demand("c", "svc", 5);
        time.advance(Duration.ofMinutes(5));
        assertThat(handle.desired()).isEqualTo(2);
        suspend(false);
        time.advance(Duration.ofMinutes(1));
        assertThat(handle.desired()).isEqualTo(5);
    }

    @Test
    void policiesBelongToATargetAndGoWithIt() {
        assertThat(policies(RESOURCE)).singleElement().satisfies(p -> {
            assertThat(p.policyName()).isEqualTo("cpu");
            assertThat(p.policyType()).isEqualTo(PolicyType.TARGET_TRACKING_SCALING);
            assertThat(p.targetTrackingScalingPolicyConfiguration().targetValue())
                    .isEqualTo(60.0);
            assertThat(p.alarms()).hasSize(2);
            assertThat(p.creationTime()).isEqualTo(time.now());
        });
        assertThatThrownBy(() -> scaling.putScalingPolicy(r -> r.serviceNamespace(ServiceNamespace.ECS)
                        .policyName("x")
                        .resourceId("service/c/other")
                        .scalableDimension(ScalableDimension.ECS_SERVICE_DESIRED_COUNT)))
                .isInstanceOf(ObjectNotFoundException.class);
        scaling.deregisterScalableTarget(r -> r.serviceNamespace(ServiceNamespace.ECS)
                .resourceId(RESOURCE)
                .scalableDimension(ScalableDimension.ECS_SERVICE_DESIRED_COUNT));
        assertThat(policies(RESOURCE)).isEmpty();
        assertThat(scaling.describeScheduledActions(r -> r.serviceNamespace(ServiceNamespace.ECS))
                        .scheduledActions())
                .isEmpty();
    }

    @Test
    void aTargetNeedsAServiceAndLimits() {
        assertThatThrownBy(() -> scaling.registerScalableTarget(r -> r.serviceNamespace(ServiceNamespace.ECS)
                        .resourceId("service/c/nobody")
                        .scalableDimension(ScalableDimension.ECS_SERVICE_DESIRED_COUNT)
                        .minCapacity(1)
                        .maxCapacity(2)))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void theLogOfATaskIsInTheStreamOfItsContainer() {
        String task = Arns.last(
                fake.clients().ecs().listTasks(r -> r.cluster("c")).taskArns().get(0));
        var logs = fake.clients().logs();
        assertThat(logs.getLogEvents(r -> r.logGroupName("/ecs/svc").logStreamName("ecs/app/" + task))
                        .events())
                .extracting(OutputLogEvent::message)
                .containsExactly("listening on 8080");
        assertThatThrownBy(
                        () -> logs.getLogEvents(r -> r.logGroupName("/ecs/svc").logStreamName("ecs/app/x")))
                .isInstanceOf(ResourceNotFoundException.class);
    }
}
