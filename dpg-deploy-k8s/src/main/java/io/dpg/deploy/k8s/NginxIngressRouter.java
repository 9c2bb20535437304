package io.dpg.deploy.k8s;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.Fault;
import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.k8s.internal.Permissions;
import io.dpg.deploy.k8s.internal.router.CanaryIngress;
import io.dpg.deploy.spi.ConflictException;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Splits traffic by the canary annotations of ingress-nginx: beside the application's Ingress, which is never touched, it
 * writes {@code <name>-canary} with the same hosts and paths, as far as they lead to the Service, to the preview Service
 * and with {@code nginx.ingress.kubernetes.io/canary-weight}. With no share for the preview that object is removed. The
 * controller takes a change up within about a second and does not tell when. Thread-safe.
 */
public final class NginxIngressRouter implements TrafficRouter {

    private final String name;

    private NginxIngressRouter(String name) {
        if (!Objects.requireNonNull(name, "name").matches("[a-z0-9]([-a-z0-9.]{0,244}[a-z0-9])?")) {
            throw new IllegalArgumentException("The name of an Ingress must be a Kubernetes name (lower case letters,"
                    + " digits, '-' and '.') of at most 246 characters, but is '" + name + "'");
        }
        this.name = name;
    }

    /**
     * Returns the router for the Ingress {@code name} in the application's namespace.
     *
     * @throws IllegalArgumentException if that is no name of an object
     */
    public static NginxIngressRouter ingress(String name) {
        return new NginxIngressRouter(name);
    }

    @Override
    public String describe() {
        return "Ingress " + canary();
    }

    private String canary() {
        return name + "-canary";
    }

    @Override
    public Split read(Backends backends) {
        Ingress main = main(backends);
        Optional<Ingress> canary =
                Optional.ofNullable(resource(backends, canary()).get());
        return new Split(canary.map(CanaryIngress::percent).orElse(0), version(main, canary), true);
    }

    @Override
    public void write(Backends backends, Split seen, int percent) {
        Ingress main = main(backends);
        Optional<Ingress> canary =
                Optional.ofNullable(resource(backends, canary()).get());
        if (!version(main, canary).equals(seen.version())) {
            throw changedMeanwhile();
        }
        if (canary.isPresent() && !CanaryIngress.ours(canary.get())) {
            throw new DeployException(
                    "Tried to split traffic with Ingress " + canary() + ", but somebody else made it",
                    Details.NONE
                            .at(ApiFault.PROVIDER, backends.namespace() + "/" + name)
                            .remedy("rename or remove it"));
        }
        try {
            change(backends, main, canary, percent);
        } catch (KubernetesClientException e) {
            if (ApiFault.isConflict(e)) {
                throw changedMeanwhile();
            }
            throw e;
        }
    }

    private void change(Backends backends, Ingress main, Optional<Ingress> canary, int percent) {
        if (percent == 0) {
            canary.ifPresent(
                    c -> backends.client().resource(c).lockResourceVersion().delete());
            return;
        }
        Ingress wanted = CanaryIngress.of(main, canary(), backends.service(), backends.preview(), percent);
        if (canary.isEmpty()) {
            backends.client().resource(wanted).create();
        } else if (!CanaryIngress.same(canary.get(), wanted)) {
            wanted.getMetadata().setResourceVersion(canary.get().getMetadata().getResourceVersion());
            backends.client().resource(wanted).update();
        }
    }

    @Override
    public List<Fault> validate(Backends backends) {
        List<Fault> faults = new ArrayList<>(
                Permissions.missing(backends.client(), backends.namespace(), List.of(Permissions.Feature.INGRESS)));
        if (!faults.isEmpty()) {
            return faults;
        }
        Ingress main = resource(backends, name).get();
        if (main == null) {
            faults.add(new Fault("router", "Ingress " + name, "there is none in namespace " + backends.namespace()));
        } else if (!CanaryIngress.leadsTo(main, backends.service())) {
            faults.add(new Fault(
                    "router",
                    "Ingress " + name,
                    "no path of it leads to Service " + backends.service()
                            + " (a default backend cannot be split); add a path"));
        }
        Ingress canary = resource(backends, canary()).get();
        if (canary != null && !CanaryIngress.ours(canary)) {
            faults.add(new Fault("router", describe(), "somebody else made it; rename or remove it"));
        }
        return faults;
    }

    private Ingress main(Backends backends) {
        Ingress main = resource(backends, name).get();
        if (main == null) {
            throw new DeployException(
                    "Tried to read Ingress " + name + " in namespace " + backends.namespace() + ", but there is none",
                    Details.NONE
                            .at(ApiFault.PROVIDER, backends.namespace() + "/" + name)
                            .remedy("create it, or correct the router's name"));
        }
        return main;
    }

    private ConflictException changedMeanwhile() {
        return new ConflictException("Tried to change the weight of " + describe()
                + ", but somebody else changed it or Ingress " + name + "; read it again");
    }

    private static String version(Ingress main, Optional<Ingress> canary) {
        return main.getMetadata().getResourceVersion() + "/"
                + canary.map(c ->
                                c.getMetadata().getUid() + "/" + c.getMetadata().getResourceVersion())
                        .orElse("");
    }

    private static Resource<Ingress> resource(Backends backends, String name) {
        return backends.client()
                .network()
                .v1()
                .ingresses()
                .inNamespace(backends.namespace())
                .withName(name);
    }
}
