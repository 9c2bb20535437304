package io.dpg.deploy.local;

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
}
