package io.dpg.deploy.verify.load;

import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.event.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What rollouts measured that have not ended yet, in a file beside the baseline. Thread-safe.
 *
 * <p>A gate knows its rollout. A check does not, but the event that tells of its result does: the two are brought
 * together by the check's name and how long it took, to the nanosecond, as two rollouts may run one check at a time.
 */
final class Measurements {

    /** More than this under way at a time are forgotten, the oldest first: rollouts of which no end was ever heard. */
    private static final int MOST = 500;

    private final BaselineFile file;
    private final Map<Made, Measured> checks = new LinkedHashMap<>();

    private record Made(String check, Duration took) {}

    private record Measured(String profile, Performance performance) {}

    Measurements(Path baseline) {
        this.file = new BaselineFile(baseline.resolveSibling(baseline.getFileName() + ".pending"));
    }

    void gate(String rollout, String profile, Performance measured, String release, Instant now) {
        file.change(entries -> put(entries, rollout, profile, measured, release, now));
    }

    void check(String check, Duration took, String profile, Performance measured) {
        synchronized (checks) {
            checks.put(new Made(check, took), new Measured(profile, measured));
            if (checks.size() > MOST) {
                checks.remove(checks.keySet().iterator().next());
            }
        }
    }

    /** Notes which rollout a check, or the parts of a suite, was of. */
    void checked(Event.Head head, CheckResult result) {
        Measured measured;
        synchronized (checks) {
            measured = checks.remove(new Made(result.check(), result.took()));
        }
        if (measured != null && result.passed()) {
            file.change(entries -> put(entries, head.rollout(), measured.profile, measured.performance, "", head.at()));
        }
        result.parts().forEach(part -> checked(head, part));
    }

    /** Returns what {@code rollout} measured, by profile. */
    Map<String, Performance> of(String rollout) {
        Map<String, Performance> found = new TreeMap<>();
        file.read().forEach((key, entry) -> {
            if (entry.rollout().equals(rollout)) {
                found.put(key.substring(rollout.length() + 1), entry.performance());
            }
        });
        return found;
    }

    void forget(String rollout) {
        if (!of(rollout).isEmpty()) {
            file.change(entries ->
                    entries.values().removeIf(entry -> entry.rollout().equals(rollout)));
        }
    }

    private static void put(
            Map<String, BaselineEntry> entries,
            String rollout,
            String profile,
            Performance measured,
            String release,
            Instant now) {
        entries.put(rollout + ' ' + profile, new BaselineEntry(measured, release, rollout, now, 1));
        if (entries.size() > MOST) {
            entries.entrySet().stream()
                    .min(Comparator.comparing(each -> each.getValue().updated()))
                    .map(Map.Entry::getKey)
                    .ifPresent(entries::remove);
        }
    }
}
