package io.dpg.deploy.verify.report;

import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens when tests ran and none failed, going by JUnit XML as Surefire, Gradle, pytest, gotestsum, go-junit-report,
 * jest-junit and Node's test runner write it. Test cases are counted; what a suite's attributes say is compared with
 * them, and failures that they count beyond those listed close the gate.
 *
 * <p>It closes on a missing, empty, damaged or foreign file, and when fewer tests {@link #atLeast ran} than wanted,
 * skipped ones not counted. A test that failed first and passed when Surefire or Gradle ran it again is flaky: it is
 * reported and passes.
 *
 * <p>Beware of jest-junit: a test file that cannot be loaded is missing in its report unless its option
 * {@code reportTestSuiteErrors} is on.
 *
 * <p>Reasons name tests, and never repeat messages or output, which may hold secrets. Files of up to 256 MiB are read
 * without being held in memory. Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class JUnitReport implements Gate {

    private final ReportFiles files;
    private final @Nullable String name;
    private final long atLeast;
    private final long maxSkipped;
    private final long maxFlaky;
    private final Set<String> allowed;
    private final boolean reruns;

    private JUnitReport(
            ReportFiles files,
            @Nullable String name,
            long atLeast,
            long maxSkipped,
            long maxFlaky,
            Set<String> allowed,
            boolean reruns) {
        this.files = files;
        this.name = name;
        this.atLeast = atLeast;
        this.maxSkipped = maxSkipped;
        this.maxFlaky = maxFlaky;
        this.allowed = allowed;
        this.reruns = reruns;
    }

    /**
     * Returns a gate on these files. Of a directory it reads what matches {@code TEST-*.xml} or, if nothing does,
     * {@code *.xml}; directories in it are not searched unless {@link #matching} says so.
     *
     * @throws IllegalArgumentException if no path is given
     */
    public static JUnitReport in(Path... filesOrDirectories) {
        ReportFiles files = ReportFiles.of(new String[] {"TEST-*.xml", "*.xml"}, filesOrDirectories);
        return new JUnitReport(files, null, 1, Long.MAX_VALUE, Long.MAX_VALUE, Set.of(), false);
    }

    /** Returns a gate on the files of a directory that match a pattern, see {@link #matching}. */
    public static JUnitReport in(Path directory, String glob) {
        return in(directory).matching(glob);
    }

    /**
     * Returns a copy that reads what matches a pattern, relative to each directory, such as
     * {@code **}{@code /surefire-reports/TEST-*.xml}; up to 16 directories deep where it holds a slash.
     *
     * @throws IllegalArgumentException if it is no pattern
     */
    public JUnitReport matching(String glob) {
        return new JUnitReport(files.matching(glob), name, atLeast, maxSkipped, maxFlaky, allowed, reruns);
    }

    /** Returns a copy with another name; default for example {@code tests target/surefire-reports}. */
    public JUnitReport named(String name) {
        return new JUnitReport(files, ReportFiles.valid(name), atLeast, maxSkipped, maxFlaky, allowed, reruns);
    }

    /** Returns a copy that wants so many tests to have run, skipped ones not counted; default 1. */
    public JUnitReport atLeast(int tests) {
        if (tests < 1) {
            throw new IllegalArgumentException(
                    "At least one test has to run, because no data is never a pass, but got " + tests);
        }
        return new JUnitReport(files, name, tests, maxSkipped, maxFlaky, allowed, reruns);
    }

    /** Returns a copy that closes when more tests were skipped; default: any number may be. */
    public JUnitReport maxSkipped(int tests) {
        return new JUnitReport(files, name, atLeast, notNegative(tests), maxFlaky, allowed, reruns);
    }

    /** Returns a copy that closes when more tests passed only after a failure; default: any number may. */
    public JUnitReport maxFlaky(int tests) {
        return new JUnitReport(files, name, atLeast, maxSkipped, notNegative(tests), allowed, reruns);
    }

    /**
     * Returns a copy that lets these tests fail, too; they are reported. A name is {@code class#test}, or the class or
     * test alone, exactly as in the report.
     */
    public JUnitReport allowingFailuresOf(String... names) {
        List<String> all = ReportFiles.all(List.copyOf(allowed), names);
        return new JUnitReport(
                files, name, atLeast, maxSkipped, maxFlaky, Set.copyOf(new java.util.HashSet<>(all)), reruns);
    }

    /**
     * Returns a copy that takes a test for flaky when it failed and passed <em>later in the same file</em>, as
     * {@code gotestsum --rerun-fails} and Gradle's retry plugin write it. Off by default, because in other reports two
     * tests may share a name.
     */
    public JUnitReport passingWhenRunAgain() {
        return new JUnitReport(files, name, atLeast, maxSkipped, maxFlaky, allowed, true);
    }

    /**
     * Returns a copy that closes when a file was last changed longer ago, by the rollout's clock, or more than 5 minutes
     * in the future; default: any age.
     */
    public JUnitReport notOlderThan(Duration age) {
        return new JUnitReport(files.notOlderThan(age), name, atLeast, maxSkipped, maxFlaky, allowed, reruns);
    }

    private static int notNegative(int tests) {
        if (tests < 0) {
            throw new IllegalArgumentException("A number of tests is not negative, but got " + tests);
        }
        return tests;
    }

    @Override
    public String name() {
        return name != null ? name : files.name("tests");
    }

    @Override
    public GateDecision evaluate(GateContext context) throws InterruptedException {
        JUnitTally tally = new JUnitTally(allowed, reruns);
        try {
            ReportFiles.readAll(files.find(context.now()), file -> JUnitXml.read(file, tally));
        } catch (UnreadableReport e) {
            String also = tally.failed.isEmpty() ? "" : ". Failed besides: " + tally.failed;
            return GateDecision.closed(e.getMessage() + also);
        }
        List<String> faults = faults(tally);
        return faults.isEmpty()
                ? GateDecision.open(Text.count(tally.ran - tally.allowed, "test") + " passed" + remarks(tally))
                : GateDecision.closed(String.join("; ", faults) + remarks(tally));
    }

    private List<String> faults(JUnitTally tally) {
        List<String> faults = new ArrayList<>();
        if (!tally.failed.isEmpty()) {
            faults.add(tally.failed.count() + " of " + Text.count(tally.ran, "test") + " failed: " + tally.failed);
        }
        if (tally.ran < atLeast) {
            faults.add((tally.ran == 0 ? "no test" : "only " + Text.count(tally.ran, "test")) + " ran of at least "
                    + atLeast);
        }
        if (tally.skipped > maxSkipped) {
            faults.add(Text.count(tally.skipped, "test") + " skipped, but at most " + maxSkipped + " may be");
        }
        if (tally.flaky > maxFlaky) {
            faults.add(Text.count(tally.flaky, "test") + " flaky, but at most " + maxFlaky + " may be");
        }
        return faults;
    }

    private static String remarks(JUnitTally tally) {
        StringBuilder remarks = new StringBuilder();
        remarks.append(" (").append(Text.count(tally.files, "file"));
        if (tally.skipped > 0) {
            remarks.append(", ").append(tally.skipped).append(" skipped");
        }
        if (tally.flaky > 0) {
            remarks.append(", ").append(tally.flaky).append(" flaky");
        }
        if (tally.allowed > 0) {
            remarks.append(", ").append(tally.allowed).append(" allowed to fail");
        }
        if (!tally.disagreements.isEmpty()) {
            remarks.append("; ").append(tally.disagreements);
        }
        return remarks.append(')').toString();
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
