package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.k8s.internal.Permissions;
import io.dpg.deploy.k8s.internal.Permissions.Feature;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole rollouts and rollbacks as an account that may do what the manifest says, and nothing else. */
@NeedsCluster
class LeastPrivilegeTest {

    private TestCluster cluster;

    @BeforeEach
    void begin() {
        cluster = TestCluster.open("kstore");
        cluster.application(2);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void theRoleIsEnoughForEveryStrategyAndRollbackAndHasNothingToSpare() throws IOException {
        Set<String> used = new TreeSet<>();
        Wire wire = new Wire();
        try (KubernetesClient client = account(rules -> rules, wire);
                KubernetesTarget target = target(client);
                Deployer deployer = deployer()) {
            ready();
            // First, as it is: pods that were there before us leave in another way than ours.
            assertThat(roll(deployer, target, "1.1", "", Rolling.standard())).matches(RolloutResult::promoted);
            assertThat(roll(deployer, target, "2", "", BlueGreen.standard().bakeTime(Duration.ZERO)))
                    .matches(RolloutResult::promoted);
            assertThat(roll(deployer, target, "3", "crash", canary())).isInstanceOf(RolloutResult.RolledBack.class);
            assertThat(roll(deployer, target, "4", "", canary())).matches(RolloutResult::promoted);
            assertThat(roll(deployer, target, "5", "", Rolling.standard())).matches(RolloutResult::promoted);
            assertThat(deployer.rollback(target).execute()).matches(RolloutResult::promoted);
            target.giveBack(Duration.ofSeconds(60));
            wire.requests().forEach(r -> used.addAll(Verbs.of(r)));
        }
        Set<String> asked = new TreeSet<>();
        for (Feature feature : Set.of(Feature.TARGET, Feature.JOURNAL, Feature.ENVIRONMENT, Feature.GIVE_BACK)) {
            for (Permissions.Rule rule : feature.rules()) {
                rule.verbs().forEach(verb -> asked.add(verb + " " + rule.resource()));
            }
        }
        used.removeIf(u -> u.contains("selfsubject") || u.contains("horizontalpodautoscalers"));
        assertThat(used)
                .as("what was asked of the API server is in the manifest")
                .isSubsetOf(asked);
        asked.removeAll(used);
        // Only in cases that this test does not play: a full history, and a Secret that is there already.
        assertThat(asked).as("what the manifest grants, but nothing used").isSubsetOf(RARE);
    }

    private static final Set<String> RARE = Set.of("delete configmaps", "patch secrets");

    @Test
    void allThatIsMissingIsToldBeforeAnythingIsTouched() throws IOException {
        try (KubernetesClient client = account(
                        rules -> without(without(rules, "services", "patch"), "leases", "create", "patch"),
                        new Wire());
                KubernetesTarget target = target(client);
                Deployer deployer = deployer()) {
            ready();
            assertThatThrownBy(() -> roll(deployer, target, "2", "", BlueGreen.standard()))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("patch services")
                    .hasMessageContaining("create,patch leases.coordination.k8s.io");
            assertThat(cluster.client
                            .apps()
                            .deployments()
                            .inNamespace(cluster.namespace)
                            .list()
                            .getItems())
                    .hasSize(1);
        }
    }

    @Test
    void whatMayNotEvenBeLookedAtIsToldTogetherWithTheRest() throws IOException {
        try (KubernetesClient client =
                        account(rules -> without(without(rules, "pods", "list"), "services", "delete"), new Wire());
                KubernetesTarget target = target(client)) {
            assertThatThrownBy(target::observe)
                    .isInstanceOfSatisfying(DeployException.class, e -> assertThat(e.retryable())
                            .isFalse())
                    .hasMessageContaining("list pods")
                    .hasMessageContaining("delete services");
        }
    }

    @Test
    void whoKeepsTheJournalElsewhereNeedsNoPermissionForOne() throws IOException {
        try (KubernetesClient client =
                        account(rules -> without(without(rules, "leases", "get"), "configmaps", "create"), new Wire());
                KubernetesTarget target =
                        cluster.target().client(client).journalElsewhere().build()) {
            ready();
            assertThat(target.validate(Release.of("app", "2"), Environment.of("test")))
                    .isEmpty();
            assertThat(target.journal()).isEmpty();
        }
    }

    @Test
    void whoMayNotWriteSecretsHearsOfItWhenARolloutThatHasSomeIsPlanned() throws IOException {
        try (KubernetesClient client = account(rules -> without(rules, "secrets", "create"), new Wire());
                KubernetesTarget target = target(client)) {
            Environment with =
                    Environment.named("test").secret("PASSWORD", "env:PASSWORD").build();
            assertThat(target.validate(Release.of("app", "2"), Environment.of("test")))
                    .isEmpty();
            assertThat(target.validate(Release.of("app", "2"), with))
                    .extracting(Fault::value)
                    .containsExactly("create secrets");
        }
    }

    private void ready() {
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName("app")
                .waitUntilReady(90, TimeUnit.SECONDS);
    }

    private static Deployer deployer() {
        return Deployer.builder()
                .secrets(Secrets.of(SecretSource.environment(Map.of("PASSWORD", "hunter2-hunter2"))))
                .build();
    }

    private KubernetesTarget target(KubernetesClient client) {
        return cluster.target().client(client).build();
    }

    private static Strategy canary() {
        return Canary.weights(50, 100).bakeTime(Duration.ofSeconds(1)).finalBakeTime(Duration.ZERO);
    }

    private static RolloutResult roll(
            Deployer deployer, KubernetesTarget target, String version, String mode, Strategy strategy) {
        Release release = Release.of("app", version).setting("VERSION", version);
        return deployer.rollout(target)
                .release(mode.isEmpty() ? release : release.setting("MODE", mode))
                .strategy(strategy)
                .environment(Environment.named("test")
                        .secret("PASSWORD", SecretRef.parse("env:PASSWORD"))
                        .build())
                .limits(Limits.DEFAULT.drain(Duration.ofSeconds(1)).ready(Duration.ofSeconds(60)))
                .execute();
    }

    private KubernetesClient account(UnaryOperator<List<PolicyRule>> rules, Wire wire) throws IOException {
        Account account = Account.in(cluster.client, cluster.namespace, rules);
        account.client().close();
        return TestNamespace.newClient(b -> b.withConfig(account.config())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("wire", wire)));
    }

    private static List<PolicyRule> without(List<PolicyRule> rules, String resource, String... verbs) {
        for (PolicyRule rule : rules) {
            if (rule.getResources().contains(resource)) {
                rule.getVerbs().removeAll(List.of(verbs));
            }
        }
        return rules;
    }
}
