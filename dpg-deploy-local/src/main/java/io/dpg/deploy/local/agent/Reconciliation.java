package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to start and stop in a slot, computed from what it holds. Pure, so that it can be tested without processes.
 *
 * @param slot the slot
 * @param revision the revision to start instances of
 * @param starts how many to start
 * @param stops the instances to stop
 * @param finished whether an update in place has reached its end
 */
record Reconciliation(SlotState slot, @Nullable String revision, int starts, List<Instance> stops, boolean finished) {

    static Reconciliation of(SlotState slot) {
        List<Instance> wanted = new ArrayList<>();
        List<Instance> others = new ArrayList<>();
        for (Instance instance : slot.instances) {
            if (!instance.stopping()) {
                (instance.spec.revision().equals(slot.newest()) ? wanted : others).add(instance);
            }
        }
        wanted.sort(Supervisor.leastMissed());
        others.sort(Supervisor.leastMissed());
        return slot.target == null ? resize(slot, wanted, others) : replace(slot, wanted, others);
    }

    /** All of one revision: as many as desired, and nothing else. */
    private static Reconciliation resize(SlotState slot, List<Instance> wanted, List<Instance> others) {
        List<Instance> stops = new ArrayList<>(others);
        stops.addAll(wanted.subList(0, Math.max(0, wanted.size() - slot.desired)));
        return new Reconciliation(slot, slot.revision, Math.max(0, slot.desired - wanted.size()), stops, false);
    }

    /** One at a time: start a new one, and stop an old one only when as many as desired are left without it. */
    private static Reconciliation replace(SlotState slot, List<Instance> wanted, List<Instance> others) {
        int ready = (int) wanted.stream().filter(Instance::serves).count();
        int goal = Math.min(slot.targetCount, slot.desired);
        boolean room = slot.instances.size() <= slot.desired && ready == wanted.size();
        boolean tooFew = wanted.size() + others.size() < slot.desired;
        int starts = room && (wanted.size() < goal || tooFew) ? 1 : 0;
        int keep = Math.max(0, slot.desired - ready);
        List<Instance> stops = new ArrayList<>(others.subList(0, Math.max(0, others.size() - keep)));
        stops.addAll(wanted.subList(0, Math.max(0, wanted.size() - slot.desired)));
        boolean finished = goal >= slot.desired && ready >= slot.desired && stops.size() >= others.size();
        return new Reconciliation(slot, slot.target, starts, stops, finished);
    }

    void apply(Supervisor supervisor) {
        stops.forEach(supervisor::stop);
        if (finished) {
            slot.revision = slot.target;
            slot.target = null;
            slot.targetCount = 0;
            supervisor.save();
            supervisor.changed();
        }
        for (int i = 0; i < starts; i++) {
            supervisor.add(slot, revision);
        }
    }
}
