package io.dpg.deploy;

import io.dpg.deploy.engine.FileJournal;
import io.dpg.deploy.engine.MemoryJournal;
import io.dpg.deploy.engine.SystemTime;
import io.dpg.deploy.spi.Journal;
import java.nio.file.Path;

/**
 * The journals that need nothing else. Journals of platforms and databases come with their modules. All are thread-safe.
 */
public final class Journals {

    /** How many finished rollouts of each target a journal keeps: {@value}. Unfinished ones are always kept. */
    public static final int KEPT = 100;

    private Journals() {}

    /**
     * Returns a new journal that lives as long as this process: for tests, and where nobody resumes. Keeps the newest
     * {@value #KEPT} finished rollouts of each target.
     */
    public static Journal inMemory() {
        return inMemory(KEPT);
    }

    /**
     * Returns a new journal that lives as long as this process and keeps the newest {@code finished} finished rollouts
     * of each target.
     *
     * @throws IllegalArgumentException if {@code finished} is negative
     */
    public static Journal inMemory(int finished) {
        return new MemoryJournal(finished);
    }

    /**
     * Returns the journal in {@code folder}, which is created when first written to. Several journals and processes may
     * share a folder, as long as its file system has working locks and atomic renames (local ones do; NFS before
     * version 4 does not). Keeps the newest {@value #KEPT} finished rollouts of each target.
     *
     * <p>What cannot be read or written is a {@link DeployException} that names the file; a lock that another process
     * holds for more than 10 seconds is one that may be retried.
     */
    public static Journal file(Path folder) {
        return new FileJournal(folder, KEPT, SystemTime.INSTANCE);
    }
}
