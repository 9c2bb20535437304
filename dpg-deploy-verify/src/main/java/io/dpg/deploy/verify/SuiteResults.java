package io.dpg.deploy.verify;

import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** One result from those of a suite's checks. */
final class SuiteResults {

    private static final int TOLD = 5;

    private SuiteResults() {}

    static CheckResult sum(String name, boolean critical, List<CheckResult> parts, Duration took) {
        List<CheckResult> bad = parts.stream().filter(p -> !p.passed()).toList();
        List<CheckResult> grave = bad.stream().filter(CheckResult::critical).toList();
        List<CheckResult> other = bad.stream().filter(p -> !p.critical()).toList();
        Status status = grave.isEmpty()
                ? Status.PASSED
                : grave.stream().allMatch(p -> p.status() == Status.ERROR) ? Status.ERROR : Status.FAILED;
        String message = (parts.size() - bad.size()) + " of " + parts.size() + " checks passed"
                + told("; ", grave)
                + told("; not critical: ", other);
        int attempts = parts.stream().mapToInt(CheckResult::attempts).sum();
        return new CheckResult(name, status, message, took, attempts, critical, parts);
    }

    private static String told(String before, List<CheckResult> bad) {
        if (bad.isEmpty()) {
            return "";
        }
        String more = bad.size() <= TOLD ? "" : "; and " + (bad.size() - TOLD) + " more";
        return bad.stream().limit(TOLD).map(CheckResult::toString).collect(Collectors.joining("; ", before, more));
    }
}
