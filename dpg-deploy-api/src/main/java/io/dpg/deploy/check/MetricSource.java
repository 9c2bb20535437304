package io.dpg.deploy.check;

/** Where samples come from. Thread-safe. */
public interface MetricSource {

    /**
     * Answers {@code query} with one of the four outcomes. An exception counts as {@link Reading.ProviderError}.
     *
     * @throws Exception if the source could not be asked
     */
    Reading read(MetricQuery query) throws Exception;
}
