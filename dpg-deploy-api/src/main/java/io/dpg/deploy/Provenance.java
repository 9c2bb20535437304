package io.dpg.deploy;

import org.jspecify.annotations.Nullable;

/**
 * Where a release comes from.
 *
 * @param commit the commit id, where known
 * @param tag the tag, where known
 * @param branch the branch, where known; decides whether an {@link Environment} takes the release by itself
 */
public record Provenance(
        @Nullable String commit,
        @Nullable String tag,
        @Nullable String branch) {

    /** Nothing is known. */
    public static final Provenance UNKNOWN = new Provenance(null, null, null);
}
