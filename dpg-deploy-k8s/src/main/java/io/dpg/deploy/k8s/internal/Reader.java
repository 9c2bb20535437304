package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Slot;
import io.dpg.deploy.k8s.TrafficRouter;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads everything about an application from the API server, fresh each time. Thread-safe. */
public final class Reader {

    private final Api api;
    private final App app;
    private final @Nullable TrafficRouter router;
    private final Slices slices;
    /** The Service's name is configuration: once found it stays. */
    private volatile @Nullable String serviceName;

    private volatile @Nullable LabelSelector selector;

    /** Reads with {@code api}; weights from {@code router}, where one is given. */
    public Reader(Api api, @Nullable TrafficRouter router) {
        this.api = api;
        this.app = api.app();
        this.router = router;
        this.serviceName = app.service();
        this.slices = new Slices(api);
    }

    Snapshot read() {
        LabelSelector selector = selector();
        String name = serviceName();
        Together together = new Together(api);
        Supplier<Deployment> blue = together.read(this::blue);
        Supplier<Optional<Deployment>> green = together.read(() -> deployment(Slot.GREEN));
        Supplier<Service> service = together.read(() -> service(name));
        Supplier<Set<String>> endpoints = together.read(() -> endpoints(name));
        Supplier<Optional<Service>> preview = together.read(() -> find(name + PREVIEW));
        // Sets after pods: a pod whose set is not known yet would be nobody's.
        List<Pod> pods = pods(selector);
        List<ReplicaSet> sets = sets(selector);
        // Not beside the others: a reader that waits for another one would starve both where many look at once.
        Service own = service.get();
        TrafficRouter.Split split =
                router == null ? null : api.call("read " + router.describe(), c -> router.read(backends(own)));
        return new Snapshot(
                own,
                new SlotView(Slot.BLUE, blue.get(), sets, pods),
                new SlotView(Slot.GREEN, green.get().orElse(null), sets, pods),
                endpoints.get(),
                preview.get().orElse(null),
                split);
    }

    /** The selector of a Deployment cannot be changed, only its Deployment be replaced by another. */
    private LabelSelector selector() {
        LabelSelector known = selector;
        if (known == null) {
            known = blue().getSpec().getSelector();
            selector = known;
        }
        return known;
    }

    private String serviceName() {
        String known = serviceName;
        return known == null ? service(blue()).getMetadata().getName() : known;
    }

    private List<Pod> pods(LabelSelector selector) {
        return api.call("list pods in " + app.namespace(), c -> c.pods()
                .inNamespace(app.namespace())
                .withLabelSelector(selector)
                .list()
                .getItems());
    }

    /** Reads what says whether a rollout in place may go on: one slot, without endpoints. */
    SlotView slot(Slot slot) {
        Deployment deployment = deployment(slot).orElse(null);
        LabelSelector selector = deployment == null
                ? blue().getSpec().getSelector()
                : deployment.getSpec().getSelector();
        List<Pod> pods = pods(selector);
        return new SlotView(slot, deployment, sets(selector), pods);
    }

    List<ReplicaSet> sets(LabelSelector selector) {
        return api.call("list replicasets in " + app.namespace(), c -> c.apps()
                .replicaSets()
                .inNamespace(app.namespace())
                .withLabelSelector(selector)
                .list()
                .getItems());
    }

    Deployment blue() {
        return deployment(Slot.BLUE).orElseThrow(this::missing);
    }

    private DeployException missing() {
        return new DeployException(
                "Tried to find Deployment " + app.namespace() + "/" + app.name() + ", but there is none",
                DeployException.Details.NONE
                        .at(ApiFault.PROVIDER, app.key())
                        .remedy("apply the application's manifest first (0 replicas will do), or correct the name"));
    }

    Optional<Deployment> deployment(Slot slot) {
        String name = app.deployment(slot);
        return api.find("read Deployment " + name, c -> c.apps()
                .deployments()
                .inNamespace(app.namespace())
                .withName(name)
                .get());
    }

    Optional<Service> find(String name) {
        return api.find(
                "read Service " + name,
                c -> c.services().inNamespace(app.namespace()).withName(name).get());
    }

    Set<String> endpoints(String service) {
        return slices.pods(service);
    }

    Slices slices() {
        return slices;
    }

    Service service() {
        String known = serviceName;
        return known == null ? service(blue()) : service(known);
    }

    private Service service(String name) {
        return find(name)
                .orElseThrow(() -> api.fault("Tried to find Service " + app.namespace() + "/" + name
                        + ", but there is none; create it, or correct the name"));
    }

    private Service service(Deployment blue) {
        List<Service> all = api.call(
                "list services in " + app.namespace(),
                c -> c.services().inNamespace(app.namespace()).list().getItems());
        List<Service> fitting = all.stream()
                .filter(s -> !s.getMetadata().getName().endsWith(PREVIEW))
                .filter(s -> Selectors.matches(
                        Selectors.original(Selectors.of(s)),
                        Templates.labels(blue.getSpec().getTemplate())))
                .toList();
        if (fitting.size() != 1) {
            throw api.fault("Tried to find the Service of Deployment " + app.namespace() + "/" + app.name() + ", but "
                    + (fitting.isEmpty() ? "none selects its pods" : "several do: " + names(fitting))
                    + "; name it with service(…)");
        }
        serviceName = fitting.get(0).getMetadata().getName();
        return fitting.get(0);
    }

    private static final String PREVIEW = "-preview";

    static String preview(Service service) {
        return service.getMetadata().getName() + PREVIEW;
    }

    private static String names(List<Service> services) {
        return services.stream().map(s -> s.getMetadata().getName()).sorted().collect(Collectors.joining(", "));
    }

    @Nullable
    TrafficRouter router() {
        return router;
    }

    TrafficRouter.Backends backends(Service service) {
        return new TrafficRouter.Backends(
                api.client(),
                app.namespace(),
                service.getMetadata().getName(),
                preview(service),
                port(service).getPort());
    }

    /** Returns the Service port that users reach. */
    ServicePort port(Service service) {
        List<ServicePort> ports = service.getSpec().getPorts();
        String wanted = app.port();
        return ports.stream()
                .filter(p -> wanted == null || wanted.equals(p.getName()) || wanted.equals(String.valueOf(p.getPort())))
                .findFirst()
                .orElseThrow(() -> api.fault("Tried to find port " + wanted + " of Service "
                        + service.getMetadata().getName() + ", but it has "
                        + ports.stream()
                                .map(p -> p.getName() == null ? String.valueOf(p.getPort()) : p.getName())
                                .toList()));
    }
}
