package io.dpg.deploy.verify.report;

import io.dpg.deploy.check.GateDecision;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What scanners found: counted by severity, the first few of the bad ones by name. */
final class Findings {

    private final Severity limit;
    private final Map<Severity, Long> bad = new EnumMap<>(Severity.class);
    private final Map<Severity, Text.FirstFew> offenders = new EnumMap<>(Severity.class);
    private final Text.FirstFew unrated = new Text.FirstFew();
    private final Map<String, Long> passedOver = new LinkedHashMap<>();
    private final Map<String, Boolean> tools = new TreeMap<>();
    private long below;
    private long runs;

    Findings(Severity limit) {
        this.limit = limit;
    }

    void ran(String tool) {
        runs++;
        if (tools.size() < 10) {
            tools.put(tool, true);
        }
    }

    long runs() {
        return runs;
    }

    /** A finding; without a severity that we know it is as bad as any. */
    void add(@Nullable Severity severity, String what, long times) {
        if (severity == null) {
            unrated.add(what, times);
        } else if (severity.compareTo(limit) < 0) {
            below += times;
        } else {
            bad.merge(severity, times, Long::sum);
            offenders.computeIfAbsent(severity, s -> new Text.FirstFew()).add(what, times);
        }
    }

    /** Findings that do not count, and why. */
    void passOver(String why, long times) {
        passedOver.merge(why, times, Long::sum);
    }

    /** Reads {@code files} with {@code reader}, which adds what it finds to this, and decides. */
    GateDecision decide(ReportFiles files, Instant now, ReportFiles.Reader reader) throws InterruptedException {
        try {
            ReportFiles.readAll(files.find(now), reader);
        } catch (UnreadableReport e) {
            return GateDecision.closed(e.getMessage() + (clean() ? "" : ". Besides: " + faults()));
        }
        return clean()
                ? GateDecision.open("no finding at or above " + limit + remarks())
                : GateDecision.closed(faults() + remarks());
    }

    boolean clean() {
        return bad.isEmpty() && unrated.isEmpty();
    }

    /** Returns what closes the gate, the worst first. */
    String faults() {
        StringBuilder text = new StringBuilder();
        Severity[] all = Severity.values();
        for (int i = all.length - 1; i >= 0; i--) {
            Text.FirstFew these = offenders.get(all[i]);
            if (these != null) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append(these.count())
                        .append(' ')
                        .append(all[i]);
                text.append(": ").append(these);
            }
        }
        if (!unrated.isEmpty()) {
            text.append(text.isEmpty() ? "" : "; ").append(unrated.count());
            text.append(" of a severity that is none: ").append(unrated);
        }
        return text.toString();
    }

    String remarks() {
        StringBuilder text = new StringBuilder(" (");
        text.append(tools.isEmpty() ? Text.count(runs, "run") : String.join(", ", tools.keySet()));
        if (below > 0) {
            text.append("; ").append(below).append(" below ").append(limit);
        }
        passedOver.forEach(
                (why, count) -> text.append("; ").append(count).append(' ').append(why));
        return text.append(')').toString();
    }
}
