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
 * @param baselineEnded since when the stable group has no traffic any more, so that newer samples of it mean nothing; null
 *     while it has some
 */
public record AnalysisContext(
        @Nullable Group candidateGroup,
        @Nullable Group baselineGroup,
        Instant since,
        Instant now,
        @Nullable Instant baselineEnded) {

    /** Makes a context whose stable group has traffic. */
    public AnalysisContext(@Nullable Group candidateGroup, @Nullable Group baselineGroup, Instant since, Instant now) {
        this(candidateGroup, baselineGroup, since, now, null);
    }

    /** Returns since when the stable group has no traffic any more; empty while it has some. */
    public Optional<Instant> baselineUntil() {
        return Optional.ofNullable(baselineEnded);
    }

    /** Returns the group under watch. */
    public Optional<Group> candidate() {
        return Optional.ofNullable(candidateGroup);
    }

    /** Returns the stable group. */
    public Optional<Group> baseline() {
        return Optional.ofNullable(baselineGroup);
    }
}
