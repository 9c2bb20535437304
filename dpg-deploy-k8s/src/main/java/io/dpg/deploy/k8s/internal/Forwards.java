package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.DeployException;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ways to single pods through the API server, for checks from outside the cluster where a Service has no node port. At
 * most one for each thing that is reached, each on the loopback interface; all end with the target.
 */
final class Forwards implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Forwards.class);

    private record Open(String pod, LocalPortForward forward) {}

    private final Api api;
    private final Map<String, Open> open = new HashMap<>();

    Forwards(Api api) {
        this.api = api;
    }

    /**
     * Returns the local port that leads to one of {@code pods}, which are ready.
     *
     * @param what what is reached; a new way to it replaces the earlier one
     */
    synchronized OptionalInt to(String what, List<Pod> pods, ServicePort port) {
        Open known = open.get(what);
        if (known != null
                && known.forward.isAlive()
                && pods.stream().anyMatch(p -> p.getMetadata().getName().equals(known.pod))) {
            return OptionalInt.of(known.forward.getLocalPort());
        }
        Optional<Pod> pod = pods.stream().findFirst();
        if (pod.isEmpty()) {
            return OptionalInt.empty();
        }
        Open fresh = open(pod.get(), target(pod.get(), port));
        close(open.put(what, fresh));
        return OptionalInt.of(fresh.forward.getLocalPort());
    }

    private Open open(Pod pod, int port) {
        String name = pod.getMetadata().getName();
        return api.call(
                "forward a port to pod " + name,
                c -> new Open(
                        name,
                        c.pods()
                                .inNamespace(api.app().namespace())
                                .withName(name)
                                .portForward(port, InetAddress.getLoopbackAddress(), 0)));
    }

    /** Returns the port of the container that {@code port} leads to, by its number or its name. */
    static int target(Pod pod, ServicePort port) {
        IntOrString target = port.getTargetPort();
        if (target == null) {
            return port.getPort();
        }
        if (target.getIntVal() != null) {
            return target.getIntVal();
        }
        return pod.getSpec().getContainers().stream()
                .flatMap(c -> c.getPorts().stream())
                .filter(p -> target.getStrVal().equals(p.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new DeployException(
                        "Tried to reach pod " + pod.getMetadata().getName() + ", but it has no port named "
                                + target.getStrVal(),
                        DeployException.Details.NONE));
    }

    private static void close(@org.jspecify.annotations.Nullable Open way) {
        try {
            if (way != null) {
                way.forward.close();
            }
        } catch (IOException e) {
            LOG.debug("Cannot close the way to pod {}; it ends with its client", way.pod, e);
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Forwards::close);
        open.clear();
    }
}
