package io.dpg.deploy.verify.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the test cases of all files came to. */
final class JUnitTally {

    /** How many failed tests of one file may still pass when they are run again. */
    private static final int MOST_PENDING = 100_000;

    final Text.FirstFew failed = new Text.FirstFew();
    final Text.FirstFew disagreements = new Text.FirstFew();
    long files;
    long ran;
    long skipped;
    long flaky;
    long allowed;

    private final Set<String> allowedNames;
    private final boolean rerunsCount;
    private final Map<String, String> pending = new LinkedHashMap<>();

    JUnitTally(Set<String> allowedNames, boolean rerunsCount) {
        this.allowedNames = allowedNames;
        this.rerunsCount = rerunsCount;
    }

    void skipped() {
        skipped++;
    }

    void passed(String className, String name, boolean onlyAfterReruns) {
        ran++;
        boolean before = rerunsCount && pending.remove(JUnitXml.named(className, name)) != null;
        if (before) {
            ran--; // the same test, counted once
        }
        if (onlyAfterReruns || before) {
            flaky++;
        }
    }

    void failed(String className, String name, String how) {
        String test = JUnitXml.named(className, name);
        ran++;
        if (allowedNames.contains(test)
                || (!className.isEmpty() && allowedNames.contains(className))
                || (!name.isEmpty() && allowedNames.contains(name))) {
            allowed++;
        } else if (rerunsCount && pending.size() < MOST_PENDING) {
            if (pending.put(test, how) != null) {
                ran--;
            }
        } else {
            failed.add(Text.clean(test) + " (" + how + ")");
        }
    }

    /** Something other than a test case failed. */
    void failed(String what) {
        failed.add(Text.clean(what));
    }

    void disagree(String what) {
        disagreements.add(Text.clean(what));
    }

    void endOfFile() {
        files++;
        pending.forEach((test, how) -> failed.add(Text.clean(test) + " (" + how + ")"));
        pending.clear();
    }
}
