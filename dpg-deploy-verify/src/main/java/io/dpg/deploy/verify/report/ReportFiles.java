package io.dpg.deploy.verify.report;

import io.dpg.deploy.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where reports are and how old they may be. Of several patterns, the first that matches anything counts. */
record ReportFiles(
        List<Path> paths, List<String> globs, @Nullable Duration maxAge) {

    private static final int MOST = 10_000;
    private static final int DEEPEST = 16;
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    static ReportFiles of(String[] globs, Path... paths) {
        if (paths.length == 0) {
            throw new IllegalArgumentException("A gate on reports needs at least one file or directory, but got none");
        }
        return new ReportFiles(List.of(paths), List.of(globs), null);
    }

    ReportFiles matching(String glob) {
        matcher(glob);
        return new ReportFiles(paths, List.of(glob), maxAge);
    }

    ReportFiles notOlderThan(Duration age) {
        if (age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException("The age of a report is more than zero, but got " + age);
        }
        return new ReportFiles(paths, globs, age);
    }

    static String valid(String given) {
        if (Objects.requireNonNull(given, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a gate must not be blank");
        }
        return given;
    }

    /** Returns the default name: what it is, and where. */
    String name(String kind) {
        return kind + " " + paths.get(0) + (paths.size() > 1 ? " and " + (paths.size() - 1) + " more" : "");
    }

    /** Returns all files, in a fixed order; never none. */
    List<Path> find(Instant now) throws UnreadableReport {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            files.addAll(Files.isDirectory(path) ? inside(path) : List.of(path));
        }
        List<Path> distinct = files.stream()
                .map(p -> p.toAbsolutePath().normalize())
                .distinct()
                .toList();
        if (distinct.size() > MOST) {
            throw new UnreadableReport("tried to read reports, but there are more than " + MOST
                    + " files; name a narrower directory or pattern");
        }
        if (maxAge != null) {
            checkAge(distinct, now, maxAge);
        }
        return distinct;
    }

    private List<Path> inside(Path directory) throws UnreadableReport {
        for (String glob : globs) {
            List<Path> found = matching(directory, glob);
            if (!found.isEmpty()) {
                return found;
            }
        }
        throw UnreadableReport.of(
                directory,
                "nothing in it matches " + String.join(" or ", globs),
                "run the stage that writes it, or correct the path");
    }

    private static List<Path> matching(Path directory, String glob) throws UnreadableReport {
        boolean deep = glob.contains("/") || glob.contains("**");
        PathMatcher matcher = matcher(glob);
        PathMatcher alsoAtTop = glob.startsWith("**/") ? matcher(glob.substring(3)) : matcher;
        try (Stream<Path> all = Files.find(directory, deep ? DEEPEST : 1, (p, attributes) -> {
            Path inside = directory.relativize(p);
            return (matcher.matches(inside) || alsoAtTop.matches(inside)) && !Files.isDirectory(p);
        })) {
            return all.limit(MOST + 1L).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw UnreadableReport.of(directory, "it could not be listed", "make it readable for this process");
        }
    }

    private static PathMatcher matcher(String glob) {
        return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    }

    private static void checkAge(List<Path> files, Instant now, Duration maxAge) throws UnreadableReport {
        Text.FirstFew stale = new Text.FirstFew();
        for (Path file : files) {
            Instant written = written(file);
            if (written == null) {
                continue; // said when it is read
            }
            Duration age = Duration.between(written, now);
            if (age.compareTo(maxAge) > 0) {
                stale.add(Text.clean(file + " (" + Plan.text(Duration.ofSeconds(age.toSeconds())) + " old)"));
            } else if (age.compareTo(CLOCK_SKEW.negated()) < 0) {
                stale.add(Text.clean(file + " (its time, " + written + ", is in the future)"));
            }
        }
        if (!stale.isEmpty()) {
            throw new UnreadableReport(Text.count(stale.count(), "report") + " should be at most " + Plan.text(maxAge)
                    + " old, but: " + stale + "; clean the directory and run the stage again");
        }
    }

    private static @Nullable Instant written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return null;
        }
    }

    /** Reads one report. */
    interface Reader {
        void read(Path file) throws UnreadableReport, InterruptedException;
    }

    /** Reads them all; a fault of one does not hide those of the others. */
    static void readAll(List<Path> files, Reader reader) throws UnreadableReport, InterruptedException {
        List<String> faults = new ArrayList<>();
        for (Path file : files) {
            try {
                reader.read(file);
            } catch (UnreadableReport e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        if (!faults.isEmpty()) {
            int few = Math.min(3, faults.size());
            throw new UnreadableReport(String.join(". ", faults.subList(0, few))
                    + (faults.size() > few ? ". And " + (faults.size() - few) + " more cannot be read" : ""));
        }
    }

    static List<String> all(List<String> before, String... more) {
        List<String> all = new ArrayList<>(before);
        all.addAll(Arrays.asList(more));
        return List.copyOf(all);
    }
}
