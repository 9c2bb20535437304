package io.dpg.deploy;

import java.util.Objects;

/**
 * The platform's own id of what a group runs: a task definition ARN, a ReplicaSet revision, an image digest. Two groups
 * with equal revisions run the same thing.
 *
 * @param id the id, never blank
 */
public record Revision(String id) {

    /** Checks that the id is not blank. */
    public Revision {
        if (Objects.requireNonNull(id, "id").isBlank()) {
            throw new IllegalArgumentException("A revision id must not be blank");
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
