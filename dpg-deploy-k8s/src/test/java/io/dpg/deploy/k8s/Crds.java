package io.dpg.deploy.k8s;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Makes the test cluster know the kinds of Gateway API and Istio, from the folder {@code shared/crds} beside the checkout. */
final class Crds {

    private Crds() {}

    /** Installs them, or skips the calling test where they are nowhere. */
    static void install(KubernetesClient client) throws IOException {
        if (known(client, "httproutes.gateway.networking.k8s.io")
                && known(client, "virtualservices.networking.istio.io")) {
            return;
        }
        Path folder = folder();
        boolean required = String.valueOf(System.getenv("DPG_REQUIRE")).contains("KUBECONFIG");
        assumeTrue(folder != null || required, "skipped: the cluster knows no HTTPRoute, and there is no shared/crds");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.yaml")) {
            for (Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    for (HasMetadata crd : client.load(in).items()) {
                        client.resource(crd).forceConflicts().serverSideApply();
                        client.apiextensions()
                                .v1()
                                .customResourceDefinitions()
                                .withName(crd.getMetadata().getName())
                                .waitUntilCondition(
                                        c -> c != null
                                                && c.getStatus() != null
                                                && c.getStatus().getConditions() != null
                                                && c.getStatus().getConditions().stream()
                                                        .anyMatch(s -> "Established".equals(s.getType())
                                                                && "True".equals(s.getStatus())),
                                        30,
                                        TimeUnit.SECONDS);
                    }
                }
            }
        }
    }

    private static boolean known(KubernetesClient client, String crd) {
        return client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(crd)
                        .get()
                != null;
    }

    private static Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared").resolve("crds");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return null;
    }
}
