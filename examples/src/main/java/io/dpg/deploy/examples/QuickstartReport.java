package io.dpg.deploy.examples;

import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutMetrics;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.examples.Quickstart.Act;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What came of the quickstart; {@link #toString()} is the summary. */
record QuickstartReport(List<Act> acts, LoadReport users, LoadReport probe, Duration took, Path audit) {

    QuickstartReport {
        acts = List.copyOf(acts);
    }

    /** Returns everything that went otherwise than promised. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Act act : acts) {
            boolean expected =
                    act.promoted() ? act.result().promoted() : act.result() instanceof RolloutResult.RolledBack;
            if (!expected) {
                faults.add("version " + act.version() + " ended " + act.result().outcome() + ": "
                        + act.result().reason());
            }
        }
        if (users.sent() == 0) {
            faults.add("users sent no request");
        }
        if (users.failed() > 0) {
            faults.add(users.failed() + " requests of users failed: " + users.examples());
        }
        if (users.answeredBy("4") + probe.answeredBy("4") > 0) {
            faults.add("version 4 was sent requests, though its check had failed");
        }
        if (probe.failed() != probe.failedBy().getOrDefault("5", 0L)) {
            faults.add("requests of the probe failed that version 5 had no part in: " + probe.failedBy());
        }
        return faults;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(1024);
        text.append(row("", "strategy", "ended", "took", "detected in", "recovered in"));
        for (Act act : acts) {
            RolloutMetrics metrics = act.result().metrics();
            text.append(row(
                    "version " + act.version(),
                    act.strategy(),
                    act.result().outcome(),
                    Plan.text(metrics.duration()),
                    text(metrics.timeToDetect()),
                    text(metrics.timeToRecover())));
        }
        text.append('\n').append(load("users, GET /work", users));
        text.append(load("probe, GET /report", probe)).append('\n');
        text.append(
                "  Version 5 fails /report, which only the probe asks for. Had it failed /work, up to 10 % of the\n");
        text.append("  users' requests would have failed until it was detected.\n\n");
        text.append("  audit trail: ").append(audit).append("\n\n");
        if (faults().isEmpty()) {
            text.append("  All as promised, in ").append(Plan.text(took)).append('.');
        } else {
            text.append("  NOT as promised:\n");
            faults().forEach(fault -> text.append("    ").append(fault).append('\n'));
        }
        return text.toString();
    }

    private static String load(String who, LoadReport load) {
        return String.format(
                "  %-18s  sent: %,d, failed: %,d%s; half within %s, 95 %% within %s, all within %s%n  %-18s  answered by %s%n",
                who,
                load.sent(),
                load.failed(),
                load.failed() == 0 ? "" : " (by " + versions(load.failedBy()) + ")",
                millis(load.p50()),
                millis(load.p95()),
                millis(load.longest()),
                "",
                versions(load.answered()));
    }

    private static String versions(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(e -> (e.getKey().equals(LoadReport.NOBODY) ? "" : "version ")
                        + String.format("%s: %,d", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String row(
            String name, String strategy, String ended, String took, String detected, String recovered) {
        return String.format(
                "  %-10s  %-48s  %-10s  %7s  %11s  %12s%n", name, strategy, ended, took, detected, recovered);
    }

    private static String text(Optional<Duration> time) {
        return time.map(Plan::text).orElse("-");
    }

    private static String millis(Duration time) {
        return String.format("%.1f ms", time.toNanos() / 1e6);
    }
}
