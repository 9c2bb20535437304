package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.verify.internal.HttpAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What can be asked of an answer. */
final class Expectations {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Expectations() {}

    /** Something that is asked of an answer; gives what is wrong with it, if anything. */
    @FunctionalInterface
    interface Expectation {
        Optional<String> fault(HttpAnswer answer);
    }

    static Expectation status(int from, int to) {
        String expected = from == to ? String.valueOf(from) : from + " to " + to;
        return answer -> answer.status() >= from && answer.status() <= to
                ? Optional.empty()
                : Optional.of("expected status " + expected + ", but got " + answer.status() + body(answer));
    }

    static Expectation header(String name, String value) {
        return answer -> {
            List<String> values = answer.headers().getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
            return values.contains(value)
                    ? Optional.empty()
                    : Optional.of("expected header " + name + " to be '" + value + "', but "
                            + (values.isEmpty() ? "there is none" : "it is '" + String.join("', '", values) + "'"));
        };
    }

    static Expectation text(String text) {
        return answer -> answer.text().contains(text)
                ? Optional.empty()
                : Optional.of(
                        "expected the body to contain '" + text + "', but it does not" + cut(answer) + body(answer));
    }

    static Expectation json(String pointer, String value) {
        JsonPointer compiled = JsonPointer.compile(pointer);
        String expected = "expected " + (pointer.isEmpty() ? "the document" : pointer) + " to be '" + value + "', but ";
        return answer -> {
            JsonNode node;
            try {
                node = JSON.readTree(answer.text()).at(compiled);
            } catch (JacksonException e) {
                return Optional.of(expected + "the body is not JSON" + cut(answer) + body(answer));
            }
            if (node.isMissingNode()) {
                return Optional.of(expected + "there is nothing" + body(answer));
            }
            String actual = node.isString() ? node.asString() : node.toString();
            return actual.equals(value)
                    ? Optional.empty()
                    : Optional.of(expected + "it is '" + answer.shorten(actual, 100) + "'");
        };
    }

    static Expectation latency(Duration most) {
        return answer -> answer.latency().compareTo(most) <= 0
                ? Optional.empty()
                : Optional.of("expected an answer within " + Plan.text(most) + ", but it took "
                        + Plan.text(answer.latency()));
    }

    private static String body(HttpAnswer answer) {
        String excerpt = answer.excerpt();
        return excerpt.isEmpty() ? " and no body" : ": " + excerpt;
    }

    private static String cut(HttpAnswer answer) {
        return answer.complete() ? "" : " in its first MiB";
    }
}
