package io.dpg.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Prints plans. */
final class PlanTable {

    private PlanTable() {}

    static String of(Plan plan) {
        StringBuilder out = new StringBuilder(512);
        out.append("Plan: ").append(plan.application()).append(' ').append(plan.version());
        out.append(" on ")
                .append(plan.target())
                .append(", ")
                .append(plan.strategy())
                .append('\n');
        Group stable = plan.stable();
        out.append("  now:      ")
                .append(stable == null ? "nothing serves yet" : stable)
                .append('\n');
        out.append("  rollback: ").append(plan.rollback().how()).append('\n');
        plan.refusals().forEach(r -> out.append("  REFUSED:  ").append(r).append('\n'));
        out.append('\n');
        if (plan.steps().isEmpty()) {
            return out.append("  Nothing to do: this release already serves.\n").toString();
        }
        int width =
                plan.steps().stream().mapToInt(s -> s.describe().length()).max().orElse(0);
        out.append(row("#", "step", "what", "at most", width));
        int number = 1;
        for (Step step : plan.steps()) {
            out.append(row(String.valueOf(number++), step.kind(), step.describe(), text(step.limit()), width));
        }
        return out.append("  in all at most ")
                .append(text(plan.limit()))
                .append('\n')
                .toString();
    }

    private static String row(String number, String kind, String what, String limit, int width) {
        return String.format("  %3s  %-10s  %-" + Math.max(4, width) + "s  %s%n", number, kind, what, limit);
    }

    static String text(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.isZero() ? "0 s" : Math.max(1, duration.toMillis()) + " ms";
        }
        List<String> parts = new ArrayList<>();
        add(parts, duration.toDays(), "d");
        add(parts, duration.toHoursPart(), "h");
        add(parts, duration.toMinutesPart(), "min");
        long tenths = duration.toMillisPart() / 100;
        if (duration.toSecondsPart() > 0 || (tenths > 0 && parts.isEmpty())) {
            parts.add(duration.toSecondsPart() + (tenths > 0 && parts.isEmpty() ? "." + tenths : "") + " s");
        }
        return String.join(" ", parts);
    }

    private static void add(List<String> parts, long amount, String unit) {
        if (amount > 0) {
            parts.add(amount + " " + unit);
        }
    }
}
