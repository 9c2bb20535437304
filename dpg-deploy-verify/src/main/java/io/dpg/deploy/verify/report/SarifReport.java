package io.dpg.deploy.verify.report;

import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens when static analysis found nothing at or above a severity ({@link Severity#HIGH} unless said otherwise), going by
 * SARIF 2.1.0 as linters and scanners write it.
 *
 * <p>The severity of a result is the CVSS score in the {@code security-severity} property of the result or its rule; else
 * its level, or the default level of its rule: error is {@code HIGH}, warning {@code MEDIUM}, note {@code LOW}. A score or
 * level that makes no sense closes the gate. Results count unless their kind is not {@code fail}, all their suppressions
 * are accepted, or they are absent since the baseline.
 *
 * <p>It closes on a missing, empty, damaged or foreign file, on a file without a run, on a run that says that it failed,
 * and on a run without a list of results: by the standard, such a tool did not look. An empty list is a pass.
 *
 * <p>Reasons name rules and places, and never repeat messages or snippets, which may hold secrets. Files of up to 256 MiB
 * are read without being held in memory. Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class SarifReport implements Gate {

    /** What does not count. */
    record Filter(Set<String> rules, boolean onlyNew, boolean countReviews) {
        boolean ignored(String rule) {
            return rules.contains(rule);
        }
    }

    private final ReportFiles files;
    private final @Nullable String name;
    private final Severity limit;
    private final Filter filter;

    private SarifReport(ReportFiles files, @Nullable String name, Severity limit, Filter filter) {
        this.files = files;
        this.name = name;
        this.limit = limit;
        this.filter = filter;
    }

    /**
     * Returns a gate on these files, each of which has to be there. Of a directory it reads what matches
     * {@code *.sarif} or, if nothing does, {@code *.sarif.json}.
     *
     * @throws IllegalArgumentException if no path is given
     */
    public static SarifReport in(Path... filesOrDirectories) {
        ReportFiles files = ReportFiles.of(new String[] {"*.sarif", "*.sarif.json"}, filesOrDirectories);
        return new SarifReport(files, null, Severity.HIGH, new Filter(Set.of(), false, false));
    }

    /** Returns a copy that closes on findings at or above {@code limit}; default {@link Severity#HIGH}. */
    public SarifReport noneAtOrAbove(Severity limit) {
        return new SarifReport(files, name, Objects.requireNonNull(limit, "limit"), filter);
    }

    /** Returns a copy that passes over results of these rules, too; they are counted. */
    public SarifReport ignoring(String... rules) {
        Set<String> all = Set.copyOf(new HashSet<>(ReportFiles.all(List.copyOf(filter.rules), rules)));
        return new SarifReport(files, name, limit, new Filter(all, filter.onlyNew, filter.countReviews));
    }

    /** Returns a copy that passes over results whose {@code baselineState} is {@code unchanged}; they are counted. */
    public SarifReport onlyNew() {
        return new SarifReport(files, name, limit, new Filter(filter.rules, true, filter.countReviews));
    }

    /** Returns a copy for which results that a tool leaves to a person (kinds open and review) are findings, too. */
    public SarifReport withReviews() {
        return new SarifReport(files, name, limit, new Filter(filter.rules, filter.onlyNew, true));
    }

    /**
     * Returns a copy that reads what matches a pattern, relative to each directory; up to 16 directories deep where it
     * holds a slash.
     *
     * @throws IllegalArgumentException if it is no pattern
     */
    public SarifReport matching(String glob) {
        return new SarifReport(files.matching(glob), name, limit, filter);
    }

    /** Returns a copy with another name; default for example {@code findings build/ruff.sarif}. */
    public SarifReport named(String name) {
        return new SarifReport(files, ReportFiles.valid(name), limit, filter);
    }

    /**
     * Returns a copy that closes when a file was last changed longer ago, by the rollout's clock, or more than 5 minutes
     * in the future; default: any age.
     */
    public SarifReport notOlderThan(Duration age) {
        return new SarifReport(files.notOlderThan(age), name, limit, filter);
    }

    @Override
    public String name() {
        return name != null ? name : files.name("findings");
    }

    @Override
    public GateDecision evaluate(GateContext context) throws InterruptedException {
        Findings findings = new Findings(limit);
        return findings.decide(files, context.now(), file -> SarifJson.read(file, filter, findings));
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
