package io.dpg.deploy.aws.internal.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.aws.AwsClients;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;

/** Field by field: what AWS shows of an object is in the request for another one like it. */
class CarriedTest {

    private static final EcsApp APP = new EcsApp("cluster", "api", null, null, null, null, 0, Duration.ZERO);

    private final AwsClients clients = AwsClients.standard();
    private final Definitions definitions =
            new Definitions(new EcsApi(clients, APP, Time.system()), refs -> Map.of("PASSWORD", "arn:secret"));

    private static TaskDefinition.Builder everything() {
        TaskDefinition.Builder task = Filled.all(TaskDefinition.builder());
        return task.taskDefinitionArn("arn:aws:ecs:eu-central-1:1:task-definition/api:7")
                .family("api")
                .containerDefinitions(task.build().containerDefinitions().get(0).toBuilder()
                        .name("api")
                        .environment(pair("OWN", "1"))
                        .dockerLabels(Map.of("team", "x"))
                        .build());
    }

    private static KeyValuePair pair(String name, String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }

    private static GroupRequest request(Release release, Environment environment) {
        return new GroupRequest(Slot.GREEN, release, null, 1, environment, Map.of());
    }

    private static Set<String> names(SdkPojo pojo) {
        return new TreeSet<>(Fields.byName(pojo).keySet());
    }

    private static Object value(SdkPojo pojo, String name) {
        SdkField<?> field = Fields.byName(pojo).get(name);
        return field.getValueOrDefault(pojo);
    }

    @Test
    void aTaskDefinitionKeepsEveryFieldThatTheSdkKnows() {
        TaskDefinition before = everything().build();
        Tag tag = Tag.builder().key("team").value("x").build();
        RegisterTaskDefinitionRequest made = definitions.request(
                new Definition(before, List.of(tag)),
                request(Release.of("api", "2").image("api:2"), Environment.of("test")),
                "api");
        Set<String> shared = names(before);
        shared.retainAll(names(made));
        assertThat(shared).hasSizeGreaterThan(15).contains("family", "volumes", "taskRoleArn", "runtimePlatform");
        for (String field : shared) {
            if (!field.equals("containerDefinitions")) {
                assertThat(value(made, field)).as(field).isEqualTo(value(before, field));
            }
        }
        assertThat(made.tags()).containsExactly(tag);
        ContainerDefinition own = before.containerDefinitions().get(0);
        ContainerDefinition released = made.containerDefinitions().get(0);
        for (String field : names(own)) {
            if (!Set.of("image", "dockerLabels").contains(field)) {
                assertThat(value(released, field)).as(field).isEqualTo(value(own, field));
            }
        }
        assertThat(released.image()).isEqualTo("api:2");
        assertThat(released.dockerLabels()).containsEntry("team", "x").containsEntry(Labels.VERSION, "2");
    }

    /** A field of either that this list does not have is new in the SDK: look whether it must be carried over. */
    @Test
    void whatATaskDefinitionShowsAndCannotBeAskedForIsKnown() {
        Set<String> shown = names(TaskDefinition.builder().build());
        Set<String> asked = names(RegisterTaskDefinitionRequest.builder().build());
        Set<String> onlyShown = new TreeSet<>(shown);
        onlyShown.removeAll(asked);
        assertThat(onlyShown)
                .containsExactlyInAnyOrder(
                        "taskDefinitionArn",
                        "revision",
                        "status",
                        "requiresAttributes",
                        "compatibilities",
                        "registeredAt",
                        "deregisteredAt",
                        "registeredBy");
        asked.removeAll(shown);
        assertThat(asked).containsExactlyInAnyOrder("tags");
    }

