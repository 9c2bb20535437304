package io.dpg.deploy.k8s;

import io.dpg.deploy.testkit.Servers;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A namespace of its own in the cluster of {@code KUBECONFIG}, with the test application; deleted when closed. */
final class TestCluster implements AutoCloseable {

    static final String IMAGE = "dpg-test/app:2";

    final KubernetesClient client;
    final String namespace;

    private TestCluster(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Returns a fresh namespace, or skips the test where there is no cluster. */
    static TestCluster open(String prefix) {
        Path kubeconfig = Path.of(Servers.find("KUBECONFIG"));
        image();
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.fromKubeconfig(kubeconfig.toFile()))
                        .withRequestRetryBackoffLimit(2)
                        .build())
                .build();
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return new TestCluster(client, name);
    }

    /** Builds the image where it is not there: no registry can be reached. */
    private static synchronized void image() {
        try {
            if (run("docker", "image", "inspect", IMAGE) == 0) {
                return;
            }
            Path folder = Files.createTempDirectory("dpg-image");
            for (String file : new String[] {"Dockerfile", "serve.sh"}) {
                try (InputStream in = Objects.requireNonNull(TestCluster.class.getResourceAsStream("/app/" + file))) {
                    Files.copy(in, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.copy(Path.of("/usr/bin/busybox"), folder.resolve("busybox"));
            folder.resolve("busybox").toFile().setExecutable(true);
            if (run("docker", "build", "-q", "-t", IMAGE, folder.toString()) != 0) {
                throw new AssertionError("cannot build " + IMAGE);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** Creates the application {@code app}: a Deployment with {@code replicas} pods, and a NodePort Service. */
    void application(int replicas) {
        client.resource(deployment(replicas)).create();
        client.resource(service()).create();
    }

    Deployment deployment(int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("app")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(Map.of("app", "app"))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", "app"))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage(IMAGE)
                .withImagePullPolicy("Never")
                .addNewPort()
                .withContainerPort(8080)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/ready")
                .withPort(new IntOrString(8080))
                .endHttpGet()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .withTerminationGracePeriodSeconds(10L)
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("app")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withType("NodePort")
                .withSelector(Map.of("app", "app"))
                .addNewPort()
                .withPort(80)
                .withTargetPort(new IntOrString(8080))
                .endPort()
                .endSpec()
                .build();
    }

    KubernetesTarget.Builder target() {
        return KubernetesTarget.deployment("app").namespace(namespace).client(client);
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).withGracePeriod(0).delete();
        client.close();
    }
}
