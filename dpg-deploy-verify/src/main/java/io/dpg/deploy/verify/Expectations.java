package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.verify.internal.HttpAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be asked of an answer. */
final class Expectations {

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

    static Expectation header(String name, @Nullable String value) {
        String wanted = "expected header " + name + (value == null ? "" : " to be '" + value + "'") + ", but ";
        return answer -> {
            List<String> values = answer.headers().getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
            if (values.isEmpty()) {
                return Optional.of(wanted + "there is none");
            }
            return value == null || values.contains(value)
                    ? Optional.empty()
                    : Optional.of(wanted + "it is '" + answer.shorten(String.join("', '", values), 200) + "'");
        };
    }

    static Expectation text(String text) {
        return answer -> answer.text().contains(text)
                ? Optional.empty()
                : Optional.of(
                        "expected the body to contain '" + text + "', but it does not" + cut(answer) + body(answer));
    }

    static Expectation latency(Duration most) {
        return answer -> answer.latency().compareTo(most) <= 0
                ? Optional.empty()
                : Optional.of("expected an answer within " + Plan.text(most) + ", but it took "
                        + Plan.text(answer.latency()));
    }

    static String body(HttpAnswer answer) {
        String excerpt = answer.excerpt();
        return excerpt.isEmpty() ? " and no body" : ": " + excerpt;
    }

    static String cut(HttpAnswer answer) {
        return answer.complete() ? "" : " in its first MiB";
    }
}
