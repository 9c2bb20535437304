package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A ServiceAccount in a test's namespace that may do just what the jar's manifest says, or less. */
public final class Account {

    private static final String NAME = "dpg-deploy";

    private final KubernetesClient admin;
    private final String namespace;

    private Account(KubernetesClient admin, String namespace) {
        this.admin = admin;
        this.namespace = namespace;
    }

    /** Creates the manifest's account and Role in {@code namespace}, its rules changed by {@code rules}. */
    public static Account in(KubernetesClient admin, String namespace, UnaryOperator<List<PolicyRule>> rules)
            throws IOException {
        for (HasMetadata object : manifest(admin)) {
            if (object instanceof Role role) {
                role.setRules(rules.apply(new ArrayList<>(role.getRules())));
            }
            admin.resource(object).inNamespace(namespace).createOr(r -> r.update());
        }
        admin.secrets()
                .inNamespace(namespace)
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("dpg-deploy-token")
                        .addToAnnotations("kubernetes.io/service-account.name", NAME)
                        .endMetadata()
                        .withType("kubernetes.io/service-account-token")
                        .build())
                .createOr(r -> r.update());
        return new Account(admin, namespace);
    }

    /** Returns the manifest as it is in the jar. */
    public static List<HasMetadata> manifest(KubernetesClient client) throws IOException {
        try (InputStream in = Account.class.getResourceAsStream("/io/dpg/deploy/k8s/rbac.yaml")) {
            return client.load(in).items();
        }
    }

    /** Returns a client of this account, whose rules the API server has taken up. */
    public KubernetesClient client() {
        KubernetesClient client = TestNamespace.newClient(b -> b.withConfig(config()));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        SelfSubjectRulesReview question = new SelfSubjectRulesReviewBuilder()
                .withNewSpec()
                .withNamespace(namespace)
                .endSpec()
                .build();
        while (client
                .authorization()
                .v1()
                .selfSubjectRulesReview()
                .create(question)
                .getStatus()
                .getResourceRules()
                .stream()
                .noneMatch(r -> r.getApiGroups().contains("coordination.k8s.io")
                        || r.getResources().contains("configmaps"))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The API server does not take up the Role");
            }
        }
        return client;
    }

    /** Returns how this account reaches the cluster. */
    public Config config() {
        String token = admin.secrets()
                .inNamespace(namespace)
                .withName("dpg-deploy-token")
                .waitUntilCondition(
                        s -> s != null && s.getData() != null && s.getData().containsKey("token"), 30, TimeUnit.SECONDS)
                .getData()
                .get("token");
        return new ConfigBuilder(TestNamespace.config())
                .withClientCertData(null)
                .withClientCertFile(null)
                .withClientKeyData(null)
                .withClientKeyFile(null)
                .withOauthToken(new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8))
                .withNamespace(namespace)
                .build();
    }
}
