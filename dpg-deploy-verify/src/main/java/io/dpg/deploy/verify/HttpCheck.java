package io.dpg.deploy.verify;

import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.verify.Attempts.Found;
import io.dpg.deploy.verify.Expectations.Expectation;
import io.dpg.deploy.verify.internal.Failures;
import io.dpg.deploy.verify.internal.HttpAnswer;
import io.dpg.deploy.verify.internal.HttpFailure;
import io.dpg.deploy.verify.internal.Outgoing;
import io.dpg.deploy.verify.internal.Sent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hc.core5.http.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * Sends an HTTP request to the group under verification and says whether the answer is as expected:
 *
 * <pre>{@code
 * HttpCheck.get("/health").status(200).expectJson("/status", "up")
 * HttpCheck.post("/orders").json("{}").header("Authorization", token).status(201).successes(3)
 * }</pre>
 *
 * <p>A bad answer, and none, is asked for again with growing pauses until the check's time ({@link #within}, and never
 * more than the rollout allows) is over. Redirects are not followed: a redirect is an answer. Certificates and host
 * names are verified. At most 1 MiB of a body is read.
 *
 * <p>Messages say what was expected and what came, with the beginning of the body. They hold no value of a header that
 * was sent as a {@link Secret} or whose name tells that it is one, such as {@code Authorization}, also where the server
 * echoes it; and no query of the path.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy. All checks share one client, which
 * keeps neither connections nor threads.
 */
public final class HttpCheck implements Check {

    private final Draft draft;

    /** Settings while they are being made; never changed once a check holds them. */
    private static final class Draft {
        final String method;
        final String path;

        @Nullable
        String name;

        @Nullable
        String body;

        String contentType = "";
        int statusFrom = 200;
        int statusTo = 299;
        boolean critical = true;
        boolean failFastOn4xx;
        Attempts attempts = Attempts.DEFAULT;
        final List<Sent> headers;
        final List<Expectation> expectations;

        Draft(String method, String path) {
            this.method = method;
            this.path = path;
            this.headers = new ArrayList<>();
            this.expectations = new ArrayList<>();
        }

        Draft(Draft other) {
            method = other.method;
            path = other.path;
            name = other.name;
            body = other.body;
            contentType = other.contentType;
            statusFrom = other.statusFrom;
            statusTo = other.statusTo;
            critical = other.critical;
            failFastOn4xx = other.failFastOn4xx;
            attempts = other.attempts;
            headers = new ArrayList<>(other.headers);
            expectations = new ArrayList<>(other.expectations);
        }
    }

    private HttpCheck(Draft draft) {
        this.draft = draft;
    }

    /** Returns a check that gets {@code path}; see {@link #request}. */
    public static HttpCheck get(String path) {
        return request("GET", path);
    }

    /** Returns a check that posts to {@code path}, with an empty body unless one is set; see {@link #request}. */
    public static HttpCheck post(String path) {
        return request("POST", path);
    }

