package io.dpg.deploy.verify.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How much worse than a baseline is good enough. Immutable.
 *
 * @param by how much, by figure
 * @param ignored the figures that are not looked at
 * @param slack how much longer a latency may always be
 */
record Tolerances(Map<Figure, Double> by, Set<Figure> ignored, Duration slack) {

    /** So that what is just tolerated is not lost to binary fractions. */
    private static final double ROUNDING = 1e-9;

    static final Tolerances DEFAULT = new Tolerances(defaults(), Set.of(), Duration.ofMillis(2));

    private static Map<Figure, Double> defaults() {
        Map<Figure, Double> defaults = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            defaults.put(figure, figure.defaultTolerance());
        }
        return defaults;
    }

    Tolerances with(Figure figure, double tolerance) {
        double most = figure.isLatency() ? 100 : 1;
        if (!(tolerance >= 0 && tolerance <= most)) {
            throw new IllegalArgumentException("The tolerance of " + figure + " must be within 0 and " + (int) most
                    + ", 0.10 for ten percent, but is " + tolerance);
        }
        Map<Figure, Double> changed = new EnumMap<>(by);
        changed.put(figure, tolerance);
        return new Tolerances(changed, ignored, slack);
    }

    Tolerances ignoring(Set<Figure> figures) {
        if (figures.isEmpty() || figures.size() == Figure.values().length) {
            throw new IllegalArgumentException("Ignore some figures and not all, but got " + figures);
        }
        return new Tolerances(by, EnumSet.copyOf(figures), slack);
    }

    Tolerances slack(Duration longer) {
        if (longer.isNegative() || longer.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("slack must be within 0 and a day, but is " + longer);
        }
        return new Tolerances(by, ignored, longer);
    }

    /** Returns a sentence for each figure that is worse than tolerated. */
    List<String> faults(Performance baseline, Performance measured) {
        List<String> faults = new ArrayList<>();
        for (Figure figure : Figure.values()) {
            double limit = limit(figure, baseline.value(figure));
            double value = measured.value(figure);
            boolean bad = figure == Figure.THROUGHPUT ? value < limit * (1 - ROUNDING) : value > limit * (1 + ROUNDING);
            if (bad && !ignored.contains(figure)) {
                faults.add(figure + " " + figure.text(value) + " is "
                        + (figure == Figure.THROUGHPUT ? "below " : "above ") + figure.text(limit) + " (baseline "
                        + figure.text(baseline.value(figure)) + ", tolerance " + text(figure) + ")");
            }
        }
        return faults;
    }

    private double limit(Figure figure, double baseline) {
        double tolerance = by.getOrDefault(figure, 0.0);
        return switch (figure) {
            case ERROR_RATE -> baseline + tolerance;
            case THROUGHPUT -> baseline * (1 - tolerance);
            default -> Math.max(baseline * (1 + tolerance), baseline + Millis.of(slack));
        };
    }

    private String text(Figure figure) {
        String percent = String.format(Locale.ROOT, "%.3g %%", by.getOrDefault(figure, 0.0) * 100);
        return figure.isLatency() && !slack.isZero() ? percent + " or " + Millis.text(slack) : percent;
    }
}
