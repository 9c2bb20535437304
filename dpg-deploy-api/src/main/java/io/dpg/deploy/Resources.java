package io.dpg.deploy;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resource limits of one instance, in the notation of Kubernetes: {@code 500m} or {@code 0.5} for half a processor,
 * {@code 512Mi} for 512 × 2<sup>20</sup> bytes.
 *
 * @param cpuLimit processors, or null for no limit
 * @param memoryLimit memory, or null for no limit
 */
public record Resources(@Nullable String cpuLimit, @Nullable String memoryLimit) {

    /** No limits. */
    public static final Resources UNLIMITED = new Resources(null, null);

    private static final Pattern CPU = Pattern.compile("[0-9]+m|[0-9]+(\\.[0-9]{1,3})?");
    private static final Pattern MEMORY = Pattern.compile("[0-9]+(Ki|Mi|Gi|Ti|k|M|G|T)?");

    /** Checks the units. */
    public Resources {
        if (cpuLimit != null && !CPU.matcher(cpuLimit).matches()) {
            throw new IllegalArgumentException(
                    "cpu must be processors such as 0.5 or thousandths such as 500m, but is '" + cpuLimit + "'");
        }
        if (memoryLimit != null && !MEMORY.matcher(memoryLimit).matches()) {
            throw new IllegalArgumentException(
                    "memory must be bytes with one of the units Ki, Mi, Gi, Ti, k, M, G, T, such as 512Mi, but is '"
                            + memoryLimit + "'");
        }
    }

    /** Returns the processor limit of an instance. */
    public Optional<String> cpu() {
        return Optional.ofNullable(cpuLimit);
    }

    /** Returns the memory limit of an instance. */
    public Optional<String> memory() {
        return Optional.ofNullable(memoryLimit);
    }
}
