package io.dpg.deploy.verify.metric;

import io.dpg.deploy.Plan;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.HttpAccess;
import io.dpg.deploy.verify.internal.Failures;
import io.dpg.deploy.verify.internal.HttpAnswer;
import io.dpg.deploy.verify.internal.HttpFailure;
import io.dpg.deploy.verify.internal.Outgoing;
import io.dpg.deploy.verify.metric.AnswerParser.MalformedException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query API. Asks again, with growing pauses, where that may help: after 408, 425, 429 and 5xx, where nothing listens,
 * and where no answer came. Everything else is said at once.
 *
 * @param timeout of one request; the server is told, so that it does not work on for nobody
 */
record Endpoint(URI base, HttpAccess access, Duration timeout, Time time) {

    /** Bytes of an answer that are read. */
    static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** The server could not be asked, or did not give samples. */
    static final class UnansweredException extends Exception {
        UnansweredException(String message) {
            super(message);
        }
    }

    /** What became of one request: a result, or why there is none. */
    private record Tried(Answer.@Nullable Result result, String failure, boolean again, Duration hold) {
        static Tried once(String failure) {
            return new Tried(null, failure, false, Duration.ZERO);
        }
    }

    /**
     * Asks.
     *
     * @param path such as {@code /api/v1/query}
     * @param end when to give up, by {@link Time#nanos}
     */
    Answer.Result ask(String path, Map<String, String> form, long end)
            throws UnansweredException, InterruptedException {
        long begun = time.nanos();
        Duration pause = FIRST_PAUSE;
        String failure = "";
        for (int tries = 1; ; tries++) {
            Duration left = Duration.ofNanos(end - time.nanos());
            if (left.isNegative() || left.isZero()) {
                throw new UnansweredException(
                        "what was asked before took all the time there is, and none was left to ask " + this
                                + " again; allow more with within(…)");
            }
            boolean cut = left.compareTo(timeout) < 0;
            Tried tried = once(path, form, cut ? left : timeout);
            if (tried.result() != null) {
                return tried.result();
            }
            // What the end cut short says "no answer within 3 ms", and what came before says what is wrong.
            failure = cut && tried.again() && !failure.isEmpty() ? failure : tried.failure();
            Duration wait = tried.hold().compareTo(pause) > 0 ? tried.hold() : pause;
            left = Duration.ofNanos(end - time.nanos());
            if (!tried.again() || left.compareTo(wait) <= 0) {
                Duration took = Duration.ofNanos(time.nanos() - begun);
                throw new UnansweredException(failure
                        + (tried.hold().isZero() ? "" : "; it asks to wait for " + Plan.text(tried.hold()))
                        + (tries == 1 ? "" : " (the last of " + tries + " tries in " + Plan.text(took) + ")"));
            }
            time.sleep(wait);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }

    private Tried once(String path, Map<String, String> form, Duration limit) throws InterruptedException {
        String prefix = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
        URI uri = URI.create(base.getScheme() + "://" + Failures.authority(base) + prefix + path);
        String encoded = form.entrySet().stream()
                        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                        .collect(Collectors.joining("&"))
                + "&timeout=" + Ask.seconds(limit);
        Outgoing request = Outgoing.of("POST", uri).form(encoded).most(MOST_BYTES);
        HttpAnswer answer;
        try {
            answer = access.transport().send(request, limit, time);
        } catch (HttpFailure e) {
            boolean lasting = e.kind() == HttpFailure.Kind.TLS || e.kind() == HttpFailure.Kind.INVALID;
            return new Tried(null, String.valueOf(e.getMessage()), !lasting, Duration.ZERO);
        }
        int status = answer.status();
        if (status >= 200 && status <= 299) {
            return answered(answer);
        }
        String failure = this + " answered " + status + said(answer);
        boolean again = status >= 500 || status == 408 || status == 425 || status == 429;
        return again
                ? new Tried(null, failure, true, retryAfter(answer))
                : Tried.once(failure + advice(status, prefix, answer));
    }

    private Tried answered(HttpAnswer answer) {
        if (!answer.complete()) {
            return Tried.once(this + " answered with more than " + MOST_BYTES / 1024 / 1024
                    + " MiB; aggregate in the query, or ask for fewer points");
        }
        try {
            Answer parsed = AnswerParser.parse(answer.body());
            return parsed instanceof Answer.Result result
                    ? new Tried(result, "", false, Duration.ZERO)
                    : Tried.once(this + " answered with an error" + said(answer));
        } catch (MalformedException e) {
            return Tried.once(this + " answered something that is no answer of Prometheus: "
                    + answer.redact(String.valueOf(e.getMessage())));
        }
    }

    /** What the server says is wrong, in its own words where it has some. */
    private static String said(HttpAnswer answer) {
        try {
            if (AnswerParser.parse(answer.body()) instanceof Answer.Refusal refusal) {
                return answer.redact(" (" + refusal.type() + ": " + refusal.error() + ")");
            }
        } catch (MalformedException e) {
            // not by Prometheus, but by something in front of it
        }
        String excerpt = answer.excerpt();
        return excerpt.isEmpty() ? "" : " (" + excerpt + ")";
    }

    private static String advice(int status, String prefix, HttpAnswer answer) {
        if (status == 401 || status == 403) {
            return "; set credentials that may query with access(…)";
        } else if (status == 404 || status == 405) {
            return "; is '" + prefix + "' the path under which it serves /api/v1/query?";
        }
        return status < 400
                ? "; redirects are not followed: name the address it points to, "
                        + answer.shorten(answer.header("location").orElse("none"), 200)
                : "";
    }

    /** Seconds or a date, as RFC 9110 has it; zero where there is neither. */
    private Duration retryAfter(HttpAnswer answer) {
        String value = answer.header("retry-after").orElse("").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(time.now(), date.toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Returns where it is, for messages. */
    @Override
    public String toString() {
        return "Prometheus at " + Failures.place(base);
    }
}
