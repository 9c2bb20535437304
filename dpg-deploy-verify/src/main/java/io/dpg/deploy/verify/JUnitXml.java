package io.dpg.deploy.verify;

import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.CheckResult.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Results of checks as JUnit XML, which build servers show as test results.
 *
 * <p>A result is a {@code testsuite} and each of its parts a {@code testcase}; a result without parts is a suite of
 * itself. A failure is a {@code failure} and an {@code error} an error. Where the check was not critical, either is a
 * {@code skipped} whose message begins with "not critical": a build server shows it, and does not count it as the failure
 * that it is not. {@link SmokeSuite} passes in the same cases in which the file has neither failure nor error. Suites
 * within suites are flattened; their checks are named {@code inner / check}.
 *
 * <p>Times are seconds. Characters that XML 1.0 does not allow become U+FFFD.
 */
public final class JUnitXml {

    private JUnitXml() {}

    /**
     * Writes {@code result} to {@code file}, as a whole or not at all; folders are made.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static void write(CheckResult result, Path file) {
        try {
            Path absolute = file.toAbsolutePath();
            Path folder = absolute.getParent();
            Files.createDirectories(folder);
            Path draft = Files.createTempFile(folder, absolute.getFileName().toString(), ".tmp");
            try {
                Files.writeString(draft, text(result), StandardCharsets.UTF_8);
                Files.move(draft, absolute, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Tried to write results to " + file + ", but that failed", e);
        }
    }

    /** Returns {@code result} as JUnit XML. */
    public static String text(CheckResult result) {
        List<Line> lines = Line.of(result);
        long failures = lines.stream().filter(l -> l.counts(Status.FAILED)).count();
        long errors = lines.stream().filter(l -> l.counts(Status.ERROR)).count();
        long skipped = lines.stream().filter(l -> !l.passed() && !l.critical()).count();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        String counts = " tests=\"" + lines.size() + "\" failures=\"" + failures + "\" errors=\"" + errors + "\"";
        String took = " time=\"" + seconds(result.took()) + "\"";
        xml.append("<testsuites").append(counts).append(took).append(">\n  <testsuite name=\"");
        escape(xml, result.check());
        xml.append('"')
                .append(counts)
                .append(" skipped=\"")
                .append(skipped)
                .append('"')
                .append(took)
                .append(">\n");
        lines.forEach(line -> testcase(xml, result.check(), line));
        return xml.append("  </testsuite>\n</testsuites>\n").toString();
    }

    private static void testcase(StringBuilder xml, String suite, Line line) {
        xml.append("    <testcase classname=\"");
        escape(xml, suite);
        xml.append("\" name=\"");
        escape(xml, line.name());
        xml.append("\" time=\"").append(seconds(line.result().took())).append('"');
        String message = line.result().message();
        if (line.passed()) {
            xml.append(">\n      <system-out>");
            escape(xml, message);
            xml.append("</system-out>\n    </testcase>\n");
            return;
        }
        String status = line.result().status().name().toLowerCase(Locale.ROOT);
        String kind = !line.critical() ? "skipped" : status.equals("error") ? "error" : "failure";
        xml.append(">\n      <").append(kind).append(" message=\"");
        escape(xml, (line.critical() ? "" : "not critical, " + status + ": ") + message);
        xml.append(kind.equals("skipped") ? "\"/>\n" : "\" type=\"" + status + "\"/>\n");
        xml.append("    </testcase>\n");
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.3f", took.toNanos() / 1e9);
    }

    /** Escapes for attributes, in which line ends would become spaces, and for text alike. */
    private static void escape(StringBuilder xml, String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '&' -> xml.append("&amp;");
                case '"' -> xml.append("&quot;");
                case '\n', '\r', '\t' -> xml.append("&#").append(c).append(';');
                default -> xml.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        });
    }

    private static boolean allowed(int c) {
        return c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
    }
}
