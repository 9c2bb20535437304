package io.dpg.deploy.verify.metric;

import java.util.List;

/** What the query API of Prometheus answered. */
sealed interface Answer {

    /**
     * An error that the server put into words.
     *
     * @param type such as {@code bad_data}, {@code timeout} and {@code execution}
     */
    record Refusal(String type, String error) implements Answer {}

    /**
     * Samples.
     *
     * @param warnings what kept the server from answering in full
     */
    record Result(Type type, List<Series> series, List<String> warnings) implements Answer {}

    /** The four types of results. */
    enum Type {
        SCALAR,
        STRING,
        VECTOR,
        MATRIX
    }

    /**
     * One series; of scalars and strings the only one. A string's value is NaN.
     *
     * @param labels for messages, shortened
     * @param times seconds since the epoch
     * @param values as many
     * @param histogram whether there are native histograms among what came, which are left out of the values
     */
    record Series(String labels, double[] times, double[] values, boolean histogram) {}
}
