package io.dpg.deploy.k8s.internal.router;

import io.dpg.deploy.Fault;
import io.dpg.deploy.k8s.TrafficRouter.Backends;
import io.dpg.deploy.k8s.TrafficRouter.Split;
import io.dpg.deploy.k8s.internal.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the weights of Services in one object.
 *
 * @param object the object
 * @param destinations where it names Services
 * @param applied whether its controller has taken it up, as its status says
 * @param feature what must be allowed
 */
public record WeightedObject(
        RouteObject object, Destinations destinations, Predicate<ObjectNode> applied, Permissions.Feature feature) {

    /** Returns how traffic is split. */
    public Split read(Backends backends) {
        ObjectNode now = object.get(backends.client(), backends.namespace());
        return new Split(new Shares(destinations, backends).read(now), RouteObject.version(now), applied.test(now));
    }

    /** Splits traffic, if the object is still as it was {@code seen}. */
    public void write(Backends backends, Split seen, int percent) {
        ObjectNode before = object.get(backends.client(), backends.namespace());
        if (!RouteObject.version(before).equals(seen.version())) {
            throw object.changedMeanwhile();
        }
        ObjectNode after = new Shares(destinations, backends).write(before, percent);
        object.replace(backends.client(), backends.namespace(), before, after);
    }

    /** Returns what speaks against it. */
    public List<Fault> validate(Backends backends) {
        List<Fault> faults =
                new ArrayList<>(Permissions.missing(backends.client(), backends.namespace(), List.of(feature)));
        if (!faults.isEmpty()) {
            return faults;
        }
        Optional<ObjectNode> now = object.find(backends.client(), backends.namespace());
        if (now.isEmpty()) {
            faults.add(new Fault(
                    "router",
                    object.toString(),
                    "there is none in namespace " + backends.namespace() + ", or the cluster does not know "
                            + object.plural() + "." + object.group()));
        } else if (!new Shares(destinations, backends).named(now.get())) {
            faults.add(new Fault(
                    "router",
                    object.toString(),
                    "no rule of it sends anything to Service " + backends.service()
                            + "; add the Service as a backend"));
        }
        return faults;
    }
}