    @Test
    void theSecondServiceIsLikeTheFirstInEveryFieldThatTheSdkKnows() {
        Deployment deployment =
                Filled.all(Deployment.builder()).status("PRIMARY").build();
        Service blue = Filled.all(Service.builder())
                .serviceName("api")
                .deployments(deployment)
                .build();
        CreateServiceRequest made = Services.like(blue, APP, "arn:td", "arn:tg", new Fence(3));
        Set<String> own = new TreeSet<>(Services.NOT_CARRIED);
        own.addAll(Set.of("deploymentConfiguration", "launchType"));
        Set<String> service = names(blue);
        service.retainAll(names(made));
        service.removeAll(own);
        assertThat(service).contains("networkConfiguration", "placementStrategy", "healthCheckGracePeriodSeconds");
        service.forEach(field -> assertThat(value(made, field)).as(field).isEqualTo(value(blue, field)));
        Set<String> deployed = names(deployment);
        deployed.retainAll(names(made));
        deployed.removeAll(names(blue));
        assertThat(deployed)
                .containsExactlyInAnyOrder(
                        "serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations");
        deployed.forEach(field -> assertThat(value(made, field)).as(field).isEqualTo(value(deployment, field)));
        Set<String> rest = names(made);
        rest.removeAll(service);
        rest.removeAll(deployed);
        rest.removeAll(own);
        assertThat(rest).as("what is neither shown nor set").containsExactlyInAnyOrder("cluster", "clientToken");
        assertThat(made.serviceName()).isEqualTo("api-green");
        assertThat(made.desiredCount()).isZero();
        assertThat(made.loadBalancers().get(0).targetGroupArn()).isEqualTo("arn:tg");
        assertThat(made.loadBalancers().get(0).containerName())
                .isEqualTo(blue.loadBalancers().get(0).containerName());
        assertThat(made.deploymentConfiguration().deploymentCircuitBreaker().rollback())
                .isFalse();
    }

    @Test
    void theSecondTargetGroupIsLikeTheFirst() {
        TargetGroup blue = Filled.all(TargetGroup.builder()).build();
        CreateTargetGroupRequest.Builder made = CreateTargetGroupRequest.builder();
        Fields.carry(blue, made, Set.of());
        CreateTargetGroupRequest request = made.build();
        Set<String> shared = names(blue);
        shared.retainAll(names(request));
        assertThat(shared).contains("HealthCheckPath", "Matcher", "ProtocolVersion", "VpcId");
        shared.forEach(field -> assertThat(value(request, field)).as(field).isEqualTo(value(blue, field)));
        Set<String> rest = names(request);
        rest.removeAll(shared);
        assertThat(rest).containsExactlyInAnyOrder("Name", "Tags");
    }

    @Test
    void theNextReleaseStartsFromTheApplicationsOwnTaskDefinition() {
        Environment first = Environment.named("test")
                .cpu("500m")
                .memory("1Gi")
                .variable("OWN", "2")
                .variable("MODE", "crash")
                .secret("PASSWORD", "aws-sm:db#password")
                .build();
        TaskDefinition own = everything().cpu("256").memory("512").build();
        RegisterTaskDefinitionRequest bad =
                definitions.request(new Definition(own, List.of()), request(Release.of("api", "2"), first), "api");
        assertThat(bad.cpu()).isEqualTo("512");
        assertThat(bad.memory()).isEqualTo("1024");
        ContainerDefinition container = bad.containerDefinitions().get(0);
        assertThat(container.environment()).containsExactlyInAnyOrder(pair("OWN", "2"), pair("MODE", "crash"));
        assertThat(container.secrets())
                .extracting(s -> s.name() + "=" + s.valueFrom())
                .contains("PASSWORD=arn:secret");
        TaskDefinition.Builder registered = own.toBuilder();
        Fields.carry(bad, registered, Set.of());
        RegisterTaskDefinitionRequest next = definitions.request(
                new Definition(registered.build(), List.of()),
                request(Release.of("api", "3"), Environment.of("test")),
                "api");
        assertThat(next.cpu()).isEqualTo("256");
        assertThat(next.memory()).isEqualTo("512");
        ContainerDefinition clean = next.containerDefinitions().get(0);
        assertThat(clean.environment()).containsExactly(pair("OWN", "1"));
        assertThat(clean.secrets()).isEqualTo(own.containerDefinitions().get(0).secrets());
        assertThat(clean.dockerLabels()).containsEntry(Labels.VERSION, "3").doesNotContainKey(Labels.OVERLAY);
    }
}
