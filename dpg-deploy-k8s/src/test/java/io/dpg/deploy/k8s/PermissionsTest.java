package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.k8s.internal.Permissions;
import io.dpg.deploy.k8s.internal.Permissions.Feature;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsCluster
class PermissionsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private TestNamespace namespace;

    @BeforeEach
    void create() {
        namespace = new TestNamespace("kstore");
    }

    @AfterEach
    void remove() {
        namespace.close();
    }

    @Test
    void theManifestGrantsWhatIsAskedForAndNoMore() throws IOException {
        Map<String, TreeSet<String>> asked = new TreeMap<>();
        for (Feature feature : Feature.values()) {
            for (Permissions.Rule rule : feature.rules()) {
                asked.computeIfAbsent(rule.resource() + "." + rule.group(), r -> new TreeSet<>())
                        .addAll(rule.verbs());
            }
        }
        Map<String, TreeSet<String>> granted = new TreeMap<>();
        for (HasMetadata object : Account.manifest(namespace.client())) {
            if (object instanceof Role role) {
                for (PolicyRule rule : role.getRules()) {
                    assertThat(rule.getResources()).hasSize(1);
                    granted.computeIfAbsent(
                                    rule.getResources().get(0) + "."
                                            + rule.getApiGroups().get(0),
                                    r -> new TreeSet<>())
                            .addAll(rule.getVerbs());
                }
            }
        }
        assertThat(granted).isEqualTo(asked);
    }

    @Test
    void withTheManifestNothingIsMissing() throws IOException {
        try (KubernetesClient account = account(rules -> rules)) {
            assertThat(Permissions.missing(account, namespace.name(), EnumSet.allOf(Feature.class)))
                    .isEmpty();
        }
    }

    @Test
    void allThatIsMissingIsToldAtOnce() throws IOException {
        try (KubernetesClient account =
                account(rules -> without(without(rules, "services", "patch", "delete"), "leases", "create"))) {
            List<Fault> faults =
                    Permissions.missing(account, namespace.name(), EnumSet.of(Feature.TARGET, Feature.JOURNAL));
            assertThat(faults)
                    .extracting(Fault::value)
                    .containsExactly("delete,patch services", "create leases.coordination.k8s.io");
            assertThat(faults.get(0).reason()).contains(namespace.name()).contains("to switch traffic");
        }
    }

    @Test
    void aRoleForOneObjectOnlyIsNotTakenForAll() throws IOException {
        try (KubernetesClient account = account(rules -> {
            for (PolicyRule rule : rules) {
                if (rule.getResources().contains("leases")) {
                    rule.setResourceNames(List.of("other"));
                }
            }
            return rules;
        })) {
            assertThat(Permissions.missing(account, namespace.name(), EnumSet.of(Feature.JOURNAL)))
                    .extracting(Fault::value)
                    .containsExactly("create,get,patch leases.coordination.k8s.io");
        }
    }

    @Test
    void whatOtherAuthorizersAllowCounts() {
        assertThat(Permissions.missing(namespace.client(), namespace.name(), EnumSet.allOf(Feature.class)))
                .isEmpty();
    }

    @Test
    void theJournalNeedsNoMoreThanItsRules() throws IOException {
        try (KubernetesClient account = account(rules -> only(Feature.JOURNAL))) {
            Journal journal = KubernetesJournal.in(account, namespace.name(), 0);
            Lease lease = journal.acquire("t", "a", Duration.ofSeconds(30), NOW).orElseThrow();
            long fence = lease.fence().number();
            Map<String, String> large = Map.of("plan", "x".repeat(200_000));
            journal.append(new JournalRecord("r", "t", 0, fence, NOW, Kind.STARTED, large));
            journal.post("r", new Message(Message.Kind.ABORT, "a", "", NOW));
            assertThat(journal.messages("r")).hasSize(1);
            assertThat(journal.read("r")).hasSize(1);
            journal.renew(lease, Duration.ofSeconds(30), NOW);
            journal.append(new JournalRecord("r", "t", 1, fence, NOW, Kind.FINISHED, Map.of()));
            assertThat(journal.rollouts("t")).isEmpty();
            journal.release(lease);
        }
    }

    @Test
    void whatIsForbiddenNamesVerbResourceAndTheWayOut() throws IOException {
        try (KubernetesClient account = account(rules -> without(rules, "leases", "get"))) {
            Journal journal = KubernetesJournal.in(account, namespace.name());
            assertThatThrownBy(() -> journal.holder("t"))
                    .isInstanceOfSatisfying(DeployException.class, e -> assertThat(e.retryable())
                            .isFalse())
                    .hasMessageContaining("cannot get resource \"leases\"")
                    .hasMessageContaining("rbac.yaml");
        }
    }

    private KubernetesClient account(UnaryOperator<List<PolicyRule>> rules) throws IOException {
        return Account.in(namespace.client(), namespace.name(), rules).client();
    }

    private static List<PolicyRule> only(Feature feature) {
        return feature.rules().stream()
                .map(r -> new PolicyRuleBuilder()
                        .withApiGroups(r.group())
                        .withResources(r.resource())
                        .withVerbs(r.verbs())
                        .build())
                .toList();
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
