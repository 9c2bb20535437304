package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.secret.SecretRef;
import io.dpg.deploy.secret.Secrets;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsCluster
class KubernetesSecretsTest {

    private static TestNamespace namespace;

    private final Secrets secrets = Secrets.of(KubernetesSecrets.of(namespace.client()));

    @BeforeAll
    static void create() {
        namespace = new TestNamespace("kstore");
        namespace
                .client()
                .secrets()
                .inNamespace(namespace.name())
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("db")
                        .endMetadata()
                        .addToStringData("password", "hunter2 \"ü\"\n")
                        .addToStringData("tls.crt", "---cert---")
                        .addToStringData("empty", "")
                        .addToData("keystore", "/v8AAQ==")
                        .build())
                .create();
    }

    @AfterAll
    static void remove() {
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void aKeyIsDecoded() {
        assertThat(resolve("db#password")).isEqualTo("hunter2 \"ü\"\n");
        assertThat(resolve("db#tls.crt")).isEqualTo("---cert---");
        assertThat(resolve("db#keystore")).isEqualTo("/v8AAQ==");
        assertThat(resolve("db")).startsWith("{").contains("\"tls.crt\":\"---cert---\"");
    }

    @Test
    void theClassPathBringsItAndItConnectsAsKubectlDoes() {
        assertThat(Secrets.standard()
                        .resolve(ref(namespace.name() + "/db#tls.crt"))
                        .reveal())
                .isEqualTo("---cert---");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> resolve("db#pasword"))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("no field 'pasword'")
                .hasMessageContaining("its fields are empty, keystore, password, tls.crt");
        assertThatThrownBy(() -> resolve("bd#password"))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("k8s:" + namespace.name() + "/bd#password, but there is none");
        assertThatThrownBy(() -> secrets.resolve(ref("no-such-place/db#password")))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("there is no namespace no-such-place");
        assertThatThrownBy(() -> resolve("db#empty")).hasMessageContaining("it is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", "a/b/c", "../x/y", "A/b", "a/", "a/b?x=1", "a/../../nodes"})
    void anAddressOfAnotherFormIsRefusedAndNotRepeated(String path) {
        assertThatThrownBy(() -> secrets.resolve(new SecretRef("k8s", path, "key")))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("namespace/name#key");
    }

    @Test
    void noValueIsInAnyMessage() {
        List<Fault> faults = secrets.missing(Map.of("a", ref(namespace.name() + "/db#pasword")));
        assertThat(faults).hasSize(1);
        assertThat(faults.toString())
                .doesNotContain("hunter2")
                .doesNotContain("cert---")
                .doesNotContain("/v8AAQ");
    }

    @Test
    void aServerThatCannotBeReachedIsAFaultThatMayBeRetried() {
        try (KubernetesClient gone = TestNamespace.newClient(b -> b.editOrNewConfig()
                .withMasterUrl("https://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .endConfig())) {
            Secrets unreachable = Secrets.of(KubernetesSecrets.of(gone));
            assertThatThrownBy(() -> unreachable.resolve(ref("shop/db#password")))
                    .isInstanceOfSatisfying(DeployException.class, e -> assertThat(e.retryable())
                            .isTrue())
                    .hasMessageContaining("Secret shop/db")
                    .hasMessageContaining("no answer");
        }
    }

    private String resolve(String name) {
        return secrets.resolve(ref(namespace.name() + "/" + name)).reveal();
    }

    private static SecretRef ref(String path) {
        return SecretRef.parse("k8s:" + path);
    }
}
