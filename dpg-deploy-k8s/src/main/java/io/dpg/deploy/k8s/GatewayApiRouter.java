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
 * Splits traffic by the weights of an {@code HTTPRoute} of Gateway API ({@code gateway.networking.k8s.io/v1}, or v1beta1
 * where that is all there is). In every rule that has the Service as a backend, the preview Service becomes another one,
 * with the same port and filters; matches, timeouts and other backends stay, and so does the part of the traffic that
 * other backends get. A split counts as applied when all controllers of the route have accepted its newest generation.
 * Thread-safe.
 */
public final class GatewayApiRouter implements TrafficRouter {

    private final WeightedObject route;

    private GatewayApiRouter(String name) {
        this.route = new WeightedObject(
                new RouteObject("HTTPRoute", "gateway.networking.k8s.io", List.of("v1", "v1beta1"), "httproutes", name),
                new BackendRefs(),
                GatewayApiRouter::accepted,
                Permissions.Feature.HTTP_ROUTE);
    }

    /**
     * Returns the router that writes the HTTPRoute {@code name} in the application's namespace.
     *
     * @throws IllegalArgumentException if that is no name of an object
     */
    public static GatewayApiRouter httpRoute(String name) {
        return new GatewayApiRouter(name);
    }

    @Override
    public String describe() {
        return route.object().toString();
    }

    @Override
    public Split read(Backends backends) {
        return route.read(backends);
    }

    @Override
    public void write(Backends backends, Split seen, int percent) {
        route.write(backends, seen, percent);
    }

    @Override
    public List<Fault> validate(Backends backends) {
        return route.validate(backends);
    }

    private static boolean accepted(ObjectNode route) {
        long generation = route.path("metadata").path("generation").asLong(0);
        for (JsonNode parent : route.path("status").path("parents")) {
            for (JsonNode condition : parent.path("conditions")) {
                if ("Accepted".equals(condition.path("type").asString(""))
                        && (!"True".equals(condition.path("status").asString(""))
                                || condition.path("observedGeneration").asLong(generation) < generation)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The {@code backendRefs} of rules. */
    static final class BackendRefs implements Destinations {

        @Override
        public List<ArrayNode> lists(ObjectNode object) {
            List<ArrayNode> lists = new ArrayList<>();
            for (JsonNode rule : object.path("spec").path("rules")) {
                if (rule.get("backendRefs") instanceof ArrayNode refs) {
                    lists.add(refs);
                }
            }
            return lists;
        }

        @Override
        public boolean is(ObjectNode ref, String name, Backends backends) {
            return name.equals(ref.path("name").asString(""))
                    && "Service".equals(ref.path("kind").asString("Service"))
                    && ref.path("group").asString("").isEmpty()
                    && backends.namespace().equals(ref.path("namespace").asString(backends.namespace()));
        }

        @Override
        public String port(ObjectNode ref) {
            return ref.path("port").asString("");
        }

        @Override
        public ObjectNode preview(ObjectNode own, Backends backends) {
            return own.deepCopy().put("name", backends.preview());
        }

        @Override
        public int unstated(int size) {
            return 1;
        }
    }
}
