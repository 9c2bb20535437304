package io.dpg.deploy.aws.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DuplicateTargetGroupNameException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ListenerNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.OperationNotPermittedException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ResourceInUseException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealth;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

class FakeElbTest {

    private final VirtualTime time = new VirtualTime();
    private final FakeAws fake = FakeAws.start(time);
    private final FakeService handle = fake.service("c", "svc").behindListener().withTestListener();
    private final EcsClient ecs = fake.clients().ecs();
    private final ElasticLoadBalancingV2Client elb = fake.clients().loadBalancing();

    @AfterEach
    void close() {
        fake.close();
    }

    private String green() {
        return elb.createTargetGroup(r -> r.name("green")
                        .port(8080)
                        .protocol("HTTP")
                        .targetType("ip")
                        .vpcId("vpc-1")
                        .healthCheckIntervalSeconds(5)
                        .tags(Tag.builder().key("k").value("v & <w>").build()))
                .targetGroups()
                .get(0)
                .targetGroupArn();
    }

    private static Action forward(String blue, int blueWeight, String green, int greenWeight) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .forwardConfig(f -> f.targetGroups(
                        TargetGroupTuple.builder()
                                .targetGroupArn(blue)
                                .weight(blueWeight)
                                .build(),
                        TargetGroupTuple.builder()
                                .targetGroupArn(green)
                                .weight(greenWeight)
                                .build()))
                .build();
    }

    private List<Integer> weights() {
        return elb
                .describeListeners(r -> r.listenerArns(handle.listenerArn()))
                .listeners()
                .get(0)
                .defaultActions()
                .get(0)
                .forwardConfig()
                .targetGroups()
                .stream()
                .map(TargetGroupTuple::weight)
                .toList();
    }

    private void shift(String green, int weight) {
        elb.modifyListener(r -> r.listenerArn(handle.listenerArn())
                .defaultActions(forward(handle.targetGroupArn(), 100 - weight, green, weight)));
    }

    private List<TargetHealth> health(String group) {
        return elb.describeTargetHealth(r -> r.targetGroupArn(group)).targetHealthDescriptions().stream()
                .map(TargetHealthDescription::targetHealth)
                .toList();
    }

    private void greenService(String group) {
        ecs.createService(r -> r.cluster("c")
                .serviceName("green")
                .taskDefinition("svc")
                .desiredCount(1)
                .loadBalancers(LoadBalancer.builder()
                        .targetGroupArn(group)
                        .containerName("app")
                        .containerPort(8080)
                        .build()));
    }

    @Test
    void weightsAreReadBackAsTheyWereSet() {
        assertThat(weights()).containsExactly(1);
        String green = green();
        shift(green, 10);
        assertThat(weights()).containsExactly(90, 10);
        assertThat(elb.describeTargetGroups(r -> r.targetGroupArns(green))
                        .targetGroups()
                        .get(0)
                        .loadBalancerArns())
                .hasSize(1);
        assertThatThrownBy(() -> elb.deleteTargetGroup(r -> r.targetGroupArn(green)))
                .isInstanceOf(ResourceInUseException.class);
    }

    @Test
    void aListenerIsShownAsAwsShowsIt() {
        handle.listenerArn();
        Action action = elb.describeListeners(r -> r.listenerArns(handle.listenerArn()))
                .listeners()
                .get(0)
                .defaultActions()
                .get(0);
        assertThat(action.targetGroupArn()).isEqualTo(handle.targetGroupArn());
        assertThat(action.order()).isEqualTo(1);
        assertThat(action.forwardConfig().targetGroupStickinessConfig().enabled())
                .isFalse();
        String balancer = elb.describeLoadBalancers().loadBalancers().isEmpty()
                ? ""
                : elb.describeLoadBalancers().loadBalancers().get(0).loadBalancerArn();
        assertThat(elb.describeListeners(r -> r.loadBalancerArn(balancer)).listeners())
                .extracting(l -> l.port())
                .containsExactly(80, 8081);
    }

    @Test
    void theDefaultRuleComesLastAndIsTheListeners() {
        FakeService ruled = fake.service("c", "ruled").behindRule();
        List<Rule> rules =
                elb.describeRules(r -> r.listenerArn(ruled.listenerArn())).rules();
        assertThat(rules).extracting(Rule::priority).containsExactly("10", "default");
        assertThat(rules.get(0).conditions().get(0).pathPatternConfig().values())
                .containsExactly("/*");
        assertThat(rules.get(1).isDefault()).isTrue();
        assertThat(rules.get(1).actions().get(0).typeAsString()).isEqualTo("fixed-response");
        assertThatThrownBy(() -> elb.modifyRule(r ->
                        r.ruleArn(rules.get(1).ruleArn()).actions(rules.get(0).actions())))
                .isInstanceOf(OperationNotPermittedException.class);
        String green = green();
        elb.modifyRule(r -> r.ruleArn(ruled.ruleArn()).actions(forward(ruled.targetGroupArn(), 75, green, 25)));
        Rule after = elb.describeRules(r -> r.ruleArns(ruled.ruleArn())).rules().get(0);
        assertThat(after.actions().get(0).forwardConfig().targetGroups())
                .extracting(TargetGroupTuple::weight)
                .containsExactly(75, 25);
        assertThat(after.conditions()).hasSize(1);
    }

    @Test
    void targetsOfAGroupInNoListenerAreUnused() {
        String green = green();
        shift(green, 0);
        greenService(green);
        time.advance(Duration.ofSeconds(5));
        assertThat(health(green)).singleElement().satisfies(h -> {
            assertThat(h.stateAsString()).isEqualTo("initial");
            assertThat(h.reasonAsString()).isEqualTo("Elb.InitialHealthChecking");
        });
        time.advance(Duration.ofSeconds(1));
        assertThat(health(green)).extracting(TargetHealth::stateAsString).containsExactly("healthy");
        elb.modifyListener(r -> r.listenerArn(handle.listenerArn())
                .defaultActions(Action.builder()
                        .type(ActionTypeEnum.FORWARD)
                        .targetGroupArn(handle.targetGroupArn())
                        .build()));
        assertThat(health(green)).singleElement().satisfies(h -> {
            assertThat(h.stateAsString()).isEqualTo("unused");
            assertThat(h.reasonAsString()).isEqualTo("Target.NotInUse");
        });
        assertThat(weights()).containsExactly(1);
        ecs.updateService(r -> r.cluster("c").service("green").desiredCount(2));
        time.advance(Duration.ofMinutes(1));
        assertThat(health(green)).extracting(TargetHealth::stateAsString).containsExactly("unused", "unused");
        ecs.updateService(r -> r.cluster("c").service("green").desiredCount(1));
        assertThat(health(green)).as("unused targets do not drain").hasSize(1);
    }

    @Test
    void attributesAreKeptAndChanged() {
        String group = handle.targetGroupArn();
        elb.modifyTargetGroupAttributes(r -> r.targetGroupArn(group)
                .attributes(TargetGroupAttribute.builder()
                        .key("deregistration_delay.timeout_seconds")
                        .value("20")
                        .build()));
        assertThat(elb.describeTargetGroupAttributes(r -> r.targetGroupArn(group))
                        .attributes())
                .anySatisfy(a -> {
                    assertThat(a.key()).isEqualTo("deregistration_delay.timeout_seconds");
                    assertThat(a.value()).isEqualTo("20");
                });
        assertThat(elb.describeTargetGroups(r -> r.targetGroupArns(group))
                        .targetGroups()
                        .get(0))
                .satisfies(g -> {
                    assertThat(g.healthCheckPath()).isEqualTo("/health");
                    assertThat(g.healthCheckIntervalSeconds()).isEqualTo(5);
                    assertThat(g.matcher().httpCode()).isEqualTo("200");
                });
    }

    @Test
    void tagsAreKept() {
        String green = green();
        elb.addTags(r ->
                r.resourceArns(green).tags(Tag.builder().key("a").value("b").build()));
        assertThat(elb.describeTags(r -> r.resourceArns(green))
                        .tagDescriptions()
                        .get(0)
                        .tags())
                .extracting(Tag::value)
                .containsExactly("v & <w>", "b");
    }

    @Test
    void errorsAreThoseOfAws() {
        String group = handle.targetGroupArn();
        assertThatThrownBy(() -> elb.describeTargetGroups(r -> r.names("nobody")))
                .isInstanceOf(TargetGroupNotFoundException.class);
        assertThatThrownBy(() -> elb.describeListeners(r -> r.listenerArns("nobody")))
                .isInstanceOf(ListenerNotFoundException.class);
        assertThatThrownBy(() -> shift("nobody", 10)).isInstanceOf(TargetGroupNotFoundException.class);
        assertThatThrownBy(() -> elb.modifyListener(
                        r -> r.listenerArn(handle.listenerArn()).defaultActions(forward(group, 1, group, 1))))
                .isInstanceOf(ElasticLoadBalancingV2Exception.class)
                .hasMessageContaining("twice");
        String other = green();
        assertThatThrownBy(() -> elb.modifyListener(
                        r -> r.listenerArn(handle.listenerArn()).defaultActions(forward(group, 1000, other, 1))))
                .isInstanceOf(ElasticLoadBalancingV2Exception.class)
                .hasMessageContaining("999");
        assertThatThrownBy(() -> elb.createTargetGroup(r -> r.name("a-name-that-is-longer-than-32-chars")))
                .isInstanceOf(ElasticLoadBalancingV2Exception.class);
        green();
        assertThatThrownBy(() -> elb.createTargetGroup(r -> r.name("green").port(81)))
                .isInstanceOf(DuplicateTargetGroupNameException.class);
        assertThat(green()).isNotEmpty();
    }

    @Test
    void pagesAreShort() {
        fake.faults().pagesOf(1);
        green();
        assertThat(elb.describeTargetGroups().targetGroups()).hasSize(1);
        assertThat(elb.describeTargetGroupsPaginator().targetGroups()).hasSize(2);
    }
}
