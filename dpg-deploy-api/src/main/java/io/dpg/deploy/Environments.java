package io.dpg.deploy;

import io.dpg.deploy.config.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Environments by name, from YAML. Immutable.
 *
 * <pre>{@code
 * environments:
 *   production:
 *     replicas: 3                        # default: as many as serve now
 *     resources: {cpu: 1000m, memory: 1Gi}
 *     variables:                         # text, exactly as written
 *       LOG_LEVEL: warn
 *       BUCKET: ${terraform.bucket}      # needs load(path, outputs)
 *     secrets:                           # addresses, never values
 *       DATABASE_URL: env:DATABASE_URL
 *     branches: [main, release/*]        # deploy without being asked; default none
 *     approval:                          # or true, or false (the default)
 *       minimum: 1                       # different people; default 1
 *       expires: 24h                     # s, m, h, d or ISO 8601; default 24h
 *       onExpiry: reject                 # or approve; default reject
 * }</pre>
 *
 * <p>A file holds a map {@code environments} as above, or a single environment with its {@code name} (default: the name
 * of the file). Anchors of maps and lists work, with aliases and {@code <<}; top-level keys that begin with {@code x-} are left alone.
 */
public final class Environments {

    private final Map<String, Environment> byName;

    private Environments(Map<String, Environment> byName) {
        this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * Loads the file {@code path}, or all {@code .yaml} and {@code .yml} files of the folder {@code path} in the order of
     * their names.
     *
     * @throws PlanInvalidException if anything is wrong; it lists all of it with file and line, and no value of a secret
     */
    public static Environments load(Path path) {
        return read(path, null);
    }

    /**
     * Loads as {@link #load(Path)} does, with {@code ${terraform.NAME}} in variables and in addresses of secrets
     * replaced by the output {@code NAME}.
     *
     * @throws PlanInvalidException as there; also where an output is unknown, or sensitive
     */
    public static Environments load(Path path, TerraformOutputs outputs) {
        return read(path, Objects.requireNonNull(outputs, "outputs"));
    }

    private static Environments read(Path path, @Nullable TerraformOutputs outputs) {
        List<Fault> faults = new ArrayList<>();
        Map<String, Environment> found = new EnvironmentFiles(outputs, faults).load(path);
        if (!faults.isEmpty()) {
            throw new PlanInvalidException("load environments from " + path, faults);
        }
        return new Environments(found);
    }

    /**
     * Returns the environment {@code name}.
     *
     * @throws IllegalArgumentException if there is none; it names those there are
     */
    public Environment get(String name) {
        Environment found = byName.get(name);
        if (found == null) {
            throw new IllegalArgumentException("Tried to find the environment '" + name + "', but there are only "
                    + String.join(", ", byName.keySet()) + Suggestion.of(name, byName.keySet()));
        }
        return found;
    }

    /** Returns the names, in the order written. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** Returns all, in the order written. */
    public List<Environment> all() {
        return List.copyOf(byName.values());
    }

    /** Returns the environments that take releases built from {@code branch} without being asked, in the order given. */
    public List<Environment> automaticFor(String branch) {
        return all().stream().filter(e -> e.deploysAutomatically(branch)).toList();
    }
}
