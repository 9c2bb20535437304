package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens clients as the usual tools do. */
public final class Clients {

    private static final int TIMEOUT_MILLIS = 10_000;
    /** We repeat ourselves; repeating below us would only hide that the server is away, and outlast our own limits. */
    private static final int RETRIES = 0;

    private Clients() {}

    /** Returns a client for {@code kubeconfig} or, without, for {@code KUBECONFIG}, the home folder or the pod. */
    public static KubernetesClient open(@Nullable Path kubeconfig, @Nullable String context) {
        Config found = kubeconfig == null ? Config.autoConfigure(context) : read(kubeconfig, context);
        Config config = new ConfigBuilder(found)
                .withConnectionTimeout(TIMEOUT_MILLIS)
                .withRequestTimeout(TIMEOUT_MILLIS)
                .withRequestRetryBackoffLimit(RETRIES)
                .withUserAgent(Names.MANAGER)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Config read(Path kubeconfig, @Nullable String context) {
        if (!Files.isReadable(kubeconfig)) {
            throw new DeployException(
                    "Tried to read the kubeconfig " + kubeconfig + ", but there is no such readable file",
                    DeployException.Details.NONE);
        }
        return Config.fromKubeconfig(context, kubeconfig.toFile());
    }
}
