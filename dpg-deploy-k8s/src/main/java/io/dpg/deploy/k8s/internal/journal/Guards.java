package io.dpg.deploy.k8s.internal.journal;

import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.StaleFenceException;

/** Who may write to the journal. */
final class Guards {

    private Guards() {}

    /**
     * Passes where {@code fence} is the {@code highest} that was given out.
     *
     * @throws StaleFenceException if a higher one was
     * @throws IllegalArgumentException if it never was given out
     */
    static void checkFence(String target, long fence, long highest) {
        if (fence < highest) {
            throw new StaleFenceException(target, fence, highest);
        }
        if (fence > highest) {
            throw new IllegalArgumentException("Tried to write for " + target + " with fence " + fence
                    + ", but this journal gave out none above " + highest + "; acquire the lease first");
        }
    }

    /**
     * Passes where {@code record} is number {@code next} of its rollout.
     *
     * @throws ConflictException if it is not
     */
    static void checkNext(JournalRecord record, long next) {
        if (record.sequence() != next) {
            throw refused(record, "its next one is " + next + "; read the rollout again");
        }
    }

    static ConflictException refused(JournalRecord record, String why) {
        return new ConflictException("Tried to append record " + record.sequence() + " of rollout " + record.rollout()
                + " of " + record.target() + ", but " + why);
    }
}
