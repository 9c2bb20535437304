package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.spi.ConflictException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Service through which a group is reached before it has traffic, and by which routers reach the candidate. */
final class Previews {

    private final Api api;
    private final Reader reader;

    Previews(Api api, Reader reader) {
        this.api = api;
        this.reader = reader;
    }

    /** Makes the preview Service select the newest revision of {@code view}, creating it where there is none. */
    void point(Service service, Deployment owner, SlotView view) {
        Map<String, String> selector = selector(service, view);
        if (selector == null) {
            return;
        }
        String name = Reader.preview(service);
        for (int tries = 0; tries < 5; tries++) {
            Optional<Service> present = reader.find(name);
            try {
                if (present.isEmpty()) {
                    api.call("create Service " + name, c -> c.resource(make(service, owner, name, selector))
                            .create());
                } else {
                    Service before = present.get();
                    Service after = new ServiceBuilder(before)
                            .editSpec()
                            .withSelector(selector)
                            .endSpec()
                            .build();
                    api.patch(before, after);
                }
                return;
            } catch (ConflictException e) {
                api.app(); // somebody else made or changed it; look again
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Map<String, String> selector(Service service, SlotView view) {
        Map<String, String> selector = Selectors.pinned(Selectors.of(service), view);
        String revision = view.labels().get(Names.REVISION);
        if (selector != null && view.labelled() && revision != null) {
            selector.put(Names.REVISION, revision);
        }
        return selector;
    }

    private Service make(Service service, Deployment owner, String name, Map<String, String> selector) {
        boolean nodePort = "NodePort".equals(service.getSpec().getType());
        List<ServicePort> ports = service.getSpec().getPorts().stream()
                .map(p -> new ServicePortBuilder(p).withNodePort(null).build())
                .toList();
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(api.app().namespace())
                .addToLabels(Names.APPLICATION, api.app().name())
                .withOwnerReferences(owner(owner))
                .endMetadata()
                .withNewSpec()
                .withType(nodePort ? "NodePort" : "ClusterIP")
                .withSelector(selector)
                .withPorts(ports)
                .endSpec()
                .build();
    }

    static OwnerReference owner(Deployment deployment) {
        return new OwnerReferenceBuilder()
                .withApiVersion("apps/v1")
                .withKind("Deployment")
                .withName(deployment.getMetadata().getName())
                .withUid(deployment.getMetadata().getUid())
                .build();
    }

    void delete(Service service) {
        String name = Reader.preview(service);
        api.find("delete Service " + name, c -> c.services()
                .inNamespace(api.app().namespace())
                .withName(name)
                .delete());
    }
}
