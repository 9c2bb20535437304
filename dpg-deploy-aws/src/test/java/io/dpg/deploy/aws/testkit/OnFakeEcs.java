package io.dpg.deploy.aws.testkit;

import io.dpg.deploy.testkit.VirtualTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/** A service on the fake, and how tests look at it. */
abstract class OnFakeEcs {

    final VirtualTime time = new VirtualTime();
    final FakeAws fake = FakeAws.start(time);
    final FakeService handle =
            fake.service("c", "svc").image("app:1").instances(3).behindListener();
    final EcsClient ecs = fake.clients().ecs();
    final ElasticLoadBalancingV2Client elb = fake.clients().loadBalancing();

    @AfterEach
    void close() {
        fake.close();
    }

    Service service() {
        return ecs.describeServices(r -> r.cluster("c").services("svc").include(ServiceField.TAGS))
                .services()
                .get(0);
    }

    List<Task> tasks(DesiredStatus status) {
        List<String> arns = ecs.listTasks(r -> r.cluster("c").serviceName("svc").desiredStatus(status))
                .taskArns();
        return arns.isEmpty()
                ? List.of()
                : ecs.describeTasks(r -> r.cluster("c").tasks(arns)).tasks();
    }

    List<String> health(String group) {
        return elb.describeTargetHealth(r -> r.targetGroupArn(group)).targetHealthDescriptions().stream()
                .map(TargetHealthDescription::targetHealth)
                .map(h -> h.stateAsString())
                .toList();
    }

    String register(String image) {
        TaskDefinition old =
                ecs.describeTaskDefinition(r -> r.taskDefinition("svc")).taskDefinition();
        ContainerDefinition container =
                old.containerDefinitions().get(0).toBuilder().image(image).build();
        return ecs.registerTaskDefinition(r -> r.family("svc").containerDefinitions(container))
                .taskDefinition()
                .taskDefinitionArn();
    }

    void update(String image) {
        String arn = register(image);
        ecs.updateService(r -> r.cluster("c").service("svc").taskDefinition(arn));
    }

    void breaker(boolean rollback) {
        ecs.updateService(r -> r.cluster("c").service("svc").deploymentConfiguration(d -> d.minimumHealthyPercent(100)
                .maximumPercent(200)
                .deploymentCircuitBreaker(b -> b.enable(true).rollback(rollback))));
    }
}
