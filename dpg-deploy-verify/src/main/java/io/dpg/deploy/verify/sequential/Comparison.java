package io.dpg.deploy.verify.sequential;

import io.dpg.deploy.check.Evidence;
import io.dpg.deploy.check.Reading;
import java.util.Optional;

/** What the looks so far showed, of one kind of readings. Memory does not grow with looks. Used by one thread. */
interface Comparison {

    /** Returns a comparison of readings like these, or empty where they are not of one kind. */
    static Optional<Comparison> of(Settings settings, Reading.Value candidate, Reading.Value baseline) {
        if (candidate.counts().isPresent() != baseline.counts().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                candidate.counts().isPresent() ? new CountComparison(settings) : new SignComparison(settings));
    }

    /** Returns whether readings like these can be added. */
    boolean fits(Reading.Value candidate, Reading.Value baseline);

    /** Returns whether {@link #learn} is of use. */
    boolean learns();

    /** Learns how the baseline's readings vary from what it said before the watch, oldest first. */
    void learn(Reading.Value baseline);

    /** Adds a look. */
    void settle(Reading.Value candidate, Reading.Value baseline);

    /** Returns the evidence for harm. */
    Wealth wealth();

    /** Returns what a pass still lacks; empty where there is enough. */
    Optional<String> lacking();

    /** Returns the numbers in words. */
    String words();

    /** Returns in words what is known beyond the numbers, each part after a semicolon; may be empty. */
    String limits();

    /** Returns the numbers for programs. */
    Evidence evidence();
}
