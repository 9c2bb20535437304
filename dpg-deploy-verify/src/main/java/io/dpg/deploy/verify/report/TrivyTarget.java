package io.dpg.deploy.verify.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The findings in one place, whose name may come after them: the first of each severity, and how many more. */
final class TrivyTarget {

    private static final int FEW = 5;

    private String name = "";
    private final Map<Optional<Severity>, List<String>> first = new LinkedHashMap<>();
    private final Map<Optional<Severity>, Long> more = new LinkedHashMap<>();

    void named(String target) {
        name = target;
    }

    void add(@Nullable Severity severity, String what) {
        Optional<Severity> key = Optional.ofNullable(severity);
        List<String> these = first.computeIfAbsent(key, k -> new ArrayList<>());
        if (these.size() < FEW) {
            these.add(what);
        } else {
            more.merge(key, 1L, Long::sum);
        }
    }

    void end(Findings findings) {
        String where = name.isEmpty() ? "" : " in " + name;
        first.forEach((severity, these) -> these.forEach(what -> findings.add(severity.orElse(null), what + where, 1)));
        more.forEach((severity, times) -> findings.add(severity.orElse(null), "others" + where, times));
    }
}
