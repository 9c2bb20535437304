package io.dpg.deploy.verify.report;

import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens when tests reached enough of the code: at least 80 % of its lines, unless said otherwise. Several reports, such
 * as those of the modules of a build, are added up; two reports of the same code would count it twice.
 *
 * <p>It goes by what a report lists, not by its rates: JaCoCo's counters, the {@code <line>} elements of Cobertura's.
 * It closes on a missing, empty, damaged or foreign file, and where there is nothing to cover.
 *
 * <p>Files of up to 256 MiB are read without being held in memory. Immutable and thread-safe; methods that take a value
 * return a changed copy.
 */
public final class CoverageReport implements Gate {

    /** The default of {@link #atLeast}. */
    public static final double DEFAULT_MINIMUM = 0.8;

    /** What is counted. */
    public enum Counter {
        /** Lines of source. */
        LINE,
        /** Ways out of a condition. Not every tool knows them. */
        BRANCH,
        /** Instructions of byte code; only in JaCoCo's reports. */
        INSTRUCTION,
        /** Methods; only in JaCoCo's reports. */
        METHOD,
        /** Classes; only in JaCoCo's reports. */
        CLASS
    }

    private enum Format {
        JACOCO,
        COBERTURA
    }

    private final Format format;
    private final ReportFiles files;
    private final @Nullable String name;
    private final Counter counter;
    private final Map<Counter, BigDecimal> minimums;

    private CoverageReport(
            Format format,
            ReportFiles files,
            @Nullable String name,
            Counter counter,
            Map<Counter, BigDecimal> minimums) {
        this.format = format;
        this.files = files;
        this.name = name;
        this.counter = counter;
        this.minimums = Collections.unmodifiableMap(new EnumMap<>(minimums));
    }

    /**
     * Returns a gate on JaCoCo's XML reports, such as {@code target/site/jacoco/jacoco.xml}. Of a directory it reads what
     * matches {@code *.xml}.
     *
     * @throws IllegalArgumentException if no path is given
     */
    public static CoverageReport jacoco(Path... filesOrDirectories) {
        return of(Format.JACOCO, filesOrDirectories);
    }

    /**
     * Returns a gate on Cobertura's XML format, as coverage.py, gocover-cobertura, Istanbul and others write it. Of a
     * directory it reads what matches {@code *.xml}.
     *
     * @throws IllegalArgumentException if no path is given
     */
    public static CoverageReport cobertura(Path... filesOrDirectories) {
        return of(Format.COBERTURA, filesOrDirectories);
    }

    private static CoverageReport of(Format format, Path... paths) {
        ReportFiles files = ReportFiles.of(new String[] {"*.xml"}, paths);
        return new CoverageReport(
                format, files, null, Counter.LINE, Map.of(Counter.LINE, BigDecimal.valueOf(DEFAULT_MINIMUM)));
    }

    /**
     * Returns a copy that counts something else than lines, and wants as much of it.
     *
     * @throws IllegalArgumentException if the format does not have that counter
     */
    public CoverageReport counter(Counter counter) {
        Map<Counter, BigDecimal> changed = new EnumMap<>(minimums);
        BigDecimal minimum = Objects.requireNonNull(changed.remove(this.counter));
        changed.put(known(counter), minimum);
        return new CoverageReport(format, files, name, counter, changed);
    }

    /**
     * Returns a copy that wants at least this share covered; default {@value #DEFAULT_MINIMUM}.
     *
     * @param share from 0, which still wants something to cover, to 1
     */
    public CoverageReport atLeast(double share) {
        return with(counter, share);
    }

    /** Returns a copy that wants at least this share of something else, besides. */
    public CoverageReport andAtLeast(Counter counter, double share) {
        return with(known(counter), share);
    }

    private CoverageReport with(Counter counter, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "A share of code is from 0 to 1 (80 % is 0.8), but got " + share + " for " + counter);
        }
        Map<Counter, BigDecimal> changed = new EnumMap<>(minimums);
        changed.put(counter, BigDecimal.valueOf(share));
        return new CoverageReport(format, files, name, this.counter, changed);
    }

    private Counter known(Counter counter) {
        if (format == Format.COBERTURA && counter != Counter.LINE && counter != Counter.BRANCH) {
            throw new IllegalArgumentException("Cobertura reports count LINE and BRANCH, but got " + counter);
        }
        return counter;
    }

    /**
     * Returns a copy that reads what matches a pattern, relative to each directory, such as
     * {@code **}{@code /site/jacoco/jacoco.xml}; up to 16 directories deep where it holds a slash.
     *
     * @throws IllegalArgumentException if it is no pattern
     */
    public CoverageReport matching(String glob) {
        return new CoverageReport(format, files.matching(glob), name, counter, minimums);
    }

    /** Returns a copy with another name; default for example {@code coverage target/site/jacoco/jacoco.xml}. */
    public CoverageReport named(String name) {
        return new CoverageReport(format, files, ReportFiles.valid(name), counter, minimums);
    }

    /**
     * Returns a copy that closes when a file was last changed longer ago, by the rollout's clock, or more than 5 minutes
     * in the future; default: any age.
     */
    public CoverageReport notOlderThan(Duration age) {
        return new CoverageReport(format, files.notOlderThan(age), name, counter, minimums);
    }

    @Override
    public String name() {
        return name != null ? name : files.name("coverage");
    }

    @Override
    public GateDecision evaluate(GateContext context) throws InterruptedException {
        Coverage sum = new Coverage();
        try {
            ReportFiles.readAll(files.find(context.now()), file -> {
                if (format == Format.JACOCO) {
                    JacocoXml.read(file, sum);
                } else {
                    CoberturaXml.read(file, sum);
                }
            });
        } catch (UnreadableReport e) {
            return GateDecision.closed(e.getMessage());
        }
        List<String> faults = new ArrayList<>();
        List<String> facts = new ArrayList<>();
        minimums.forEach((wanted, minimum) -> judge(sum, wanted, minimum, faults, facts));
        String remarks = " (" + Text.count(sum.files, "file")
                + (sum.disagreements.isEmpty() ? "" : "; " + sum.disagreements) + ")";
        return faults.isEmpty()
                ? GateDecision.open(String.join("; ", facts) + remarks)
                : GateDecision.closed(String.join("; ", faults) + remarks);
    }

    private static void judge(
            Coverage sum, Counter wanted, BigDecimal minimum, List<String> faults, List<String> facts) {
        long covered = sum.covered(wanted);
        long total = sum.total(wanted);
        String what = wanted.name().toLowerCase(java.util.Locale.ROOT);
        String limit = minimum.movePointRight(2)
                .setScale(2, RoundingMode.CEILING)
                .stripTrailingZeros()
                .toPlainString();
        if (total == 0) {
            faults.add("the report lists nothing of the kind " + what + ", and no data is never a pass");
        } else if (BigDecimal.valueOf(covered).compareTo(minimum.multiply(BigDecimal.valueOf(total))) < 0) {
            faults.add(what + " coverage is " + Text.percent(covered, total) + " (" + covered + " of " + total
                    + "), below " + limit + " %");
        } else {
            facts.add(what + " coverage is " + Text.percent(covered, total) + " (" + covered + " of " + total
                    + "), at least " + limit + " %");
        }
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
