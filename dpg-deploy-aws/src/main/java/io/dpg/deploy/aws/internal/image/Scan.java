package io.dpg.deploy.aws.internal.image;

import io.dpg.deploy.aws.ScanGate.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What ECR says about the scan of an image.
 *
 * @param status the status as ECR spells it, or {@link #NONE} or {@link #EMPTY}
 * @param description what ECR says about the status; may be empty
 * @param counts how many findings there are, by severity; what is absent is zero
 * @param worst the worst findings, at most {@link #NAMED}, the worst first
 * @param oddities severities that are none of ECR's, counted as critical
 * @param cut whether there are more findings than were read, and no counts of ECR's
 */
public record Scan(
        String status,
        String description,
        Map<Severity, Long> counts,
        List<Finding> worst,
        List<String> oddities,
        boolean cut) {

    /** The status where there never was a scan. */
    public static final String NONE = "no scan";

    /** The status of a scan that is complete by its status, but has no findings, not even none. */
    public static final String EMPTY = "no findings";

    /** How many findings are named. */
    public static final int NAMED = 10;

    /**
     * One finding.
     *
     * @param severity how bad it is
     * @param name its name, such as {@code CVE-2024-3094}
     * @param where the package with its version; may be empty
     */
    public record Finding(Severity severity, String name, String where) {
        @Override
        public String toString() {
            return name + (where.isEmpty() ? "" : " in " + where) + " (" + severity + ')';
        }
    }

    /** Copies the collections. */
    public Scan {
        counts = Map.copyOf(counts);
        worst = List.copyOf(worst);
        oddities = List.copyOf(oddities);
    }

    /** Returns how many findings are as bad as {@code severity} or worse. */
    public long atLeast(Severity severity) {
        return counts.entrySet().stream()
                .filter(e -> e.getKey().compareTo(severity) >= 0)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns the counts, the worst first, such as "1 CRITICAL, 3 HIGH". */
    public String tally() {
        List<Severity> worstFirst = new ArrayList<>(List.of(Severity.values()));
        Collections.reverse(worstFirst);
        String text = worstFirst.stream()
                .filter(severity -> counts.getOrDefault(severity, 0L) > 0)
                .map(severity -> counts.get(severity) + " " + severity)
                .collect(Collectors.joining(", "));
        String odd = oddities.isEmpty() ? "" : " (counted as CRITICAL: " + String.join(", ", oddities) + ")";
        return (text.isEmpty() ? "no findings" : text) + odd;
    }

    /** Returns the worst findings of {@code floor} and worse by name, or nothing. */
    public String named(Severity floor) {
        String names = worst.stream()
                .filter(finding -> finding.severity().compareTo(floor) >= 0)
                .map(Finding::toString)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "; the worst: " + names;
    }
}
