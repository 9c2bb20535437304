package io.dpg.deploy.verify.metric;

import io.dpg.deploy.verify.metric.Answer.Refusal;
import io.dpg.deploy.verify.metric.Answer.Result;
import io.dpg.deploy.verify.metric.Answer.Series;
import io.dpg.deploy.verify.metric.Answer.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads answers of the query API, token by token, in time and memory proportional to their size. Knows the format of
 * <a href="https://prometheus.io/docs/prometheus/latest/querying/api/">the documentation</a>, with fields in any order
 * and unknown ones skipped. Used by one thread.
 */
final class AnswerParser {

    /** Longer than any number that Go prints: the largest has 309 digits. */
    private static final int LONGEST_NUMBER = 400;

    private static final int LONGEST_TEXT = 500;
    private static final int MOST_WARNINGS = 20;
    private static final int SERIES_WITH_LABELS = 3;
    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxStringLength(1 << 20)
                    .maxNameLength(50_000)
                    .build())
            .build();

    private final JsonParser in;
    private @Nullable String type;
    private @Nullable String scalar;
    private final List<Series> series = new ArrayList<>();
    private boolean result;

    private AnswerParser(JsonParser in) {
        this.in = in;
    }

    /** Something that is no answer of Prometheus. */
    static final class MalformedException extends Exception {
        MalformedException(String message) {
            super(message);
        }
    }

    /**
     * Reads a whole answer.
     *
     * @throws MalformedException if it is none
     */
    static Answer parse(byte[] json) throws MalformedException {
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json)) {
            return new AnswerParser(in).document();
        } catch (JacksonException e) {
            throw new MalformedException("not the JSON it should be: " + shorten(e.getOriginalMessage()));
        }
    }

    private Answer document() throws MalformedException {
        String status = null;
        String errorType = "";
        String error = "";
        List<String> warnings = List.of();
        expect(in.nextToken(), JsonToken.START_OBJECT, "an object");
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            switch (name) {
                case "status" -> status = text(value, name);
                case "errorType" -> errorType = shorten(text(value, name));
                case "error" -> error = shorten(text(value, name));
                case "warnings" -> warnings = warnings(value);
                case "data" -> data(value);
                default -> in.skipChildren();
            }
        }
        if (in.nextToken() != null) {
            throw new MalformedException("something follows the answer");
        }
        if ("error".equals(status)) {
            return new Refusal(errorType, error);
        }
        if (!"success".equals(status)) {
            throw new MalformedException(status == null ? "no status" : "the status '" + shorten(status) + "'");
        }
        return new Result(checkedType(), List.copyOf(series), warnings);
    }

    private List<String> warnings(JsonToken value) throws MalformedException {
        List<String> warnings = new ArrayList<>();
        if (value != JsonToken.VALUE_NULL) {
            expect(value, JsonToken.START_ARRAY, "a list of warnings");
            for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                String warning = shorten(text(next, "warnings"));
                if (warnings.size() < MOST_WARNINGS) {
                    warnings.add(warning);
                }
            }
        }
        return List.copyOf(warnings);
    }

    private void data(JsonToken value) throws MalformedException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        expect(value, JsonToken.START_OBJECT, "an object as data");
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            JsonToken next = in.nextToken();
            switch (name) {
                case "resultType" -> type = text(next, name);
                case "result" -> result(next);
                default -> in.skipChildren();
            }
        }
    }

    /** A list of series, or time and value of a scalar or string. */
    private void result(JsonToken value) throws MalformedException {
        if (result) {
            throw new MalformedException("two results");
        }
        result = true;
        expect(value, JsonToken.START_ARRAY, "a list as result");
        JsonToken next = in.nextToken();
        if (next != null && next.isNumeric()) {
            double time = in.getDoubleValue();
            scalar = text(in.nextToken(), "a scalar");
            expect(in.nextToken(), JsonToken.END_ARRAY, "time and value");
            series.add(new Series("", new double[] {time}, new double[] {Double.NaN}, false));
            return;
        }
        for (; next != JsonToken.END_ARRAY; next = in.nextToken()) {
            expect(next, JsonToken.START_OBJECT, "a series");
            series.add(series());
        }
    }

    private Series series() throws MalformedException {
        String labels = "";
        Samples samples = new Samples();
        boolean histogram = false;
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            switch (name) {
                case "metric" -> labels = labels(value);
                case "value" -> sample(value, samples);
                case "values" -> {
                    expect(value, JsonToken.START_ARRAY, "a list of samples");
                    for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                        sample(next, samples);
                    }
                }
                case "histogram", "histograms" -> {
                    histogram = true;
                    in.skipChildren();
                }
                default -> in.skipChildren();
            }
        }
        return new Series(labels, samples.times(), samples.values(), histogram);
    }

    private void sample(JsonToken value, Samples samples) throws MalformedException {
        expect(value, JsonToken.START_ARRAY, "a sample");
        JsonToken time = in.nextToken();
        if (time == null || !time.isNumeric()) {
            throw new MalformedException("a sample without a time");
        }
        double seconds = in.getDoubleValue();
        double number = number(text(in.nextToken(), "a sample"));
        expect(in.nextToken(), JsonToken.END_ARRAY, "time and value");
        samples.add(seconds, number);
    }

    /** Labels are for messages, which name a few series only. */
    private String labels(JsonToken value) throws MalformedException {
        expect(value, JsonToken.START_OBJECT, "labels");
        StringBuilder labels = new StringBuilder();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = in.currentName();
            String label = text(in.nextToken(), "a label");
            if (series.size() < SERIES_WITH_LABELS && labels.length() < LONGEST_TEXT) {
                labels.append(labels.isEmpty() ? "" : ", ")
                        .append(name)
                        .append("=\"")
                        .append(label)
                        .append('"');
            }
        }
        return "{" + shorten(labels.toString()) + "}";
    }

    private Type checkedType() throws MalformedException {
        if (type == null || !result) {
            throw new MalformedException("no result");
        }
        Type known =
                switch (type) {
                    case "scalar" -> Type.SCALAR;
                    case "string" -> Type.STRING;
                    case "vector" -> Type.VECTOR;
                    case "matrix" -> Type.MATRIX;
                    default -> throw new MalformedException("the result type '" + shorten(type) + "'");
                };
        if ((scalar != null) != (known == Type.SCALAR || known == Type.STRING)) {
            throw new MalformedException("a result that is no " + type);
        }
        if (known == Type.VECTOR && series.stream().anyMatch(s -> s.values().length + (s.histogram() ? 1 : 0) != 1)) {
            throw new MalformedException("a series of a vector without a value, or with several");
        }
        if (known == Type.SCALAR && scalar != null) {
            double[] time = series.get(0).times();
            series.set(0, new Series("", time, new double[] {number(scalar)}, false));
        }
        return known;
    }

    private static double number(String text) throws MalformedException {
        switch (text) {
            case "NaN":
                return Double.NaN;
            case "+Inf", "Inf":
                return Double.POSITIVE_INFINITY;
            case "-Inf":
                return Double.NEGATIVE_INFINITY;
            default:
                if (text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches()) {
                    throw new MalformedException("the value '" + shorten(text) + "', which is no number");
                }
                return Double.parseDouble(text);
        }
    }

    private String text(@Nullable JsonToken token, String what) throws MalformedException {
        expect(token, JsonToken.VALUE_STRING, "a text as " + what);
        return in.getString();
    }

    private static void expect(@Nullable JsonToken token, JsonToken expected, String what) throws MalformedException {
        if (token != expected) {
            throw new MalformedException("not " + what + " where one belongs");
        }
    }

    private static String shorten(String text) {
        String line = text.replaceAll("[\\p{Cc}\\s]+", " ").strip();
        return line.codePointCount(0, line.length()) <= LONGEST_TEXT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_TEXT)) + "…";
    }

    /** Two growing arrays. */
    private static final class Samples {
        private double[] times = new double[1];
        private double[] values = new double[1];
        private int size;

        void add(double time, double value) {
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            times[size] = time;
            values[size++] = value;
        }

        double[] times() {
            return Arrays.copyOf(times, size);
        }

        double[] values() {
            return Arrays.copyOf(values, size);
        }
    }
}
