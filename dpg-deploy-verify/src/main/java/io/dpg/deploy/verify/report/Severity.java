package io.dpg.deploy.verify.report;

import java.util.Locale;
import java.util.Optional;

/** How bad a finding is, from the least to the worst. */
public enum Severity {
    /** Nobody has rated it yet. */
    UNKNOWN,
    /** CVSS 0.1 to 3.9; a note of a linter. */
    LOW,
    /** CVSS 4.0 to 6.9; a warning of a linter. */
    MEDIUM,
    /** CVSS 7.0 to 8.9; an error of a linter. */
    HIGH,
    /** CVSS 9.0 to 10.0. */
    CRITICAL;

    /**
     * Returns the rating of a CVSS score, by the table of the CVSS v3.1 specification, section 5.
     *
     * @throws IllegalArgumentException if the score is not within 0 to 10
     */
    public static Severity ofScore(double score) {
        if (!(score >= 0 && score <= 10)) {
            throw new IllegalArgumentException("A CVSS score is within 0 to 10, but got " + score);
        }
        return score >= 9 ? CRITICAL : score >= 7 ? HIGH : score >= 4 ? MEDIUM : score > 0 ? LOW : UNKNOWN;
    }

    /** Returns the severity of that name, in upper or lower case; empty if there is none. */
    static Optional<Severity> named(String name) {
        try {
            return Optional.of(valueOf(name.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