    /**
     * Returns a check that sends {@code method}.
     *
     * @param path appended to the path of the endpoint: {@code /health} on {@code http://host/green/} asks for
     *     {@code /green/health}. May have a query
     * @throws IllegalArgumentException if the path is no path, such as a whole URL or one with spaces
     */
    public static HttpCheck request(String method, String path) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        if (path.contains("://")) {
            throw new IllegalArgumentException("A check asks the group under verification and takes a path such as"
                    + " '/health', but got a whole URL");
        }
        try {
            URI.create("http://host" + absolute);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + path + "' is not a path; encode special characters", e);
        }
        if (method.isBlank() || !method.chars().allMatch(Character::isLetter)) {
            throw new IllegalArgumentException("'" + method + "' is not a method such as GET");
        }
        return new HttpCheck(new Draft(method.toUpperCase(Locale.ROOT), absolute));
    }

    /** Returns a copy with another name; default method and path, such as {@code GET /health}. */
    public HttpCheck named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a check must not be blank");
        }
        return with(d -> d.name = name);
    }

    /** Returns a copy that sends {@code body} as JSON. */
    public HttpCheck json(String body) {
        return body(body, "application/json");
    }

    /** Returns a copy that sends {@code body} in UTF-8 as {@code contentType}. */
    public HttpCheck body(String body, String contentType) {
        Objects.requireNonNull(body, "body");
        ContentType.parse(contentType);
        return with(d -> {
            d.body = body;
            d.contentType = contentType;
        });
    }

    /** Returns a copy that also sends the header {@code name}. */
    public HttpCheck header(String name, String value) {
        Sent sent = Sent.plain(name, value);
        return with(d -> d.headers.add(sent));
    }

    /** Returns a copy that also sends the header {@code name}, whose value appears in no message. */
    public HttpCheck header(String name, Secret value) {
        Sent sent = Sent.secret(name, value);
        return with(d -> d.headers.add(sent));
    }

    /** Returns a copy that expects this status; default 200 to 299. */
    public HttpCheck status(int status) {
        return status(status, status);
    }

    /** Returns a copy that expects a status within these, both included; default 200 to 299. */
    public HttpCheck status(int from, int to) {
        if (from < 100 || to > 599 || from > to) {
            throw new IllegalArgumentException(
                    "A status is within 100 to 599, and a range goes up, but got " + from + " to " + to);
        }
        return with(d -> {
            d.statusFrom = from;
            d.statusTo = to;
        });
    }

    /** Returns a copy that also expects the header {@code name} with exactly this value, among others of the name. */
    public HttpCheck expectHeader(String name, String value) {
        return expect(Expectations.header(name, Objects.requireNonNull(value, "value")));
    }

    /**
     * Returns a copy that also expects a value in a JSON body.
     *
     * @param pointer where, as a JSON pointer (RFC 6901) such as {@code /checks/0/status}
     * @param value what; numbers, booleans and null as JSON writes them, such as {@code 3} or {@code true}
     * @throws IllegalArgumentException if the pointer is none
     */
    public HttpCheck expectJson(String pointer, String value) {
        return expect(Expectations.json(pointer, Objects.requireNonNull(value, "value")));
    }

    /** Returns a copy that also expects the body to contain {@code text}. */
    public HttpCheck expectText(String text) {
        return expect(Expectations.text(Objects.requireNonNull(text, "text")));
    }

    /** Returns a copy that also expects the whole answer, connecting included, within {@code most}. */
    public HttpCheck maxLatency(Duration most) {
        if (Objects.requireNonNull(most, "maxLatency").isNegative() || most.isZero()) {
            throw new IllegalArgumentException("maxLatency must be positive, but is " + most);
        }
        return expect(Expectations.latency(most));
    }

    /** Returns a copy that gives up on a single request after {@code timeout}; default 10 seconds. */
    public HttpCheck timeout(Duration timeout) {
        Attempts changed = draft.attempts.timeout(timeout);
        return with(d -> d.attempts = changed);
    }

    /** Returns a copy that keeps asking for at most {@code limit}; default 300 seconds, and what the rollout allows. */
    public HttpCheck within(Duration limit) {
        Attempts changed = draft.attempts.within(limit);
        return with(d -> d.attempts = changed);
    }

    /** Returns a copy that pauses so long between requests, doubling; default 200 milliseconds up to 5 seconds. */
    public HttpCheck backoff(Duration first, Duration longest) {
        Attempts changed = draft.attempts.backoff(first, longest);
        return with(d -> d.attempts = changed);
    }

    /** Returns a copy that passes after so many good answers in a row, the first pause apart; default 1. */
    public HttpCheck successes(int inRow) {
        Attempts changed = draft.attempts.successes(inRow);
        return with(d -> d.attempts = changed);
    }

    /**
     * Returns a copy that fails at once on an unexpected status of 400 to 499, which asking again seldom changes; not on
     * 408, 425 and 429, which ask for just that. Default: asks again.
     */
    public HttpCheck failFastOn4xx() {
        return with(d -> d.failFastOn4xx = true);
    }

    /** Returns a copy that fails the rollout ({@code true}, the default) or is only reported. */
    public HttpCheck critical(boolean critical) {
        return with(d -> d.critical = critical);
    }

    @Override
    public String name() {
        return draft.name != null ? draft.name : draft.method + " " + pathOnly();
    }

    @Override
    public boolean critical() {
        return draft.critical;
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        URI base = context.base();
        if (base == null) {
            return new CheckResult(
                    name(),
                    CheckResult.Status.ERROR,
                    "the target has no place where " + context.slot().name().toLowerCase(Locale.ROOT)
                            + " can be reached",
                    Duration.ZERO,
                    0);
        }
        URI uri = resolve(base, draft.path);
        return draft.attempts.run(name(), context, timeout -> look(uri, context, timeout));
    }

    private Found look(URI uri, CheckContext context, Duration timeout) throws InterruptedException {
        try {
            return judge(HttpAccess.standard().transport().send(request(uri), timeout, context.time()));
        } catch (HttpFailure e) {
            return Found.bad(asked() + e.getMessage());
        }
    }

    private Outgoing request(URI uri) {
        Outgoing request = new Outgoing(draft.method, uri, null, null, draft.headers, Outgoing.MOST);
        return draft.body == null
                ? request
                : request.body(
                        draft.body.getBytes(StandardCharsets.UTF_8),
                        ContentType.parse(draft.contentType)
                                .withCharset(StandardCharsets.UTF_8)
                                .toString());
    }

    private Found judge(HttpAnswer answer) {
        Optional<String> fault =
                Expectations.status(draft.statusFrom, draft.statusTo).fault(answer);
        if (fault.isPresent()) {
            return new Found(false, draft.failFastOn4xx && hopeless(answer.status()), said(answer, fault.get()));
        }
        for (Expectation expectation : draft.expectations) {
            Optional<String> other = expectation.fault(answer);
            if (other.isPresent()) {
                return Found.bad(said(answer, other.get()));
            }
        }
        return Found.good(said(
                answer, "status " + answer.status() + " in " + answer.latency().toMillis() + " ms, as expected"));
    }

    private static boolean hopeless(int status) {
        return status >= 400 && status <= 499 && status != 408 && status != 425 && status != 429;
    }

    private String said(HttpAnswer answer, String text) {
        return asked() + answer.redact(text);
    }

    /** Reports carry the check's name, so what was asked is only said where the name does not. */
    private String asked() {
        return draft.name == null ? "" : draft.method + ' ' + pathOnly() + ": ";
    }

    private String pathOnly() {
        int query = draft.path.indexOf('?');
        return query < 0 ? draft.path : draft.path.substring(0, query);
    }

    /** Appends {@code path} to the path of {@code base}, whose user info, query and fragment are left out. */
    static URI resolve(URI base, String path) {
        String prefix = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
        return URI.create(base.getScheme() + "://" + Failures.authority(base) + prefix + path);
    }

    private HttpCheck expect(Expectation expectation) {
        return with(d -> d.expectations.add(expectation));
    }

    private HttpCheck with(Consumer<Draft> change) {
        Draft copy = new Draft(draft);
        change.accept(copy);
        return new HttpCheck(copy);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
