package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where Services can be reached from here: by name inside the cluster; outside by node port, else through the API. */
final class Addresses implements AutoCloseable {

    private static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(25);

    private final Api api;
    private final Reader reader;
    private final @Nullable String host;
    private final Forwards forwards;

    Addresses(Api api, Reader reader, @Nullable String host) {
        this.api = api;
        this.reader = reader;
        this.host = host;
        this.forwards = new Forwards(api);
    }

    Optional<URI> live() {
        Service service = reader.service();
        return of(service, "live", () -> serving(reader.read()));
    }

    Optional<URI> preview(Slot slot) {
        Snapshot now = reader.read();
        Service preview = now.preview();
        if (preview != null && Weights.previewed(now) == slot) {
            leadsTo(preview.getMetadata().getName(), slot);
            return of(preview, slot.name(), () -> ready(now.slot(slot).currentPods()));
        }
        return Weights.of(now).share(slot) == 100
                ? of(now.service(), slot.name(), () -> serving(now))
                : Optional.empty();
    }

    /** Waits until the preview leads to instances of the newest revision only: it may have led elsewhere before. */
    private void leadsTo(String preview, Slot slot) {
        api.poll(PATIENCE, GLANCE, () -> {
                    List<String> current = reader.slot(slot).currentPods().stream()
                            .map(p -> p.getMetadata().getName())
                            .toList();
                    return Optional.of(reader.endpoints(preview)).filter(e -> !e.isEmpty() && current.containsAll(e));
                })
                .orElseThrow(() -> api.retryable("Tried to find where " + slot + " is reached, but Service " + preview
                        + " does not lead to its newest instances yet"));
    }

    private static List<Pod> serving(Snapshot now) {
        return Stream.of(Slot.values())
                .flatMap(s -> now.slot(s).alive().stream())
                .filter(p -> now.endpoints().contains(p.getMetadata().getName()))
                .toList();
    }

    private static List<Pod> ready(List<Pod> pods) {
        return pods.stream().filter(Pods::ready).toList();
    }

    private Optional<URI> of(Service service, String what, Supplier<List<Pod>> pods) {
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
        OptionalInt local = forwards.to(what, pods.get(), port);
        return local.isPresent()
                ? Optional.of(URI.create(scheme + "://127.0.0.1:" + local.getAsInt()))
                : Optional.empty();
    }

    @Override
    public void close() {
        forwards.close();
    }

    private static boolean inside() {
        return System.getenv("KUBERNETES_SERVICE_HOST") != null && Files.exists(TOKEN);
    }
}
