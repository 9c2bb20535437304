package io.dpg.deploy.event;

import io.dpg.deploy.DeployException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Appends every event as one line of JSON to a file, written out before the next event is taken. The format is in
 * {@code docs/AUDIT.md}; fields are added to it, never renamed.
 *
 * <p>A new file can be read by its owner only, where the file system knows owners. A file that exists is appended to,
 * with its permissions as they are; a torn last line, left by a crash, is ended first. Several processes may append to
 * one file. Thread-safe. A line that cannot be written is lost; the first such failure is logged, and none is thrown.
 */
public final class AuditTrail implements Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final OutputStream out;
    private boolean torn;
    private boolean failed;

    private AuditTrail(Path file, OutputStream out, boolean torn) {
        this.file = file;
        this.out = out;
        this.torn = torn;
    }

    /**
     * Returns a trail that appends to {@code file}, which is created where it does not exist.
     *
     * @throws DeployException if the file cannot be created or written
     */
    public static AuditTrail to(Path file) {
        try {
            create(file);
            boolean torn = endsTorn(file);
            // Not a FileChannel: an interrupted thread would close it for good.
            return new AuditTrail(file, new FileOutputStream(file.toFile(), true), torn);
        } catch (IOException e) {
            throw new DeployException(
                    "Tried to open the audit trail " + file + ", but it cannot be written: " + e,
                    DeployException.Details.NONE.remedy("name a file in a directory that exists and can be written"),
                    e);
        }
    }

    private static void create(Path file) throws IOException {
        FileAttribute<?>[] ownerOnly =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(file, ownerOnly);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("Appending to {}", file);
        }
    }

    private static boolean endsTorn(Path file) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            if (content.length() == 0) {
                return false;
            }
            content.seek(content.length() - 1);
            return content.read() != '\n';
        }
    }

    @Override
    public synchronized void on(Event event) {
        try {
            String line = (torn ? "\n" : "") + JSON.writeValueAsString(AuditLine.of(event)) + '\n';
            // Until it is known to be whole, the line may end anywhere; one call, so that appending processes do not
            // mix.
            torn = true;
            out.write(line.getBytes(StandardCharsets.UTF_8));
            torn = false;
        } catch (IOException | RuntimeException e) {
            if (!failed) {
                failed = true;
                LOG.error("Tried to write to the audit trail {}, but it failed; events are missing from it", file, e);
            }
        }
    }

    /** Closes the file. Events that come later are lost. */
    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            LOG.warn("Tried to close the audit trail {}, but it failed", file, e);
        }
    }
}
