package io.dpg.deploy.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Recordings as lines of comma-separated values. */
final class RecordingFile {

    /** More would be a mistake: a day of a hundred metrics at a sample a second is 17 million. */
    private static final int MOST_LINES = 50_000_000;

    private static final int MOST_FAULTS = 20;

    private RecordingFile() {}

    static Recording read(Path file) throws IOException {
        Recording.Builder builder = Recording.named(String.valueOf(file.getFileName()));
        List<String> faults = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (number > MOST_LINES) {
                    throw new IllegalArgumentException(
                            "Tried to read recording " + file + ", but it has more than " + MOST_LINES + " lines");
                }
                if (line.isBlank() || line.startsWith("#") || number == 1 && line.startsWith("time")) {
                    continue;
                }
                try {
                    take(builder, line);
                } catch (IllegalArgumentException | DateTimeException e) {
                    faults.add("line " + number + ": " + e.getMessage());
                }
                if (faults.size() == MOST_FAULTS) {
                    faults.add("and perhaps more");
                    break;
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("Tried to read recording " + file + ", but " + String.join("; ", faults)
                    + ". A line is time,side,metric,value or time,side,metric,events,total");
        }
        return builder.build();
    }

    private static void take(Recording.Builder builder, String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 4 && fields.length != 5) {
            throw new IllegalArgumentException("it has " + fields.length + " fields");
        }
        Instant at = time(fields[0].strip());
        Recording.Side side = side(fields[1].strip());
        String metric = fields[2].strip();
        double first = number(fields[3].strip());
        if (fields.length == 4) {
            builder.sample(side, metric, at, first);
        } else {
            builder.share(side, metric, at, first, number(fields[4].strip()));
        }
    }

    private static Instant time(String text) {
        if (text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            return Instant.ofEpochMilli(Math.round(Double.parseDouble(text) * 1000));
        }
        return Instant.parse(text);
    }

    private static Recording.Side side(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "candidate" -> Recording.Side.CANDIDATE;
            case "baseline" -> Recording.Side.BASELINE;
            default ->
                throw new IllegalArgumentException("'" + text + "' is no side; there are candidate and baseline");
        };
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY; // as Prometheus writes them
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
