package io.dpg.deploy.k8s;

import io.dpg.deploy.Fault;
import io.dpg.deploy.k8s.internal.Permissions;
import io.dpg.deploy.k8s.internal.router.Destinations;
import io.dpg.deploy.k8s.internal.router.RouteObject;
import io.dpg.deploy.k8s.internal.router.WeightedObject;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Splits traffic by the weights of an Istio {@code VirtualService} ({@code networking.istio.io/v1}, or an older version
 * where that is all there is). In every HTTP route that has the Service as a destination, the preview Service becomes
 * another one, with the same port and headers, but no subset: subsets belong to a host. Matches, retries, faults and other
 * destinations stay, and so does the part of the traffic that other destinations get. Routes of TCP and TLS are left
 * alone. Thread-safe.
 *
 * <p>Where the Service is the only destination, weights sum to 100, which Istio demanded in the past; with others beside
 * it they may sum to more.
 */
public final class IstioRouter implements TrafficRouter {

    private final WeightedObject service;

    private IstioRouter(String name) {
        this.service = new WeightedObject(
                new RouteObject(
                        "VirtualService",
                        "networking.istio.io",
                        List.of("v1", "v1beta1", "v1alpha3"),
                        "virtualservices",
                        name),
                new Routes(),
                IstioRouter::observed,
                Permissions.Feature.VIRTUAL_SERVICE);
    }

    /**
     * Returns the router that writes the VirtualService {@code name} in the application's namespace.
     *
     * @throws IllegalArgumentException if that is no name of an object
     */
    public static IstioRouter virtualService(String name) {
        return new IstioRouter(name);
    }

    @Override
    public String describe() {
        return service.object().toString();
    }

    @Override
    public Split read(Backends backends) {
        return service.read(backends);
    }

    @Override
    public void write(Backends backends, Split seen, int percent) {
        service.write(backends, seen, percent);
    }

    @Override
    public List<Fault> validate(Backends backends) {
        return service.validate(backends);
    }

    /** Istio writes no status unless told to. */
    private static boolean observed(ObjectNode service) {
        long generation = service.path("metadata").path("generation").asLong(0);
        return service.path("status").path("observedGeneration").asLong(generation) >= generation;
    }

    /** The {@code route} of HTTP routes. */
    static final class Routes implements Destinations {

        @Override
        public List<ArrayNode> lists(ObjectNode object) {
            List<ArrayNode> lists = new ArrayList<>();
            for (JsonNode http : object.path("spec").path("http")) {
                if (http.get("route") instanceof ArrayNode route) {
                    lists.add(route);
                }
            }
            return lists;
        }

        @Override
        public boolean is(ObjectNode route, String name, Backends backends) {
            String host = route.path("destination").path("host").asString("");
            String full = name + "." + backends.namespace();
            return host.equals(name)
                    || host.equals(full)
                    || host.equals(full + ".svc")
                    || host.startsWith(full + ".svc.");
        }

        @Override
        public String port(ObjectNode route) {
            return route.path("destination").path("port").toString();
        }

        @Override
        public ObjectNode preview(ObjectNode own, Backends backends) {
            ObjectNode copy = own.deepCopy();
            ObjectNode destination = copy.withObjectProperty("destination");
            String host = destination.path("host").asString("");
            destination.put(
                    "host",
                    backends.preview() + host.substring(backends.service().length()));
            destination.remove("subset");
            return copy;
        }

        @Override
        public int unstated(int size) {
            return size == 1 ? 100 : 0;
        }
    }
}
