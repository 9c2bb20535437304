package io.dpg.deploy.check;

import java.util.Optional;

/** Where samples come from. Thread-safe. */
public interface MetricSource {

    /**
     * Answers {@code query} with one of the four outcomes. An exception counts as {@link Reading.ProviderError}.
     *
     * @throws Exception if the source could not be asked
     */
    Reading read(MetricQuery query) throws Exception;

    /**
     * Returns why {@code metric} can never be read, such as that it is none of those that are known; asked when a rollout
     * is planned, without asking anybody. Empty, the default, where nothing speaks against it.
     */
    default Optional<String> unknown(String metric) {
        return Optional.empty();
    }
}
