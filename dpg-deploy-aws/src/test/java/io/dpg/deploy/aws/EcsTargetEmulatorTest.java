package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.StaleFenceException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.FixedResponseActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;

/** The target over the real wire. The emulator keeps state and runs nothing, so no task is ever ready here. */
@NeedsAws
class EcsTargetEmulatorTest {

    private TestAws aws;
    private MotoApp app;
    private EcsTarget target;

    @BeforeEach
    void begin() throws IOException, InterruptedException {
        aws = TestAws.open();
        app = new MotoApp(aws);
        target = app.target();
    }

    @AfterEach
    void end() {
        target.close();
        aws.close();
    }

    private static Fence fence(long number) {
        return new Fence(number);
    }

    private static GroupRequest request(Slot slot, String version, int instances) {
        return new GroupRequest(
                slot,
                Release.of("api", version).image("api:" + version).setting("MODE", "good"),
                null,
                instances,
                Environment.of("test"),
                Map.of());
    }

    private Service service(String name) {
        return app.clients
                .ecs()
                .describeServices(b -> b.cluster("prod").services(name).include(ServiceField.TAGS))
                .services()
                .get(0);
    }

    private TaskDefinition definition(String arn) {
        return app.clients
                .ecs()
                .describeTaskDefinition(b -> b.taskDefinition(arn))
                .taskDefinition();
    }

    @Test
    void anExistingServiceIsAdoptedAsItIs() {
        Observation now = target.observe();
        Group blue = now.serving().orElseThrow();
        assertThat(blue.slot()).isEqualTo(Slot.BLUE);
        assertThat(blue.version()).isEqualTo("1");
        assertThat(blue.revision().id()).isEqualTo("api:1");
        assertThat(blue.desired()).isEqualTo(2);
        assertThat(now.group(Slot.GREEN)).isEmpty();
        assertThat(target.key()).isEqualTo("ecs:prod/api");
        assertThat(target.liveEndpoint()).hasValue(app.address());
        assertThat(target.capabilities())
                .contains(Capability.TWO_GROUPS, Capability.WEIGHTED_TRAFFIC, Capability.IN_PLACE_UPDATE)
                .doesNotContain(Capability.PREVIEW_ENDPOINT, Capability.AUTOSCALED);
        assertThat(target.validate(Release.of("api", "2"), Environment.of("test")))
                .isEmpty();
    }

    @Test
    void aCandidateIsASecondServiceWithATargetGroupOfItsOwnAndNoTraffic() {
        target.claim(fence(1));
        Change change = target.launch(fence(1), request(Slot.GREEN, "2", 3));
        assertThat(change.revision().id()).isEqualTo("api:2");
        Service green = service("api-green");
        assertThat(green.desiredCount()).isEqualTo(3);
        TargetGroup twin = app.clients
                .loadBalancing()
                .describeTargetGroups(
                        b -> b.targetGroupArns(green.loadBalancers().get(0).targetGroupArn()))
                .targetGroups()
                .get(0);
        assertThat(twin.targetGroupName()).isEqualTo("api-green");
        assertThat(twin.healthCheckIntervalSeconds()).isEqualTo(7);
        assertThat(twin.healthCheckPath()).isEqualTo("/health");
        Observation now = target.observe();
        assertThat(now.weight(Slot.BLUE)).isEqualTo(100);
        assertThat(now.group(Slot.GREEN)).hasValueSatisfying(g -> {
            assertThat(g.version()).isEqualTo("2");
            assertThat(g.weight()).isZero();
            assertThat(g.desired()).isEqualTo(3);
            assertThat(g.ready()).as("nothing runs here").isZero();
        });
        TaskDefinition released = definition("api:2");
        assertThat(released.taskRoleArn()).isEqualTo("arn:aws:iam::123456789012:role/api");
        assertThat(released.containerDefinitions().get(0).environment())
                .extracting(e -> e.name() + "=" + e.value())
                .containsExactly("OWN=1", "MODE=good");
    }

    @Test
    void askingForTheSameAgainRegistersNothing() {
        Change first = target.launch(fence(1), request(Slot.GREEN, "2", 1));
        Change second = app.target().launch(fence(1), request(Slot.GREEN, "2", 2));
        assertThat(second.revision()).isEqualTo(first.revision());
        assertThat(app.clients
                        .ecs()
                        .listTaskDefinitions(b -> b.familyPrefix("api"))
                        .taskDefinitionArns())
                .hasSize(2);
        assertThat(target.observe().group(Slot.GREEN).orElseThrow().desired()).isEqualTo(2);
    }

