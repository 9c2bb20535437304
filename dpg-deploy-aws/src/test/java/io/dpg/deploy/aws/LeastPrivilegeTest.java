package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.aws.testkit.FakeAws;
import io.dpg.deploy.aws.testkit.FakeBehaviour;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LeastPrivilegeTest {

    /** Needed as parts of other calls, or in cases that this test does not play: AWS asks for them all the same. */
    private static final Set<String> NOT_CALLED = Set.of(
            "elasticloadbalancing:AddTags", // tags of CreateTargetGroup
            "iam:PassRole", // roles in RegisterTaskDefinition
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:DescribeLoadBalancers",
            "application-autoscaling:PutScalingPolicy",
            "application-autoscaling:PutScheduledAction");

    private static final Set<String> OF_THE_TARGET =
            Set.of("TargetRead", "TargetReleases", "TargetTraffic", "TargetRoles", "Autoscaling", "DiagnosisLogs");

    private final VirtualTime time = new VirtualTime();

    private static Set<String> granted(Set<String> statements) throws IOException {
        Set<String> actions = new TreeSet<>();
        try (InputStream in = EcsTarget.class.getResourceAsStream("/io/dpg/deploy/aws/policy.json")) {
            for (JsonNode statement : JsonMapper.shared().readTree(in).path("Statement")) {
                if (statements.contains(statement.path("Sid").asString())) {
                    statement.path("Action").forEach(a -> actions.add(a.asString()));
                }
            }
        }
        return actions;
    }

    private void roll(Deployer deployer, EcsTarget target, String version, Strategy strategy) {
        deployer.rollout(target)
                .release(Release.of("api", version).image("app:" + version))
                .strategy(strategy)
                .limits(Limits.DEFAULT.drain(Duration.ofSeconds(1)))
                .execute();
    }

    @Test
    void thePolicyIsEnoughForEveryStrategyAndRollbackAndHasNothingToSpare() throws IOException {
        Set<String> used = new TreeSet<>();
        try (FakeAws fake = FakeAws.start(time)) {
            fake.service("prod", "api")
                    .image("app:1")
                    .instances(2)
                    .behindListener()
                    .scaled(2, 6);
            fake.behaves("app:3", FakeBehaviour.crashes(Duration.ofMillis(100), 3));
            EcsTarget target = EcsTarget.service("prod", "api")
                    .clients(fake.clients())
                    .time(time)
                    .build();
            try (Deployer deployer = Deployer.builder()
                    .journal(Journals.inMemory())
                    .time(time)
                    .executor(Runnable::run)
                    .build()) {
                Duration second = Duration.ofSeconds(1);
                roll(deployer, target, "2", BlueGreen.standard().bakeTime(second));
                roll(
                        deployer,
                        target,
                        "3",
                        Canary.weights(50, 100).bakeTime(second).finalBakeTime(second));
                roll(
                        deployer,
                        target,
                        "4",
                        Canary.weights(50, 100).bakeTime(second).finalBakeTime(second));
                roll(deployer, target, "5", Rolling.standard());
                deployer.rollback(target).execute();
            }
            assertThat(target.diagnose(Slot.BLUE)).isNotBlank();
            fake.calls().forEach(c -> used.add(c.service() + ":" + c.operation()));
        }
        Set<String> granted = granted(OF_THE_TARGET);
        assertThat(used).as("what was called is granted").isSubsetOf(granted);
        granted.removeAll(used);
        assertThat(granted).as("what is granted, but was not called").isSubsetOf(NOT_CALLED);
    }
}
