package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import io.dpg.deploy.k8s.internal.ApiFault;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.Lease;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a target's Lease object says.
 *
 * @param fence the highest fence ever given out
 * @param owner who holds it, or null where nobody does
 * @param expiry when that ends, as written; empty where nobody holds it
 * @param transitions how often the holder changed
 * @param rollouts the target's rollouts, as written
 */
record LeaseState(long fence, @Nullable String owner, String expiry, int transitions, String rollouts) {

    /** Reads {@code object}, the Lease of {@code target}. */
    static LeaseState of(String target, io.fabric8.kubernetes.api.model.coordination.v1.Lease object) {
        Map<String, String> marks = object.getMetadata().getAnnotations();
        try {
            String holder = object.getSpec().getHolderIdentity();
            Integer transitions = object.getSpec().getLeaseTransitions();
            LeaseState state = new LeaseState(
                    Long.parseLong(marks.get(Marks.FENCE)),
                    holder == null || holder.isEmpty() ? null : holder,
                    marks.getOrDefault(Marks.EXPIRES, ""),
                    transitions == null ? 0 : transitions,
                    marks.get(Marks.ROLLOUTS));
            state.lease(target);
            state.index();
            return state;
        } catch (NullPointerException | NumberFormatException | DateTimeException | JacksonException e) {
            throw new DeployException(
                    "Tried to read the lease of " + target + ", but the Lease "
                            + object.getMetadata().getNamespace() + "/"
                            + object.getMetadata().getName() + " is damaged",
                    new Details(
                            ApiFault.PROVIDER,
                            target,
                            null,
                            false,
                            "make sure that no process acts on the target, then delete that Lease; it is made anew"
                                    + " from the rollouts"),
                    e);
        }
    }

    Index index() {
        if (rollouts == null) {
            throw new NullPointerException(Marks.ROLLOUTS);
        }
        return Index.read(rollouts);
    }

    Optional<Lease> lease(String target) {
        return owner == null || expiry.isEmpty()
                ? Optional.empty()
                : Optional.of(new Lease(target, owner, new Fence(fence), Instant.parse(expiry)));
    }
}
