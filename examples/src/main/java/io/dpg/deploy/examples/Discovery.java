package io.dpg.deploy.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Tells Prometheus where an instance is, by a file in a folder that it watches ({@code file_sd_configs}). A file that is
 * left behind by a crash does no harm: the target is down, and its samples end.
 */
final class Discovery implements AutoCloseable {

    private final Path file;

    private Discovery(Path file) {
        this.file = file;
    }

    /** Writes the file. */
    static Discovery register(Path folder, int port) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(port + ".json");
        Path draft = folder.resolve(port + ".draft");
        Files.writeString(draft, "[{\"targets\": [\"127.0.0.1:" + port + "\"]}]\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new Discovery(file);
    }

    /** Deletes the file. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // harmless, see above
        }
    }
}
