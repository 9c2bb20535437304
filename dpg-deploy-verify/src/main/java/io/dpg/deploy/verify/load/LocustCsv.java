package io.dpg.deploy.verify.load;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Plan;
import io.dpg.deploy.spi.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Locust writes with {@code locust --headless --csv out}: the file {@code out_stats.csv}, of Locust 1 and 2.
 *
 * <pre>{@code
 * baseline.gate(LocustCsv.read(Path.of("out_stats.csv")))
 * baseline.gate(LocustCsv.read(Path.of("out_stats.csv")).request("GET", "/search")).named("search")
 * }</pre>
 *
 * <p>The row of all requests together is taken, unless one is named. Columns are found by name. Locust's percentiles
 * include requests that failed, and are rounded to whole milliseconds, from 100 ms on to two digits. Throughput is its
 * requests a second without the share that failed.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy. The file, of at most 8 MiB, is read
 * when a gate asks.
 */
public final class LocustCsv implements PerformanceReport {

    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final String ALL = "Aggregated";
    private static final String NAME = "Name";
    private static final String TYPE = "Type";
    private static final String REQUESTS = "Request Count";
    private static final String FAILURES = "Failure Count";
    private static final String RATE = "Requests/s";
    private static final List<String> NEEDED = List.of(TYPE, NAME, REQUESTS, FAILURES, RATE, "50%", "95%", "99%");

    private final Path file;
    private final @Nullable String type;
    private final String name;
    private final @Nullable Duration age;

    private LocustCsv(Path file, @Nullable String type, String name, @Nullable Duration age) {
        this.file = file;
        this.type = type;
        this.name = name;
        this.age = age;
    }

    /** Returns the report in {@code statsCsv}, which is read when a gate asks and need not be there before. */
    public static LocustCsv read(Path statsCsv) {
        return new LocustCsv(Objects.requireNonNull(statsCsv, "statsCsv"), null, ALL, null);
    }

    /** Returns a copy that takes the row of one request by Locust's name of it, such as {@code /search}. */
    public LocustCsv request(String name) {
        return new LocustCsv(file, null, Objects.requireNonNull(name, "name"), age);
    }

    /** Returns a copy that takes the row of one request by its type and name, such as {@code GET} {@code /search}. */
    public LocustCsv request(String type, String name) {
        return new LocustCsv(file, Objects.requireNonNull(type, "type"), Objects.requireNonNull(name, "name"), age);
    }

    /** Returns a copy that takes no file older than {@code age}, by its time of change; default any. */
    public LocustCsv notOlderThan(Duration age) {
        if (age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException("The age of a report must be positive, but is " + age);
        }
        return new LocustCsv(file, type, name, age);
    }

    @Override
    public Performance measured() {
        try {
            checkAge();
            return parse(text());
        } catch (NoSuchFileException e) {
            throw fault("there is no such file", "run locust --headless --csv first, and name its …_stats.csv", e);
        } catch (CharacterCodingException e) {
            throw fault("it is not UTF-8", "name the file that Locust wrote", e);
        } catch (IOException e) {
            throw fault("it could not be read: " + e, "make it readable", e);
        } catch (IllegalArgumentException e) {
            throw fault(String.valueOf(e.getMessage()), "name a complete …_stats.csv of Locust 1 or 2", e);
        }
    }

    private void checkAge() throws IOException {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        if (age != null && changed.isBefore(Time.system().now().minus(age))) {
            throw fault(
                    "it is older than " + Plan.text(age) + ", of " + changed, "run Locust against this release", null);
        }
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException("it is larger than 8 MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private Performance parse(String text) {
        List<List<String>> rows = CsvRows.parse(text);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        List<String> head = rows.get(0);
        List<String> missing = new ArrayList<>(NEEDED);
        missing.removeAll(head);
        if (head.contains("Timestamp")) {
            throw new IllegalArgumentException("it is the history over time (…_stats_history.csv)");
        } else if (!missing.isEmpty()) {
            throw new IllegalArgumentException("it has no columns " + missing);
        } else if (head.stream().distinct().count() < head.size()) {
            throw new IllegalArgumentException("it has two columns of one name");
        }
        return figures(head, row(head, rows.subList(1, rows.size())));
    }

    private List<String> row(List<String> head, List<List<String>> rows) {
        List<List<String>> found = new ArrayList<>();
        for (List<String> row : rows) {
            if (row.size() != head.size()) {
                throw new IllegalArgumentException("a row has " + row.size() + " cells where " + head.size()
                        + " are to be; the file may have been cut off");
            }
            boolean fits = type == null || type.equals(cell(head, row, TYPE));
            if (fits && name.equals(cell(head, row, NAME))) {
                found.add(row);
            }
        }
        String asked = "'" + (type == null ? "" : type + " ") + name + "'";
        if (found.isEmpty()) {
            throw new IllegalArgumentException("it has no row " + asked);
        } else if (found.size() > 1) {
            throw new IllegalArgumentException("it has " + found.size() + " rows " + asked
                    + "; name the type too, such as request(\"GET\", name)");
        }
        return found.get(0);
    }

    private static Performance figures(List<String> head, List<String> row) {
        double requests = number(head, row, REQUESTS);
        double failures = number(head, row, FAILURES);
        if (requests < 1) {
            throw new IllegalArgumentException("it is about no request at all");
        } else if (failures > requests || requests != Math.rint(requests) || requests > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("it says that " + failures + " of " + requests + " requests failed");
        }
        double errorRate = failures / requests;
        return new Performance(
                time(head, row, "50%"),
                time(head, row, "95%"),
                time(head, row, "99%"),
                errorRate,
                number(head, row, RATE) * (1 - errorRate),
                (long) requests);
    }

    private static Duration time(List<String> head, List<String> row, String column) {
        return Millis.duration(number(head, row, column));
    }

    private static double number(List<String> head, List<String> row, String column) {
        String text = cell(head, row, column);
        if (!text.matches("[0-9]{1,18}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")) {
            throw new IllegalArgumentException(
                    "its " + column + " is no number, but '" + text.substring(0, Math.min(40, text.length())) + "'");
        }
        return Double.parseDouble(text);
    }

    private static String cell(List<String> head, List<String> row, String column) {
        return row.get(head.indexOf(column));
    }

    private DeployException fault(String reason, String remedy, @Nullable Exception cause) {
        return new DeployException(
                "Tried to read Locust's report " + file + ", but " + reason,
                DeployException.Details.NONE.remedy(remedy),
                cause);
    }

    /** Returns the file's name. */
    @Override
    public String toString() {
        return "LocustCsv[" + file + ", " + (type == null ? "" : type + " ") + name + "]";
    }
}
