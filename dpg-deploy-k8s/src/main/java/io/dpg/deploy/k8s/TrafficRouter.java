package io.dpg.deploy.k8s;

import io.dpg.deploy.Fault;
import io.dpg.deploy.spi.Capability;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * Splits traffic between two Services by writing weights into an object that a gateway, ingress controller or mesh obeys.
 * Extend it for a router of your own; a target takes it with {@code router(…)}.
 *
 * <p>At rest everything goes to the application's own Service. During a canary a second Service, the preview, selects the
 * candidate, and the router splits between the two. When the candidate has everything, the target points the own Service
 * to it and gives the router back what it had: everything to the own Service. So a router knows nothing of slots, and its
 * object looks as its users wrote it before and after a rollout.
 *
 * <p>Implementations are thread-safe and hold no state of a rollout. Faults of the API may be thrown as the client throws
 * them; the target translates them.
 */
public interface TrafficRouter {

    /**
     * What a router works with.
     *
     * @param client the client of the target; not to be closed
     * @param namespace the namespace of the application
     * @param service the application's own Service
     * @param preview the Service that selects the candidate; exists whenever {@link #write} gives it a share
     * @param port the Service port that users reach, the same of both Services
     */
    record Backends(KubernetesClient client, String namespace, String service, String preview, int port) {}

    /**
     * How traffic is split.
     *
     * @param preview whole percent of requests that go to the preview Service; the rest goes to the own one
     * @param version the version of the object that says so ({@code metadata.resourceVersion}; where several objects take
     *     part, any text that changes with each of them)
     * @param applied whether the controller that acts on the object is known to have taken this up; true where it does not
     *     tell
     */
    record Split(int preview, String version, boolean applied) {
        /** Checks the percentage. */
        public Split {
            if (preview < 0 || preview > 100) {
                throw new IllegalArgumentException("A share must be within 0 to 100 %, but is " + preview);
            }
        }
    }

    /** Returns the objects that the router writes, for messages and plans, such as {@code HTTPRoute dpg-api}. */
    String describe();

    /**
     * Returns how traffic is split now, as the object says, also after somebody else changed it. Where the preview Service
     * is not mentioned its share is zero.
     */
    Split read(Backends backends);

    /**
     * Gives the preview Service {@code percent} of the requests and the own Service the rest. With 0 the object is left as
     * it was before the first write. Writing what is there already changes nothing.
     *
     * @param seen what {@link #read} returned; the write must fail if the object has another version by now
     * @throws io.dpg.deploy.spi.ConflictException if it has
     */
    void write(Backends backends, Split seen, int percent);

    /** Returns what speaks against routing with this router: objects missing, backends not found. Touches nothing. */
    default List<Fault> validate(Backends backends) {
        return List.of();
    }

    /** Returns how exactly percentages are kept: {@code WEIGHTED_TRAFFIC} (the default) or {@code APPROXIMATE_TRAFFIC}. */
    default Capability capability() {
        return Capability.WEIGHTED_TRAFFIC;
    }
}
