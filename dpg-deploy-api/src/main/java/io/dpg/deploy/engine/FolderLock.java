package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.Time;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of one process at a time work in a folder.
 *
 * <p>File locks belong to the whole process, and closing any handle of the file drops them; so a lock of this JVM,
 * shared by all journals in it, comes first.
 */
final class FolderLock {

    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final ConcurrentMap<Path, ReentrantLock> OF_THIS_JVM = new ConcurrentHashMap<>();

    private final Time time;

    FolderLock(Time time) {
        this.time = time;
    }

    /** What is done while the lock is held. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Runs {@code work} with {@code folder}, which exists, locked. An interruption waits until it is done, as a record
     * half written helps nobody.
     *
     * @throws DeployException if the lock is not free in time; may be retried
     */
    <T> T hold(Path folder, Work<T> work) throws IOException {
        ReentrantLock mine = OF_THIS_JVM.computeIfAbsent(folder.toRealPath(), f -> new ReentrantLock());
        long end = time.nanos() + LIMIT.toNanos();
        boolean interrupted = Thread.interrupted();
        try {
            interrupted |= lockHere(mine, folder, end);
            try (RandomAccessFile file =
                    new RandomAccessFile(folder.resolve("lock").toFile(), "rw")) {
                FileLock lock = tryLock(file);
                boolean waited = false;
                for (long pause = 1; lock == null; pause = Math.min(20, pause * 2)) {
                    if (end - time.nanos() <= 0) {
                        throw busy(folder, "process");
                    }
                    interrupted |= pause(Duration.ofMillis(pause));
                    waited = true;
                    lock = tryLock(file);
                }
                if (waited) {
                    time.wake(Thread.currentThread()); // this wait may have swallowed one meant for the rollout
                }
                return work.run(); // closing the file gives the lock back
            }
        } finally {
            if (mine.isHeldByCurrentThread()) {
                mine.unlock();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean lockHere(ReentrantLock mine, Path folder, long end) {
        boolean interrupted = false;
        while (true) {
            try {
                if (mine.tryLock(end - time.nanos(), TimeUnit.NANOSECONDS)) {
                    return interrupted;
                }
                throw busy(folder, "thread");
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static @Nullable FileLock tryLock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock(); // unlike lock(), not ended by an interruption
        } catch (OverlappingFileLockException otherClassLoader) {
            return null;
        }
    }

    private boolean pause(Duration duration) {
        try {
            time.sleep(duration);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static DeployException busy(Path folder, String who) {
        return new DeployException(
                "Tried to lock the journal folder " + folder + ", but another " + who + " held "
                        + folder.resolve("lock") + " for " + LIMIT.toSeconds() + " seconds",
                DeployException.Details.NONE
                        .mayRetry()
                        .remedy("find a process that is stopped or hangs on its disk (fuser shows who has the file"
                                + " open) and end it"));
    }
}
