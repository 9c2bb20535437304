package io.dpg.deploy.check;

import java.util.List;

/** What a metric source answered. Four outcomes that are never taken for each other. */
public sealed interface Reading {

    /**
     * Finite samples, oldest first, at least one.
     *
     * @param samples the samples
     */
    record Value(List<Double> samples) implements Reading {
        /** Copies the samples and checks that there is at least one and that all are finite. */
        public Value {
            samples = List.copyOf(samples);
            if (samples.isEmpty() || samples.stream().anyMatch(s -> !Double.isFinite(s))) {
                throw new IllegalArgumentException("A value needs at least one sample and only finite ones, but got "
                        + samples + "; use Reading.of, which tells the outcomes apart");
            }
        }

        /** Returns the arithmetic mean of the samples. */
        public double mean() {
            return samples.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        }
    }

    /**
     * The source answered, and had nothing.
     *
     * @param reason what was empty
     */
    record NoData(String reason) implements Reading {}

    /**
     * The source answered with something that cannot be judged: NaN, an infinity, several series.
     *
     * @param reason what came
     */
    record Invalid(String reason) implements Reading {}

    /**
     * The source could not be asked.
     *
     * @param reason what happened
     */
    record ProviderError(String reason) implements Reading {}

    /** Returns a single sample, or {@link Invalid} where it is NaN or infinite. */
    static Reading of(double sample) {
        return of(List.of(sample));
    }

    /** Returns the samples, {@link NoData} where there are none, or {@link Invalid} where any is NaN or infinite. */
    static Reading of(List<Double> samples) {
        if (samples.isEmpty()) {
            return new NoData("no samples");
        }
        return samples.stream().allMatch(Double::isFinite)
                ? new Value(samples)
                : new Invalid("not every sample is a finite number: " + samples);
    }
}
