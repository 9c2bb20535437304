package io.dpg.deploy.check;

import io.dpg.deploy.Group;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom an analysis compares.
 *
 * @param candidateGroup the group under watch as last observed; null before it exists
 * @param baselineGroup the stable group as last observed; null where none exists
 * @param since when the candidate first received traffic in this rollout, or when the watch began
 * @param now the time now
 */
public record AnalysisContext(
        @Nullable Group candidateGroup, @Nullable Group baselineGroup, Instant since, Instant now) {

    /** Returns the group under watch. */
    public Optional<Group> candidate() {
        return Optional.ofNullable(candidateGroup);
    }

    /** Returns the stable group. */
    public Optional<Group> baseline() {
        return Optional.ofNullable(baselineGroup);
    }
}
