package io.dpg.deploy.strategy;

import io.dpg.deploy.Group;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Capability;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a strategy may know when it plans. Immutable.
 *
 * @param release what to bring
 * @param revision an earlier revision to bring back as the platform keeps it, or null
 * @param stableGroup the group that serves now, or null
 * @param candidate the slot for the new release where it gets one of its own: the one that does not serve
 * @param replicas how many instances the new release is to have in the end
 * @param capabilities what the target can do
 * @param checks names of the checks to verify with
 * @param analyses names of the analyses to watch with
 * @param limits how long steps may take
 */
public record Situation(
        Release release,
        @Nullable Revision revision,
        @Nullable Group stableGroup,
        Slot candidate,
        int replicas,
        Set<Capability> capabilities,
        List<String> checks,
        List<String> analyses,
        Limits limits) {

    /** Copies the collections. */
    public Situation {
        capabilities = Set.copyOf(capabilities);
        checks = List.copyOf(checks);
        analyses = List.copyOf(analyses);
    }

    /** Returns the group that serves now. */
    public Optional<Group> stable() {
        return Optional.ofNullable(stableGroup);
    }

    /** Returns whether the target has {@code capability}. */
    public boolean can(Capability capability) {
        return capabilities.contains(capability);
    }
}
