package io.dpg.deploy.k8s;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** The service of the soak in a namespace of its own, as somebody's manifest would have made it. */
final class SoakApp implements AutoCloseable {

    final TestCluster cluster;
    final String image = SoakImage.name();

    SoakApp(String prefix) {
        cluster = TestCluster.open(prefix);
    }

    /** Creates Deployment and Service, and waits until all pods are ready. */
    void create(int replicas) {
        cluster.client.resource(deployment("app", replicas)).create();
        cluster.client.resource(cluster.service()).create();
        ready("app", 120);
    }

    void ready(String name, int seconds) {
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName(name)
                .waitUntilReady(seconds, TimeUnit.SECONDS);
    }

    Deployment deployment(String name, int replicas) {
        return new DeploymentBuilder(cluster.deployment(replicas))
                .editMetadata()
                .withName(name)
                .endMetadata()
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage(image)
                .addNewEnv()
                .withName("VERSION")
                .withValue("0")
                .endEnv()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** Where users reach it, whatever happens to the API server. */
    URI address() {
        return URI.create("http://127.0.0.1:"
                + cluster.client
                        .services()
                        .inNamespace(cluster.namespace)
                        .withName("app")
                        .get()
                        .getSpec()
                        .getPorts()
                        .get(0)
                        .getNodePort());
    }

    @Override
    public void close() {
        cluster.close();
    }
}
