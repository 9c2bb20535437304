package io.dpg.deploy.verify.report;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads test cases out of JUnit XML as Surefire, Gradle, pytest, gotestsum, jest-junit and Node write it. What the
 * attributes of suites say is only compared: Surefire, for one, writes {@code tests="0" failures="0"} above failures
 * that it has run again.
 */
final class JUnitXml {

    private static final Set<String> FAILED = Set.of("failure", "error");
    private static final Set<String> SKIPPED = Set.of("skipped", "disabled", "ignored");
    private static final Set<String> FLAKY = Set.of("flakyFailure", "flakyError");
    private static final Set<String> RERUN = Set.of("rerunFailure", "rerunError");
    private static final Set<String> SAID_SKIPPED =
            Set.of("notrun", "disabled", "skipped", "suppressed", "ignored", "pending");
    private static final Set<String> SAID_FAILED = Set.of("fail", "failed", "failure", "error", "broken");

    private final XmlEvents xml;
    private final JUnitTally tally;
    private final String file;
    private final Deque<Suite> suites = new ArrayDeque<>();
    private @Nullable Case current;

    private JUnitXml(Path file, XmlEvents xml, JUnitTally tally) {
        this.file = String.valueOf(file.getFileName());
        this.xml = xml;
        this.tally = tally;
    }

    static void read(Path file, JUnitTally tally) throws UnreadableReport, InterruptedException {
        try (XmlEvents xml = XmlEvents.open(file)) {
            new JUnitXml(file, xml, tally).read();
        }
    }

    private void read() throws UnreadableReport, InterruptedException {
        while (xml.next()) {
            if (xml.depth() == 1 && xml.start() && !isSuite(xml.name())) {
                throw xml.unexpected("its root is <" + Text.clean(xml.name()) + ">, so it is no JUnit report");
            }
            if (isSuite(xml.name())) {
                suite();
            } else if (xml.name().equals("testcase")) {
                testCase();
            } else if (xml.start()) {
                inside(xml.name());
            }
        }
        tally.endOfFile();
    }

    private static boolean isSuite(String name) {
        return name.equals("testsuite") || name.equals("testsuites");
    }

    private void suite() throws UnreadableReport {
        if (xml.start()) {
            suites.push(new Suite(
                    xml.attribute("name", ""), xml.count("tests"), xml.count("failures"), xml.count("errors")));
            return;
        }
        Suite ended = suites.pop();
        long all = ended.cases + ended.casesInside;
        if (ended.saidTests >= 0 && ended.saidTests != all && ended.saidTests != ended.cases) {
            tally.disagree(file + " says " + Text.count(ended.saidTests, "test") + " where there are " + all);
        }
        long said = Math.max(0, ended.saidFailures) + Math.max(0, ended.saidErrors);
        if (said > ended.marks && !ended.failedInside) {
            tally.failed(named(ended.name, "") + " (says " + Text.count(said, "failure") + ", but lists " + ended.marks
                    + ")");
            ended.failedInside = true;
        }
        Suite outer = suites.peek();
        if (outer != null) {
            outer.casesInside += all;
            outer.marks += ended.marks;
            outer.failedInside |= ended.failedInside;
        }
    }

    private void testCase() {
        if (xml.start()) {
            current = new Case(xml.attribute("classname", ""), xml.attribute("name", ""));
            current.said(xml.attribute("status", ""));
            current.said(xml.attribute("result", ""));
            return;
        }
        Case ended = current;
        current = null;
        Suite suite = suites.peek();
        if (ended == null || suite == null) {
            return;
        }
        suite.cases++;
        if (ended.todo || (ended.skipped && !ended.failed())) {
            tally.skipped();
        } else if (ended.failed()) {
            suite.failedInside = true;
            tally.failed(ended.className, ended.name, ended.error ? "error" : "failed");
        } else {
            tally.passed(ended.className, ended.name, ended.flaky);
        }
    }

    private void inside(String element) {
        Suite suite = suites.peek();
        boolean failed = FAILED.contains(element);
        if (suite != null && (failed || FLAKY.contains(element))) {
            suite.marks++;
        }
        if (current == null) {
            if (failed && suite != null) {
                suite.failedInside = true;
                tally.failed("suite " + named(suite.name, "") + " (" + element + ")");
            }
            return;
        }
        current.failure |= failed && element.equals("failure");
        current.error |= failed && element.equals("error");
        current.failure |= RERUN.contains(element); // there is always a first failure, but one mark is enough
        current.flaky |= FLAKY.contains(element);
        if (SKIPPED.contains(element)) {
            current.skipped = true;
            // Node lets a test that is yet to be done fail.
            current.todo |= xml.attribute("type", "").equals("todo");
        }
    }

    /** Returns the name of a test as reasons show it and as users name it: {@code class#test}. */
    static String named(String className, String name) {
        if (className.isBlank() || name.isBlank()) {
            return className.isBlank() && name.isBlank() ? "unnamed" : className + name;
        }
        return className + "#" + name;
    }

    private static final class Suite {
        private final String name;
        private final long saidTests;
        private final long saidFailures;
        private final long saidErrors;
        private long cases;
        private long casesInside;
        private long marks;
        private boolean failedInside;

        Suite(String name, long saidTests, long saidFailures, long saidErrors) {
            this.name = name;
            this.saidTests = saidTests;
            this.saidFailures = saidFailures;
            this.saidErrors = saidErrors;
        }
    }

    private static final class Case {
        private final String className;
        private final String name;
        private boolean failure;
        private boolean error;
        private boolean flaky;
        private boolean skipped;
        private boolean todo;

        Case(String className, String name) {
            this.className = className;
            this.name = name;
        }

        void said(String status) {
            String lower = status.toLowerCase(java.util.Locale.ROOT);
            skipped |= SAID_SKIPPED.contains(lower);
            failure |= SAID_FAILED.contains(lower);
        }

        boolean failed() {
            return failure || error;
        }
    }
}
