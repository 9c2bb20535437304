package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;

/**
 * An application as it was read. Immutable.
 *
 * @param blue the adopted service
 * @param green the second service
 * @param group blue's target group, or null without a load balancer
 * @param places what forwards to it; empty without a load balancer
 */
record Snapshot(SlotView blue, SlotView green, @Nullable TargetGroup group, List<Place> places) {

    Snapshot {
        places = List.copyOf(places);
    }

    SlotView slot(Slot slot) {
        return slot == Slot.BLUE ? blue : green;
    }

    /** Returns the highest fence that was seen. */
    long fence() {
        return Math.max(blue.fence(), green.fence());
    }

    /**
     * Returns how traffic is shared, as the load balancer shows it. Where its rules disagree, as in the middle of a change,
     * neither group is shown without traffic.
     */
    Traffic traffic() {
        String own = blue.group().orElse(null);
        if (own == null) {
            return blue.exists() ? Traffic.all(Slot.BLUE) : Traffic.NONE;
        }
        String other = green.group().orElse("none");
        int least = 101;
        int most = -1;
        int sum = 0;
        int count = 0;
        for (Place place : places) {
            OptionalInt share = place.share(own, other);
            if (share.isPresent()) {
                least = Math.min(least, share.getAsInt());
                most = Math.max(most, share.getAsInt());
                sum += share.getAsInt();
                count++;
            }
        }
        if (count == 0) {
            return Traffic.NONE;
        }
        return Traffic.of(Slot.BLUE, least == most ? least : Math.max(1, Math.min(99, sum / count)));
    }
}
