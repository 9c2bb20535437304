package io.dpg.deploy.verify.load;

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
 * Lets one thread of one process at a time change a file. File locks belong to the whole process, so a lock of this JVM
 * comes first. The lock is a file beside it, which stays: the file itself is replaced, and a lock would go with it.
 */
final class Exclusive {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final ConcurrentMap<Path, ReentrantLock> OF_THIS_JVM = new ConcurrentHashMap<>();

    private final Path lock;
    private final Time time;

    Exclusive(Path file, Time time) {
        this.lock = file.resolveSibling(file.getFileName() + ".lock");
        this.time = time;
    }

    /** What is done while the lock is held. */
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Runs {@code work} alone. An interruption waits until it is done: half a change helps nobody.
     *
     * @throws DeployException if the lock is not free within 10 seconds; may be retried
     */
    <T> T run(Work<T> work) throws IOException {
        ReentrantLock mine = OF_THIS_JVM.computeIfAbsent(lock, path -> new ReentrantLock());
        long end = time.nanos() + LIMIT.toNanos();
        boolean interrupted = Thread.interrupted();
        boolean held = false;
        try {
            while (!held) {
                try {
                    held = mine.tryLock(end - time.nanos(), TimeUnit.NANOSECONDS);
                    if (!held) {
                        throw busy();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            try (RandomAccessFile file = new RandomAccessFile(lock.toFile(), "rw")) {
                while (tryLock(file) == null) {
                    if (end - time.nanos() <= 0) {
                        throw busy();
                    }
                    try {
                        time.sleep(PAUSE);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return work.run(); // closing the file gives the lock back
            }
        } finally {
            if (held) {
                mine.unlock();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable FileLock tryLock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock();
        } catch (OverlappingFileLockException otherClassLoader) {
            return null;
        }
    }

    private DeployException busy() {
        return new DeployException(
                "Tried to lock " + lock + ", but another process or thread held it for " + LIMIT.toSeconds()
                        + " seconds",
                DeployException.Details.NONE
                        .mayRetry()
                        .remedy("find a process that is stopped or hangs on its disk and end it"));
    }
}
