package io.dpg.deploy;

/**
 * One thing that is wrong with a configuration.
 *
 * @param property the setting, as its user writes it; with file and line where it came from a file
 * @param value what was given, redacted
 * @param reason why that cannot be, and what would do
 */
public record Fault(String property, String value, String reason) {

    /** Returns for example {@code replicas = -1: must be at least 1}. */
    @Override
    public String toString() {
        return property + " = " + value + ": " + reason;
    }
}
