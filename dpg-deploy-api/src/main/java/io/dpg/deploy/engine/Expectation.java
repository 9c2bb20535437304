package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Capability;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the target should look like while nobody but this rollout changes it: weights, sizes and revisions as this rollout
 * last read them back. A difference is somebody else's doing.
 */
final class Expectation {

    /** What a platform that approximates weights may deviate, in percentage points. */
    static final int APPROXIMATE = 20;

    private final int tolerance;
    private final Map<Slot, Integer> desired = new EnumMap<>(Slot.class);
    private final Map<Slot, Revision> revisions = new EnumMap<>(Slot.class);
    private @Nullable Traffic traffic;

    Expectation(Set<Capability> capabilities) {
        this.tolerance = capabilities.contains(Capability.WEIGHTED_TRAFFIC) ? 0 : APPROXIMATE;
    }

    void traffic(@Nullable Traffic expected) {
        traffic = expected;
    }

    /** Expects no weights until the next shift, where instances that are added to a group with traffic change them. */
    void growing() {
        if (tolerance > 0) {
            traffic = null;
        }
    }

    @Nullable
    Traffic traffic() {
        return traffic;
    }

    void group(Slot slot, int instances, Revision revision) {
        desired.put(slot, instances);
        revisions.put(slot, revision);
    }

    void size(Slot slot, int instances) {
        desired.put(slot, instances);
    }

    /** No longer expects anything of {@code slot}. */
    void forget(Slot slot) {
        desired.remove(slot);
        revisions.remove(slot);
    }

    /** No longer expects a revision of {@code slot}, whose instances are being replaced; its size stays. */
    void forgetRevision(Slot slot) {
        revisions.remove(slot);
    }

    /** Takes sizes as they are, after somebody decided to go on with them. */
    void adoptSizes(Observation observed) {
        desired.replaceAll(
                (slot, size) -> observed.group(slot).map(Group::desired).orElse(size));
    }

    /** Returns whether {@code observed} shows {@code wanted}, as exactly as the platform can. */
    boolean shows(Observation observed, Traffic wanted) {
        for (Slot slot : Slot.values()) {
            int difference = Math.abs(observed.weight(slot) - wanted.share(slot));
            // Nothing and everything are never approximate.
            boolean edge = wanted.share(slot) == 0 || wanted.share(slot) == 100;
            if (difference > (edge ? 0 : tolerance)) {
                return false;
            }
        }
        return true;
    }

    /** Returns how weights or revisions differ from what this rollout set. */
    Optional<String> drift(Observation observed) {
        if (traffic != null && !shows(observed, traffic)) {
            return Optional.of("somebody else changed the traffic: it should be " + traffic + ", but " + observed);
        }
        for (Map.Entry<Slot, Revision> entry : revisions.entrySet()) {
            Optional<Group> group = observed.group(entry.getKey());
            if (group.isEmpty() || !group.get().revision().equals(entry.getValue())) {
                return Optional.of("somebody else changed what runs: " + entry.getKey() + " should run "
                        + entry.getValue() + ", but " + observed);
            }
        }
        return Optional.empty();
    }

    /** Returns how sizes differ from what this rollout set. */
    Optional<String> resized(Observation observed) {
        for (Map.Entry<Slot, Integer> entry : desired.entrySet()) {
            Optional<Group> group = observed.group(entry.getKey());
            if (group.isPresent() && group.get().desired() != entry.getValue()) {
                return Optional.of("somebody else resized " + entry.getKey() + ": it should have " + entry.getValue()
                        + " instances, but " + observed);
            }
        }
        return Optional.empty();
    }
}
