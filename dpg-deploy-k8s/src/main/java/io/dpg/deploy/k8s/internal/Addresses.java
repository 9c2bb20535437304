package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where Services can be reached from here: by name inside the cluster, by node port outside. */
final class Addresses {

    private static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    private final Api api;
    private final Reader reader;
    private final @Nullable String host;

    Addresses(Api api, Reader reader, @Nullable String host) {
        this.api = api;
        this.reader = reader;
        this.host = host;
    }

    Optional<URI> live() {
        return of(reader.service());
    }

    Optional<URI> preview(Slot slot) {
        Snapshot now = reader.read();
        Service preview = now.preview();
        if (preview != null && Weights.previewed(now) == slot) {
            return of(preview);
        }
        return Weights.of(now).share(slot) == 100 ? of(now.service()) : Optional.empty();
    }

    private Optional<URI> of(Service service) {
        ServicePort port = reader.port(service);
        String scheme = "https".equals(port.getName()) || port.getPort() == 443 ? "https" : "http";
        if (inside()) {
            return Optional.of(URI.create(scheme + "://" + service.getMetadata().getName() + "."
                    + service.getMetadata().getNamespace() + ".svc:" + port.getPort()));
        }
        if (port.getNodePort() != null && port.getNodePort() > 0) {
            String node = host == null ? api.client().getMasterUrl().getHost() : host;
            return Optional.of(URI.create(scheme + "://" + node + ":" + port.getNodePort()));
        }
        return Optional.empty();
    }

    private static boolean inside() {
        return System.getenv("KUBERNETES_SERVICE_HOST") != null && Files.exists(TOKEN);
    }
}