    @Test
    void weightsAreReadBackFromEachRuleThatLeadsToTheApplication() {
        Rule rule = app.clients
                .loadBalancing()
                .createRule(b -> b.listenerArn(app.listener)
                        .priority(5)
                        .conditions(RuleCondition.builder()
                                .field("path-pattern")
                                .values("/v2/*")
                                .build())
                        .actions(app.forward()))
                .rules()
                .get(0);
        target.launch(fence(1), request(Slot.GREEN, "2", 2));
        for (int share : List.of(10, 50, 100, 0)) {
            target.route(fence(1), Traffic.of(Slot.GREEN, share));
            assertThat(target.observe().weight(Slot.GREEN)).isEqualTo(share);
            assertThat(target.observe().weight(Slot.BLUE)).isEqualTo(100 - share);
        }
        target.route(fence(1), Traffic.of(Slot.GREEN, 30));
        Rule changed = app.clients
                .loadBalancing()
                .describeRules(b -> b.ruleArns(rule.ruleArn()))
                .rules()
                .get(0);
        assertThat(changed.actions().get(0).forwardConfig().targetGroups())
                .extracting(t -> t.weight())
                .containsExactlyInAnyOrder(70, 30);
        assertThat(changed.conditions().get(0).values()).containsExactly("/v2/*");
    }

    @Test
    void aChangeOfWeightsByOthersShows() {
        target.launch(fence(1), request(Slot.GREEN, "2", 2));
        target.route(fence(1), Traffic.of(Slot.GREEN, 50));
        app.clients.loadBalancing().modifyListener(b -> b.listenerArn(app.listener)
                .defaultActions(app.forward()));
        assertThat(target.observe().weight(Slot.BLUE)).isEqualTo(100);
    }

    @Test
    void whatHasTrafficIsNeitherRetiredNorReplaced() {
        assertThatThrownBy(() -> target.retire(fence(1), Slot.BLUE))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("100 %");
        assertThatThrownBy(() -> target.launch(fence(1), request(Slot.BLUE, "2", 2)))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("has traffic");
        assertThat(service("api").desiredCount()).isEqualTo(2);
    }

    @Test
    void aRetiredGroupKeepsItsServiceForTheNextRelease() {
        target.launch(fence(1), request(Slot.GREEN, "2", 2));
        target.retire(fence(1), Slot.GREEN);
        assertThat(target.observe().group(Slot.GREEN)).isEmpty();
        assertThat(service("api-green").status()).isEqualTo("ACTIVE");
        target.launch(fence(1), request(Slot.GREEN, "3", 1));
        assertThat(target.observe().group(Slot.GREEN)).isPresent();
    }

    @Test
    void everyChangeWithALowerFenceIsRefused() {
        target.launch(fence(1), request(Slot.GREEN, "2", 1));
        target.claim(fence(7));
        EcsTarget late = app.target();
        for (Runnable change : List.<Runnable>of(
                () -> late.claim(fence(6)),
                () -> late.launch(fence(6), request(Slot.GREEN, "3", 1)),
                () -> late.scale(fence(6), Slot.GREEN, 5),
                () -> late.route(fence(6), Traffic.all(Slot.GREEN)),
                () -> late.update(fence(6), request(Slot.BLUE, "3", 1)),
                () -> late.retire(fence(6), Slot.GREEN))) {
            assertThatThrownBy(change::run).isInstanceOf(StaleFenceException.class);
        }
        assertThat(target.observe().weight(Slot.BLUE)).isEqualTo(100);
        assertThat(service("api-green").desiredCount()).isEqualTo(1);
    }

    @Test
    void anUpdateInPlaceNamesWhatItComesFrom() {
        Change change = target.update(fence(1), request(Slot.BLUE, "2", 1));
        assertThat(change.revision().id()).isEqualTo("api:2");
        Service service = service("api");
        assertThat(service.taskDefinition()).endsWith("api:2");
        assertThat(service.desiredCount()).isEqualTo(2);
        assertThat(service.tags())
                .anyMatch(t ->
                        t.key().equals("dpg-deploy:updating-from") && t.value().equals("api:1"));
        assertThat(target.history())
                .extracting(k -> k.revision().id() + " " + k.version())
                .containsExactly("api:2 2", "api:1 1");
    }

    @Test
    void whatStandsInTheWayIsToldBeforeAnythingIsTouched() {
        app.clients.loadBalancing().modifyListener(b -> b.listenerArn(app.listener)
                .defaultActions(Action.builder()
                        .type(ActionTypeEnum.FIXED_RESPONSE)
                        .fixedResponseConfig(FixedResponseActionConfig.builder()
                                .statusCode("503")
                                .build())
                        .build()));
        Environment odd = Environment.named("test")
                .cpu("300m")
                .memory("512Mi")
                .secret("PASSWORD", "env:PASSWORD")
                .build();
        assertThat(target.validate(Release.of("api", "2").image("not an image"), odd))
                .extracting(Fault::property)
                .containsExactlyInAnyOrder("image", "secrets.PASSWORD", "resources", "listener");
    }

    @Test
    void aServiceThatDoesNotExistIsNamed() {
        EcsTarget wrong = EcsTarget.service("prod", "nope").clients(app.clients).build();
        assertThatThrownBy(wrong::observe)
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.retryable()).isFalse())
                .hasMessageContaining("nope");
    }
}
