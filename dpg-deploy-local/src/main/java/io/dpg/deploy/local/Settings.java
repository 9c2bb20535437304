package io.dpg.deploy.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link LocalTarget} was built with. */
record Settings(
        Path folder,
        List<String> command,
        Map<String, String> variables,
        Path directory,
        String address,
        int port,
        @Nullable String readyPath,
        Duration drainTime) {

    String key() {
        return "local:" + folder;
    }

    /** Returns {@code folder} by its one name, whatever links lead to it: two names would be two targets. */
    static Path real(Path folder) {
        Path wanted = folder.toAbsolutePath().normalize();
        for (Path there = wanted; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(wanted)).normalize();
            } catch (IOException e) {
                continue; // not there yet: what is above it decides
            }
        }
        return wanted;
    }
}
