package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.SortOrder;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

class FakeEcsTest extends OnFakeEcs {

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
}
