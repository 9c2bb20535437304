package io.dpg.deploy.verify.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What SARIF says about how bad a result is. */
final class SarifLevel {

    private static final List<String> LEVELS = List.of("none", "note", "warning", "error");

    private SarifLevel() {}

    static boolean worse(String one, String other) {
        return LEVELS.indexOf(one) > LEVELS.indexOf(other);
    }

    /**
     * Returns the severity: a CVSS score above zero wins, as code scanning services have it, else the level counts.
     * Returns null for a score or level that is none, {@code UNKNOWN} for the level "none".
     */
    static @Nullable Severity severity(String level, @Nullable String score) {
        if (score != null && !score.isBlank()) {
            Severity rated = ofScore(score);
            if (rated != Severity.UNKNOWN) {
                return rated;
            }
        }
        return switch (level) {
            case "error" -> Severity.HIGH;
            case "warning" -> Severity.MEDIUM;
            case "note" -> Severity.LOW;
            case "none" -> Severity.UNKNOWN;
            default -> null;
        };
    }

    private static @Nullable Severity ofScore(String score) {
        try {
            return Severity.ofScore(Double.parseDouble(score));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
