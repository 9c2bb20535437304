package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.SortOrder;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

class FakeEcsTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeAws fake = FakeAws.start(time);
    private final FakeService handle =
            fake.service("c", "svc").image("app:1").instances(3).behindListener();
    private final EcsClient ecs = fake.clients().ecs();
    private final ElasticLoadBalancingV2Client elb = fake.clients().loadBalancing();

    @AfterEach
    void close() {
        fake.close();
    }

    private Service service() {
        return ecs.describeServices(r -> r.cluster("c").services("svc").include(ServiceField.TAGS))
                .services()
                .get(0);
    }

    private List<Task> tasks(DesiredStatus status) {
        List<String> arns = ecs.listTasks(r -> r.cluster("c").serviceName("svc").desiredStatus(status))
                .taskArns();
        return arns.isEmpty()
                ? List.of()
                : ecs.describeTasks(r -> r.cluster("c").tasks(arns)).tasks();
    }

    private List<String> health(String group) {
        return elb.describeTargetHealth(r -> r.targetGroupArn(group)).targetHealthDescriptions().stream()
                .map(TargetHealthDescription::targetHealth)
                .map(h -> h.stateAsString())
                .toList();
    }

    private String register(String image) {
        TaskDefinition old =
                ecs.describeTaskDefinition(r -> r.taskDefinition("svc")).taskDefinition();
        ContainerDefinition container =
                old.containerDefinitions().get(0).toBuilder().image(image).build();
        return ecs.registerTaskDefinition(r -> r.family("svc").containerDefinitions(container))
                .taskDefinition()
                .taskDefinitionArn();
    }

    private void update(String image) {
        String arn = register(image);
        ecs.updateService(r -> r.cluster("c").service("svc").taskDefinition(arn));
    }

    private void breaker(boolean rollback) {
        ecs.updateService(r -> r.cluster("c").service("svc").deploymentConfiguration(d -> d.minimumHealthyPercent(100)
                .maximumPercent(200)
                .deploymentCircuitBreaker(b -> b.enable(true).rollback(rollback))));
    }

    @Test
    void aServiceRunsAndIsHealthyFromTheFirstCallOn() {
        assertThat(service().runningCount()).isEqualTo(3);
        assertThat(service().status()).isEqualTo("ACTIVE");
        assertThat(service().deployments()).singleElement().satisfies(d -> {
            assertThat(d.status()).isEqualTo("PRIMARY");
            assertThat(d.rolloutStateAsString()).isEqualTo("COMPLETED");
            assertThat(d.id()).startsWith("ecs-svc/");
        });
        assertThat(tasks(DesiredStatus.RUNNING)).hasSize(3).allSatisfy(t -> {
            assertThat(t.lastStatus()).isEqualTo("RUNNING");
            assertThat(t.startedBy()).isEqualTo(service().deployments().get(0).id());
            assertThat(t.startedAt()).isEqualTo(time.now());
        });
        assertThat(health(handle.targetGroupArn())).containsExactly("healthy", "healthy", "healthy");
    }

    @Test
    void aRollingUpdateStartsNewTasksBeforeOldOnesStop() {
        String before = service().deployments().get(0).id();
        update("app:2");

        assertThat(service().deployments()).extracting(Deployment::status).containsExactly("PRIMARY", "ACTIVE");
        assertThat(service().pendingCount()).isEqualTo(3);
        assertThat(service().runningCount()).isEqualTo(3);
        time.advance(Duration.ofSeconds(5));
        assertThat(service().runningCount()).isEqualTo(6);
        assertThat(health(handle.targetGroupArn())).contains("initial");
        time.advance(Duration.ofSeconds(1));
        assertThat(service().runningCount()).isEqualTo(3);
        assertThat(health(handle.targetGroupArn())).contains("draining");
        assertThat(tasks(DesiredStatus.STOPPED))
                .allSatisfy(t -> assertThat(t.lastStatus()).isEqualTo("DEACTIVATING"));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("IN_PROGRESS");
        time.advance(Duration.ofSeconds(12));
        assertThat(service().deployments()).singleElement().satisfies(d -> {
            assertThat(d.id()).isNotEqualTo(before);
            assertThat(d.rolloutStateAsString()).isEqualTo("COMPLETED");
        });
        assertThat(service().events().get(0).message()).isEqualTo("(service svc) has reached a steady state.");
        assertThat(tasks(DesiredStatus.STOPPED)).hasSize(3).allSatisfy(t -> {
            assertThat(t.lastStatus()).isEqualTo("STOPPED");
            assertThat(t.stopCodeAsString()).isEqualTo("ServiceSchedulerInitiated");
        });
        time.advance(Duration.ofHours(1));
        assertThat(tasks(DesiredStatus.STOPPED)).isEmpty();
    }

    @Test
    void minimumAndMaximumPercentBoundARollingUpdate() {
        ecs.updateService(
                r -> r.cluster("c").service("svc").desiredCount(4).deploymentConfiguration(d -> d.minimumHealthyPercent(
                                50)
                        .maximumPercent(100)));
        time.advance(Duration.ofMinutes(1));
        update("app:2");
        int least = 4;
        for (int i = 0; i < 60; i++) {
            time.advance(Duration.ofSeconds(1));
            assertThat(tasks(DesiredStatus.RUNNING)).hasSizeLessThanOrEqualTo(4);
            least = Math.min(least, service().runningCount());
        }
        assertThat(least).isEqualTo(2);
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("COMPLETED");
    }

    @Test
    void theCircuitBreakerFailsADeploymentWhoseImageCannotBePulled() {
        breaker(false);
        fake.behaves("app:2", FakeBehaviour.cannotPull());
        update("app:2");
        time.advance(Duration.ofSeconds(5));
        assertThat(tasks(DesiredStatus.STOPPED)).first().satisfies(t -> {
            assertThat(t.stoppedReason()).startsWith("CannotPullContainerError");
            assertThat(t.stopCodeAsString()).isEqualTo("TaskFailedToStart");
            assertThat(t.containers().get(0).reason()).contains("app:2");
            assertThat(t.containers().get(0).exitCode()).isNull();
        });
        time.advance(Duration.ofMinutes(2));
        Deployment failed = service().deployments().get(0);
        assertThat(failed.rolloutStateAsString()).isEqualTo("FAILED");
        assertThat(failed.failedTasks()).isEqualTo(3);
        assertThat(failed.rolloutStateReason()).contains("circuit breaker");
        assertThat(service().runningCount()).isEqualTo(3);
        assertThat(service().deployments()).hasSize(2);
    }

    @Test
    void theCircuitBreakerCountsCrashesBeforeTheFirstHealthCheckAndRollsBack() {
        breaker(true);
        String before = service().deployments().get(0).id();
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(500), 3));
        update("app:2");
        time.advance(Duration.ofMinutes(5));
        assertThat(service().deployments()).singleElement().satisfies(d -> {
            assertThat(d.id()).isEqualTo(before);
            assertThat(d.rolloutStateAsString()).isEqualTo("COMPLETED");
        });
        assertThat(tasks(DesiredStatus.STOPPED))
                .anySatisfy(t -> assertThat(t.containers().get(0).exitCode()).isEqualTo(3));
        assertThat(service().events()).anyMatch(e -> e.message().contains("rolling back to deployment"));
    }

    @Test
    void withoutCircuitBreakerACrashLoopGoesOnForEver() {
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(500), 1));
        update("app:2");
        time.advance(Duration.ofMinutes(10));
        assertThat(service().deployments()).hasSize(2);
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("IN_PROGRESS");
    }

    @Test
    void tasksThatNeverBecomeHealthyAreStoppedAfterTheGracePeriod() {
        ecs.updateService(r -> r.cluster("c").service("svc").healthCheckGracePeriodSeconds(60));
        fake.behaves("app:2", FakeBehaviour.neverHealthy());
        update("app:2");
        time.advance(Duration.ofSeconds(60));
        assertThat(health(handle.targetGroupArn())).contains("unhealthy");
        assertThat(tasks(DesiredStatus.STOPPED)).isEmpty();
        time.advance(Duration.ofSeconds(10));
        assertThat(tasks(DesiredStatus.STOPPED)).isNotEmpty().allSatisfy(t -> assertThat(t.stoppedReason())
                .startsWith("Task failed ELB health checks"));
        assertThat(service().deployments().get(0).failedTasks()).isEqualTo(3);
    }

    @Test
    void tasksWithoutRoomAreAnEventAndNoTask() {
        fake.behaves("app:2", FakeBehaviour.cannotPlace());
        update("app:2");
        assertThat(service().events().get(0).message()).contains("unable to place a task");
        assertThat(service().pendingCount()).isZero();
    }

    @Test
    void aSlowReleaseIsInitialOrUnhealthyUntilItAnswers() {
        fake.behaves("app:2", FakeBehaviour.slow(Duration.ofSeconds(4)));
        update("app:2");
        time.advance(Duration.ofSeconds(8));
        assertThat(health(handle.targetGroupArn())).contains("initial").doesNotContain("unhealthy");
        time.advance(Duration.ofSeconds(4));
        assertThat(health(handle.targetGroupArn())).doesNotContain("initial");
    }

    @Test
    void aTaskDefinitionComesBackAsItWasRegistered() {
        ecs.registerTaskDefinition(r -> r.family("other")
                .ipcMode("host")
                .ephemeralStorage(s -> s.sizeInGiB(30))
                .tags(Tag.builder().key("a").value("b").build())
                .containerDefinitions(ContainerDefinition.builder()
                        .name("x")
                        .image("y")
                        .dockerLabels(java.util.Map.of("l", "m"))
                        .linuxParameters(l -> l.initProcessEnabled(true))
                        .build()));
        var answer = ecs.describeTaskDefinition(r -> r.taskDefinition("other").include(TaskDefinitionField.TAGS));
        assertThat(answer.tags())
                .containsExactly(Tag.builder().key("a").value("b").build());
        TaskDefinition definition = answer.taskDefinition();
        assertThat(definition.revision()).isEqualTo(1);
        assertThat(definition.statusAsString()).isEqualTo("ACTIVE");
        assertThat(definition.ipcModeAsString()).isEqualTo("host");
        assertThat(definition.ephemeralStorage().sizeInGiB()).isEqualTo(30);
        assertThat(definition.containerDefinitions().get(0).dockerLabels()).containsEntry("l", "m");
        assertThat(definition.containerDefinitions().get(0).linuxParameters().initProcessEnabled())
                .isTrue();
        assertThat(definition.registeredAt()).isEqualTo(time.now());
    }

    @Test
    void revisionsAreListedNewestFirstPageByPage() {
        service();
        fake.faults().pagesOf(2);
        for (int i = 2; i <= 5; i++) {
            register("app:" + i);
        }
        var first = ecs.listTaskDefinitions(r -> r.familyPrefix("svc").sort(SortOrder.DESC));
        assertThat(first.taskDefinitionArns()).extracting(Arns::last).containsExactly("svc:5", "svc:4");
        assertThat(first.nextToken()).isNotEmpty();
        assertThat(ecs.listTaskDefinitionsPaginator(r -> r.familyPrefix("svc")).taskDefinitionArns())
                .hasSize(5);
    }

    @Test
    void tagsOfAServiceAreShownWhenAskedFor() {
        service();
        ecs.tagResource(r -> r.resourceArn(handle.arn())
                .tags(Tag.builder().key("dpg-deploy:fence").value("7").build()));
        assertThat(service().tags()).extracting(Tag::value).containsExactly("7");
        assertThat(ecs.describeServices(r -> r.cluster("c").services("svc"))
                        .services()
                        .get(0)
                        .tags())
                .isEmpty();
        ecs.untagResource(r -> r.resourceArn(handle.arn()).tagKeys("dpg-deploy:fence"));
        assertThat(ecs.listTagsForResource(r -> r.resourceArn(handle.arn())).tags())
                .isEmpty();
    }

    @Test
    void aServiceScaledToZeroDrainsAndCanBeDeleted() {
        service();
        assertThatThrownBy(() -> ecs.deleteService(r -> r.cluster("c").service("svc")))
                .isInstanceOf(InvalidParameterException.class);
        ecs.updateService(r -> r.cluster("c").service("svc").desiredCount(0));
        assertThat(health(handle.targetGroupArn())).containsOnly("draining");
        ecs.deleteService(r -> r.cluster("c").service("svc"));
        assertThat(service().status()).isEqualTo("DRAINING");
        time.advance(Duration.ofSeconds(12));
        assertThat(service().status()).isEqualTo("INACTIVE");
        assertThat(health(handle.targetGroupArn())).isEmpty();
    }

    @Test
    void errorsAreThoseOfAws() {
        assertThatThrownBy(() -> ecs.describeServices(r -> r.cluster("nowhere").services("svc")))
                .isInstanceOf(ClusterNotFoundException.class);
        assertThatThrownBy(() -> ecs.updateService(r -> r.cluster("c").service("nobody")))
                .isInstanceOf(ServiceNotFoundException.class);
        assertThatThrownBy(() -> ecs.describeServices(
                        r -> r.cluster("c").services("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11")))
                .isInstanceOf(InvalidParameterException.class);
        assertThat(ecs.describeServices(r -> r.cluster("c").services("nobody")).failures())
                .singleElement()
                .satisfies(f -> assertThat(f.reason()).isEqualTo("MISSING"));
    }

    @Test
    void aServiceNeedsATargetGroupThatALoadBalancerHas() {
        service();
        String group = elb.createTargetGroup(r -> r.name("green")
                        .port(80)
                        .protocol("HTTP")
                        .targetType("ip")
                        .vpcId("vpc-1"))
                .targetGroups()
                .get(0)
                .targetGroupArn();
        LoadBalancer balancer = LoadBalancer.builder()
                .targetGroupArn(group)
                .containerName("app")
                .containerPort(8080)
                .build();
        assertThatThrownBy(() -> ecs.createService(r -> r.cluster("c")
                        .serviceName("green")
                        .taskDefinition("svc")
                        .desiredCount(1)
                        .loadBalancers(balancer)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("does not have an associated load balancer");
    }

    @Test
    void callsAreListed() {
        service();
        assertThat(fake.calls()).extracting(FakeCall::action).containsExactly("ecs:DescribeServices");
        fake.forgetCalls();
        assertThatThrownBy(() -> ecs.updateService(r -> r.cluster("c").service("nobody")))
                .isInstanceOf(ServiceNotFoundException.class);
        assertThat(fake.calls()).singleElement().satisfies(c -> {
            assertThat(c.changes()).isTrue();
            assertThat(c.outcome()).isEqualTo("ServiceNotFoundException");
        });
    }

    @Test
    void aCreationRepeatedWithItsTokenIsTheSame() {
        service();
        for (int i = 0; i < 2; i++) {
            ecs.createService(r -> r.cluster("c")
                    .serviceName("other")
                    .taskDefinition("svc")
                    .desiredCount(1)
                    .clientToken("t"));
        }
        assertThat(ecs.listServices(r -> r.cluster("c")).serviceArns()).hasSize(2);
        assertThatThrownBy(() -> ecs.createService(r -> r.cluster("c")
                        .serviceName("other")
                        .taskDefinition("svc")
                        .desiredCount(1)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("not idempotent");
    }

    @Test
    void listsOfTasksComeInPages() {
        fake.faults().pagesOf(2);
        assertThat(ecs.listTasks(r -> r.cluster("c")).taskArns()).hasSize(2);
        assertThat(ecs.listTasksPaginator(r -> r.cluster("c")).taskArns()).hasSize(3);
    }

    @Test
    void aStoppedTaskIsReplaced() {
        String arn = tasks(DesiredStatus.RUNNING).get(0).taskArn();
        ecs.stopTask(r -> r.cluster("c").task(arn).reason("because"));
        time.advance(Duration.ofSeconds(30));
        assertThat(service().runningCount()).isEqualTo(3);
        assertThat(tasks(DesiredStatus.STOPPED)).singleElement().satisfies(t -> {
            assertThat(t.stoppedReason()).isEqualTo("because");
            assertThat(t.stopCodeAsString()).isEqualTo("UserInitiated");
        });
    }

    @Test
    void onlyTheFirstTasksCrashWhereTheScriptSaysSo() {
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofMillis(500), 1).onlyFirst(1));
        update("app:2");
        time.advance(Duration.ofMinutes(1));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("COMPLETED");
        assertThat(tasks(DesiredStatus.STOPPED)).hasSize(4);
    }

    @Test
    void theCircuitBreakersThresholdIsHalfOfTheTasksWithin3And200() {
        assertThat(List.of(1, 6, 7, 11, 399, 401, 1000).stream().map(CircuitBreaker::threshold))
                .containsExactly(3, 3, 4, 6, 200, 200, 200);
    }

    @Test
    void aReleaseThatDegradesIsReplacedForEver() {
        fake.behaves("app:2", FakeBehaviour.degrades(Duration.ofSeconds(30)));
        update("app:2");
        time.advance(Duration.ofSeconds(25));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("COMPLETED");
        time.advance(Duration.ofSeconds(30));
        assertThat(tasks(DesiredStatus.STOPPED))
                .anySatisfy(t -> assertThat(t.stoppedReason()).startsWith("Task failed ELB health checks"));
        assertThat(service().deployments().get(0).failedTasks()).isZero();
    }

    @Test
    void aFailedDeploymentStallsAndStillScalesIn() {
        breaker(false);
        fake.behaves("app:2", FakeBehaviour.cannotPull());
        update("app:2");
        time.advance(Duration.ofMinutes(1));
        ecs.updateService(r -> r.cluster("c").service("svc").desiredCount(1));
        time.advance(Duration.ofMinutes(1));
        assertThat(service().deployments().get(0).rolloutStateAsString()).isEqualTo("FAILED");
        assertThat(service().runningCount()).isEqualTo(1);
        assertThat(fake.traffic().failures()).isEmpty();
    }

    @Test
    void aCrashAfterHealthChecksPassedOpensNoCircuitBreaker() {
        breaker(true);
        fake.behaves("app:2", FakeBehaviour.crashes(Duration.ofSeconds(5), 1));
        update("app:2");
        time.advance(Duration.ofMinutes(3));
        assertThat(handle.taskDefinition()).isEqualTo("svc:2");
        assertThat(service().deployments().get(0).failedTasks()).isZero();
    }
}
