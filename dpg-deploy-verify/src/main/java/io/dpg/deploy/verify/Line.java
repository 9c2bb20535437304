package io.dpg.deploy.verify;

import io.dpg.deploy.check.CheckResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A single check of a suite, which may stand in a suite of its own within.
 *
 * @param name where it stands, such as {@code inner / health}
 * @param critical whether its failure is one of the whole
 */
record Line(String name, CheckResult result, boolean critical) {

    /**
     * Returns the checks in {@code result}, in order; itself where it has no parts. A result that is bad without a bad
     * part has a line of its own, so that nothing bad is lost.
     */
    static List<Line> of(CheckResult result) {
        List<Line> lines = new ArrayList<>();
        collect(result, result.check(), "", result.parts().isEmpty() ? result.critical() : true, lines);
        return lines;
    }

    private static void collect(CheckResult result, String name, String before, boolean critical, List<Line> lines) {
        int first = lines.size();
        for (CheckResult part : result.parts()) {
            collect(part, before + part.check(), before + part.check() + " / ", critical && part.critical(), lines);
        }
        boolean told = lines.stream().skip(first).anyMatch(l -> !l.passed() && l.critical() == critical);
        if (result.parts().isEmpty() || !result.passed() && !told) {
            lines.add(new Line(name, result, critical));
        }
    }

    boolean passed() {
        return result.passed();
    }

    boolean counts(CheckResult.Status status) {
        return critical && result.status() == status;
    }
}
