package io.dpg.deploy.k8s.internal.router;

import io.dpg.deploy.k8s.TrafficRouter.Backends;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where a kind of object names Services and their weights. */
public interface Destinations {

    /** Returns the lists of weighted destinations in {@code object}, one for each rule that has some. */
    List<ArrayNode> lists(ObjectNode object);

    /** Returns whether {@code destination} is the Service {@code name} in the namespace of {@code backends}. */
    boolean is(ObjectNode destination, String name, Backends backends);

    /** Returns which port of its Service {@code destination} means, as text; equal for equal ports. */
    String port(ObjectNode destination);

    /** Returns a destination like {@code own}, but for the preview Service. */
    ObjectNode preview(ObjectNode own, Backends backends);

    /** Returns the weight of a destination that states none, in a list of {@code size}. */
    int unstated(int size);
}
