package io.dpg.deploy.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;

/**
 * Finds real servers and tools for tests by environment variable, such as {@code KUBECONFIG}. A test whose server is
 * absent is skipped, so that a build passes on any machine; where {@code DPG_REQUIRE} lists the variable (names separated
 * by commas or spaces) it fails instead, so that nothing is skipped unnoticed where it must run.
 */
public final class Servers {

    private Servers() {}

    /**
     * Returns the value of the environment variable {@code name}, or skips the calling test where it is not set.
     *
     * @throws AssertionError if it is not set and {@code DPG_REQUIRE} lists it
     */
    public static String find(String name) {
        return find(name, System.getenv(name), System.getenv("DPG_REQUIRE"));
    }

    static String find(
            String name,
            @org.jspecify.annotations.Nullable String value,
            @org.jspecify.annotations.Nullable String required) {
        boolean present = value != null && !value.isBlank();
        boolean must =
                required != null && Arrays.asList(required.split("[\\s,]+")).contains(name);
        Expect.that(present || !must, "DPG_REQUIRE lists " + name + ", but it is not set: this test must run here");
        assumeTrue(present, "skipped: " + name + " is not set");
        return String.valueOf(value);
    }
}
