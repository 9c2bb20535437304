package io.dpg.deploy.secret;

import io.dpg.deploy.DeployException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the secrets of one scheme. {@link Secrets} finds implementations through {@link java.util.ServiceLoader}, and
 * takes others by hand. Implementations are thread-safe and open no connection before the first fetch.
 */
public interface SecretSource {

    /** Returns the scheme it answers for, such as {@code env}. */
    String scheme();

    /**
     * Fetches the whole value at {@code ref}, whose field is not its concern.
     *
     * @return the value, or empty where there is certainly none
     * @throws DeployException if that could not be found out; no secret value in its message or causes
     */
    Optional<Found> fetch(SecretRef ref);

    /** Returns the source of {@code env:NAME}: the environment variables of this process. */
    static SecretSource environment() {
        return new EnvironmentSource(System.getenv());
    }

    /** Returns a source of {@code env:NAME} that knows {@code variables} instead of those of this process. */
    static SecretSource environment(Map<String, String> variables) {
        return new EnvironmentSource(Map.copyOf(variables));
    }

    /**
     * Returns the source of {@code file:/path}: the text of a UTF-8 file of at most 1 MiB, without one newline at its
     * end. It counts as changed when the file was. A path that does not begin with {@code /} is one below the working
     * directory.
     */
    static SecretSource files() {
        return new FileSource(Path.of(""));
    }

    /**
     * A secret that was found.
     *
     * @param value the value
     * @param rotatedAt when it was last changed, or null where the source does not know
     */
    record Found(Secret value, @Nullable Instant rotatedAt) {

        /** Checks that there is a value. */
        public Found {
            Objects.requireNonNull(value, "value");
        }

        /** Returns when the value was last changed, where the source knows. */
        public Optional<Instant> rotated() {
            return Optional.ofNullable(rotatedAt);
        }
    }
}
