package io.dpg.deploy.k8s;

import io.dpg.deploy.testkit.Servers;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A namespace of its own on the cluster that {@code KUBECONFIG} names; removed when closed. */
public final class TestNamespace implements AutoCloseable {

    private final KubernetesClient client = newClient(b -> b);
    private final String name;

    /** Creates a namespace whose name begins with {@code prefix}, or skips the test where there is no cluster. */
    public TestNamespace(String prefix) {
        name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    /** Returns how to reach the cluster as its administrator. */
    public static Config config() {
        return Config.fromKubeconfig(Path.of(Servers.find("KUBECONFIG")).toFile());
    }

    /** Returns a further client, as another process has one. */
    public static KubernetesClient newClient(UnaryOperator<KubernetesClientBuilder> settings) {
        return settings.apply(new KubernetesClientBuilder().withConfig(config()))
                .build();
    }

    /** Returns the client that belongs to this namespace. */
    public KubernetesClient client() {
        return client;
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    @Override
    public void close() {
        client.namespaces().withName(name).delete();
        client.close();
    }
}
