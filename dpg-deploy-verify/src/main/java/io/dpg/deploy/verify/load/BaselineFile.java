package io.dpg.deploy.verify.load;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.Time;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Entries by name in a file, which is replaced whole and by one writer at a time. Thread-safe. */
final class BaselineFile {

    private static final int MOST_BYTES = 1024 * 1024;

    private final Path file;
    private final Exclusive exclusive;

    BaselineFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
        this.exclusive = new Exclusive(this.file, Time.system());
    }

    Path path() {
        return file;
    }

    /**
     * Returns what it holds; nothing where it does not exist.
     *
     * @throws DeployException if it cannot be read or understood
     */
    Map<String, BaselineEntry> read() {
        try {
            return content();
        } catch (IOException e) {
            throw fault("read", e);
        }
    }

    /**
     * Reads it, changes what it holds, and replaces it, while nobody else does.
     *
     * @throws DeployException if it cannot be read, understood or written; it is as it was then
     */
    void change(Consumer<Map<String, BaselineEntry>> change) {
        try {
            exclusive.run(() -> {
                Map<String, BaselineEntry> before = content();
                Map<String, BaselineEntry> after = new TreeMap<>(before);
                change.accept(after);
                if (!after.equals(before)) {
                    replace(BaselineJson.write(after));
                }
                return after;
            });
        } catch (IOException e) {
            throw fault("change", e);
        }
    }

    private Map<String, BaselineEntry> content() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (NoSuchFileException e) {
            return new TreeMap<>();
        }
        if (bytes.length > MOST_BYTES) {
            throw new IOException("it is larger than 1 MiB");
        }
        return BaselineJson.read(bytes);
    }

    private void replace(byte[] bytes) throws IOException {
        if (bytes.length > MOST_BYTES) {
            throw new IOException("it would be larger than 1 MiB");
        }
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileOutputStream out = new FileOutputStream(next.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private DeployException fault(String what, IOException e) {
        String reason = e.getClass() == IOException.class ? e.getMessage() : e.toString();
        return new DeployException(
                "Tried to " + what + " the performance baseline " + file + ", but " + reason,
                DeployException.Details.NONE.remedy(
                        "restore it from a backup or version control, or move it away to begin a new one"),
                e);
    }
}
