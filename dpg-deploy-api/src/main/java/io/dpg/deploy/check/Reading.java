package io.dpg.deploy.check;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a metric source answered. Four outcomes that are never taken for each other. */
public sealed interface Reading {

    /**
     * Finite samples, oldest first, at least one.
     *
     * @param samples the samples
     * @param of the events that the samples are a share of, where they are one; else null
     */
    record Value(List<Double> samples, @Nullable Counts of) implements Reading {
        /** Copies the samples and checks that there is at least one and that all are finite. */
        public Value {
            samples = List.copyOf(samples);
            if (samples.isEmpty() || samples.stream().anyMatch(s -> !Double.isFinite(s))) {
                throw new IllegalArgumentException("A value needs at least one sample and only finite ones, but got "
                        + samples + "; use Reading.of, which tells the outcomes apart");
            }
        }

        /** Makes samples that are no share of anything. */
        public Value(List<Double> samples) {
            this(samples, null);
        }

        /** Returns the events that the samples are a share of, such as errors of requests. */
        public Optional<Counts> counts() {
            return Optional.ofNullable(of);
        }

        /** Returns the arithmetic mean of the samples. */
        public double mean() {
            double mean =
                    samples.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            // The sum of samples near the greatest double is no double, their mean is.
            return Double.isFinite(mean)
                    ? mean
                    : samples.stream().mapToDouble(s -> s / samples.size()).sum();
        }
    }

    /**
     * So many of so many, such as failed requests of all requests. Numbers may be fractions, as some sources extrapolate.
     *
     * @param events how many were of the kind that is counted, at least 0
     * @param total of how many, positive and at least {@code events}
     */
    record Counts(double events, double total) {
        /** Checks the numbers. */
        public Counts {
            if (!(events >= 0 && total > 0 && events <= total && total < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("Counts are some of a positive number of events, but got " + events
                        + " of " + total + "; use Reading.share, which tells the outcomes apart");
            }
        }

        /** Returns the share, within 0 to 1. */
        public double share() {
            return events / total;
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

    /**
     * Returns the share {@code events / total} as a single sample with its counts, {@link NoData} where {@code total} is
     * zero, or {@link Invalid} where the two are no share of anything.
     */
    static Reading share(double events, double total) {
        if (!Double.isFinite(events) || !Double.isFinite(total) || events < 0 || total < 0) {
            return new Invalid("not a share: " + events + " of " + total);
        }
        if (total == 0) {
            return events == 0
                    ? new NoData("nothing happened that could be a share")
                    : new Invalid(events + " of none");
        }
        // Sources that extrapolate both numbers may give a little more than all.
        if (events > total * 1.05) {
            return new Invalid("more than all: " + events + " of " + total);
        }
        double counted = Math.min(events, total);
        return new Value(List.of(counted / total), new Counts(counted, total));
    }

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
