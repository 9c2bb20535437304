package io.dpg.deploy.verify.report;

import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens when Trivy found nothing at or above a severity ({@link Severity#HIGH} unless said otherwise): vulnerabilities,
 * failed configuration checks, secrets, licences. It reads Trivy's JSON ({@code --format json}).
 *
 * <p>A severity that makes no sense closes the gate; {@link Severity#UNKNOWN} is the lowest, as Trivy has it. It closes on
 * a missing, empty, damaged or foreign file. It closes, too, when Trivy says that it found nothing it could scan, unless
 * {@link #nothingScannedPasses() allowed}: an empty report of a scan for secrets only looks the same. And it closes when
 * the operating system of an image is at the end of its life, unless {@link #endOfLifePasses() allowed}: its
 * vulnerabilities are not published any more.
 *
 * <p>Reasons name identifiers, packages and places, and never repeat a match, which is the secret itself. Files of up to
 * 256 MiB are read without being held in memory. Immutable and thread-safe; methods that take a value return a changed
 * copy.
 */
public final class TrivyReport implements Gate {

    /** What does not count, at one moment. */
    record Filter(Set<String> ids, Set<String> statuses, boolean unfixed, boolean nothingScanned, boolean endOfLife) {
        boolean ignored(String id) {
            return !id.isEmpty() && ids.contains(id);
        }
    }

    private final ReportFiles files;
    private final @Nullable String name;
    private final Severity limit;
    private final Filter filter;
    private final Map<String, Instant> ignored;

    private TrivyReport(
            ReportFiles files, @Nullable String name, Severity limit, Filter filter, Map<String, Instant> ignored) {
        this.files = files;
        this.name = name;
        this.limit = limit;
        this.filter = filter;
        this.ignored = Map.copyOf(ignored);
    }

    /**
     * Returns a gate on these files, each of which has to be there. Of a directory it reads what matches {@code *.json}.
     *
     * @throws IllegalArgumentException if no path is given
     */
    public static TrivyReport in(Path... filesOrDirectories) {
        ReportFiles files = ReportFiles.of(new String[] {"*.json"}, filesOrDirectories);
        return new TrivyReport(
                files, null, Severity.HIGH, new Filter(Set.of(), Set.of(), false, false, false), Map.of());
    }

    /** Returns a copy that closes on findings at or above {@code limit}; default {@link Severity#HIGH}. */
    public TrivyReport noneAtOrAbove(Severity limit) {
        return new TrivyReport(files, name, Objects.requireNonNull(limit, "limit"), filter, ignored);
    }

    /** Returns a copy that passes over vulnerabilities that no version of the package fixes; they are counted. */
    public TrivyReport ignoreUnfixed() {
        return with(new Filter(Set.of(), filter.statuses, true, filter.nothingScanned, filter.endOfLife));
    }

    /**
     * Returns a copy that passes over vulnerabilities of these statuses, such as {@code will_not_fix} or
     * {@code not_affected}, too; they are counted.
     */
    public TrivyReport ignoringStatuses(String... statuses) {
        Set<String> all =
                Stream.concat(filter.statuses.stream(), Stream.of(statuses)).collect(Collectors.toUnmodifiableSet());
        return with(new Filter(Set.of(), all, filter.unfixed, filter.nothingScanned, filter.endOfLife));
    }

    /**
     * Returns a copy that passes over findings with these identifiers, too: of a vulnerability (CVE-…), a configuration
     * check (DS-0002), a rule for secrets or a licence. They are counted.
     */
    public TrivyReport ignoring(String... ids) {
        return ignoringUntil(Instant.MAX, ids);
    }

    /** Returns a copy that passes over findings with these identifiers before {@code end}, by the rollout's clock. */
    public TrivyReport ignoringUntil(Instant end, String... ids) {
        Map<String, Instant> changed = new HashMap<>(ignored);
        for (String id : ids) {
            changed.put(id, end);
        }
        return new TrivyReport(files, name, limit, filter, changed);
    }

    /** Returns a copy that opens on a report of a scan that found nothing to scan, as after {@code --scanners secret}. */
    public TrivyReport nothingScannedPasses() {
        return with(new Filter(Set.of(), filter.statuses, filter.unfixed, true, filter.endOfLife));
    }

    /** Returns a copy that opens although the operating system is at the end of its life. */
    public TrivyReport endOfLifePasses() {
        return with(new Filter(Set.of(), filter.statuses, filter.unfixed, filter.nothingScanned, true));
    }

    private TrivyReport with(Filter changed) {
        return new TrivyReport(files, name, limit, changed, ignored);
    }

    /**
     * Returns a copy that reads what matches a pattern, relative to each directory; up to 16 directories deep where it
     * holds a slash.
     *
     * @throws IllegalArgumentException if it is no pattern
     */
    public TrivyReport matching(String glob) {
        return new TrivyReport(files.matching(glob), name, limit, filter, ignored);
    }

    /** Returns a copy with another name; default for example {@code vulnerabilities build/trivy.json}. */
    public TrivyReport named(String name) {
        return new TrivyReport(files, ReportFiles.valid(name), limit, filter, ignored);
    }

    /**
     * Returns a copy that closes when a file was last changed longer ago, by the rollout's clock, or more than 5 minutes
     * in the future; default: any age.
     */
    public TrivyReport notOlderThan(Duration age) {
        return new TrivyReport(files.notOlderThan(age), name, limit, filter, ignored);
    }

    @Override
    public String name() {
        return name != null ? name : files.name("vulnerabilities");
    }

    @Override
    public GateDecision evaluate(GateContext context) throws InterruptedException {
        Findings findings = new Findings(limit);
        Set<String> now = new HashSet<>(ignored.keySet());
        now.removeIf(id -> !context.now().isBefore(Objects.requireNonNull(ignored.get(id))));
        Filter filterNow = new Filter(now, filter.statuses, filter.unfixed, filter.nothingScanned, filter.endOfLife);
        return findings.decide(files, context.now(), file -> TrivyJson.read(file, filterNow, findings));
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
