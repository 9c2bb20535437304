package io.dpg.deploy.verify;

import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.verify.Attempts.Found;
import io.dpg.deploy.verify.Expectations.Expectation;
import io.dpg.deploy.verify.internal.HttpAnswer;
import io.dpg.deploy.verify.internal.HttpFailure;
import io.dpg.deploy.verify.internal.Sent;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends an HTTP request to the group under verification and says whether the answer is as expected:
 *
 * <pre>{@code
 * HttpCheck.get("/health").status(200).expectJson("/status", "up")
 * HttpCheck.post("/orders").json("{}").access(HttpAccess.bearer(token)).status(201).successes(3)
 * HttpCheck.post("/search").json(Path.of("query.json")).expectJsonAtLeast("/hits", 1).maxLatency(Duration.ofMillis(300))
 * }</pre>
 *
 * <p>A bad answer, and none, is asked for again with growing pauses until the check's time ({@link #within}, and never
 * more than the rollout allows) is over. Redirects are not followed: a redirect is an answer. Certificates and host
 * names are verified unless {@link #access} says otherwise. At most 1 MiB of a body is read.
 *
 * <p>Messages say what was expected and what came, with the beginning of the body. They hold no value that was sent as a
 * {@link Secret} or in a header whose name tells that it is one, such as {@code Authorization}, also where the server
 * echoes it; and no query of the path.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy. Each request has a connection of its
 * own; none is kept, and no thread.
 */
public final class HttpCheck extends RetryingCheck<HttpCheck> {

    private final HttpDraft draft;

    private HttpCheck(HttpDraft draft, Common common) {
        super(common);
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
     * Returns a check that sends {@code method}, named by both unless it gets a name.
     *
     * @param path appended to the path of the endpoint: {@code /health} on {@code http://host/green/} asks for
     *     {@code /green/health}. May have a query
     * @throws IllegalArgumentException if the path is no path, such as a whole URL or one with spaces
     */
    public static HttpCheck request(String method, String path) {
        return new HttpCheck(new HttpDraft(method, path), Common.DEFAULT);
    }

    /**
     * Returns a copy that sends {@code body} as JSON.
     *
     * @throws IllegalArgumentException if it is not JSON; {@link #body} takes anything
     */
    public HttpCheck json(String body) {
        return json(body.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns a copy that sends the content of {@code file} as JSON. The file is read now, and not again.
     *
     * @throws IllegalArgumentException if it cannot be read, has more than 16 MiB, or is not JSON
     */
    public HttpCheck json(Path file) {
        return json(Bodies.read(file));
    }

    /**
     * Returns a copy that sends what {@code in} holds as JSON, such as {@code Shop.class.getResourceAsStream("q.json")}.
     * It is read now, to its end, and not closed.
     *
     * @throws IllegalArgumentException if it has more than 16 MiB or is not JSON
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public HttpCheck json(InputStream in) {
        return json(Bodies.read(Objects.requireNonNull(in, "there is no such resource")));
    }

    /** Takes bytes that may have been looked at before. */
    HttpCheck json(byte[] bytes) {
        return body(Bodies.json(bytes), "application/json; charset=UTF-8");
    }

    /**
     * Returns a copy that sends {@code body} in UTF-8 as {@code contentType}.
     *
     * @throws IllegalArgumentException if the type is none such as {@code text/csv}
     */
    public HttpCheck body(String body, String contentType) {
        return body(body.getBytes(StandardCharsets.UTF_8), Bodies.type(contentType));
    }

    private HttpCheck body(byte[] bytes, String contentType) {
        return with(d -> {
            d.body = bytes;
            d.contentType = contentType;
        });
    }

    /** Returns a copy that reaches the server so; default {@link HttpAccess#standard}. */
    public HttpCheck access(HttpAccess access) {
        Objects.requireNonNull(access, "access");
        return with(d -> d.access = access);
    }

    /** Returns a copy that also sends the header {@code name}, in place of what the access says. */
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

    /** Returns a copy that also expects the header {@code name}, with any value. */
    public HttpCheck expectHeader(String name) {
        return expect(Expectations.header(name, null));
    }

    /**
     * Returns a copy that also expects a value in a JSON body.
     *
     * @param pointer where, as a JSON pointer (RFC 6901) such as {@code /checks/0/status}
     * @param value what; numbers, booleans and null as JSON writes them, such as {@code 3} or {@code true}
     * @throws IllegalArgumentException if the pointer is none
     */
    public HttpCheck expectJson(String pointer, String value) {
        return expect(JsonExpectations.equal(pointer, Objects.requireNonNull(value, "value")));
    }

    /**
     * Returns a copy that also expects something at {@code pointer} in a JSON body, be it null.
     *
     * @throws IllegalArgumentException if the pointer is none
     */
    public HttpCheck expectJsonExists(String pointer) {
        return expect(JsonExpectations.exists(pointer));
    }

    /**
     * Returns a copy that also expects a number of at least {@code least} at {@code pointer} in a JSON body. A number
     * within a string is none.
     *
     * @throws IllegalArgumentException if the pointer is none, or {@code least} is not finite
     */
    public HttpCheck expectJsonAtLeast(String pointer, double least) {
        return expect(JsonExpectations.atLeast(pointer, new BigDecimal(String.valueOf(finite(least)))));
    }

    /**
     * Returns a copy that also expects a number of at most {@code most} at {@code pointer} in a JSON body. A number
     * within a string is none.
     *
     * @throws IllegalArgumentException if the pointer is none, or {@code most} is not finite
     */
    public HttpCheck expectJsonAtMost(String pointer, double most) {
        return expect(JsonExpectations.atMost(pointer, new BigDecimal(String.valueOf(finite(most)))));
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

    /**
     * Returns a copy that fails at once on an unexpected status of 400 to 499, which asking again seldom changes; not on
     * 408, 425 and 429, which ask for just that. Default: asks again.
     */
    public HttpCheck failFastOn4xx() {
        return with(d -> d.failFastOn4xx = true);
    }

    /**
     * Returns a copy that fails at once where the connection is refused: nothing listens there, or not any more. For
     * what is known to have started; what is still starting refuses connections as well. Default: asks again.
     */
    public HttpCheck failFastOnRefused() {
        return with(d -> d.failFastOnRefused = true);
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        URI base = context.base();
        if (base == null) {
            String slot = context.slot().name().toLowerCase(Locale.ROOT);
            String message = "the target has no place where " + slot + " can be reached";
            return new CheckResult(name(), CheckResult.Status.ERROR, message, Duration.ZERO, 0).critical(critical());
        }
        URI uri = HttpDraft.resolve(base, draft.path);
        return common.attempts().run(this, context, timeout -> look(uri, context, timeout));
    }

    private Found look(URI uri, CheckContext context, Duration timeout) throws InterruptedException {
        try {
            return judge(draft.access.transport().send(draft.request(uri), timeout, context.time()));
        } catch (HttpFailure e) {
            boolean gone = e.kind() == HttpFailure.Kind.REFUSED;
            return Found.bad(asked() + e.getMessage()).last(gone && draft.failFastOnRefused);
        }
    }

    private Found judge(HttpAnswer answer) {
        Optional<String> fault =
                Expectations.status(draft.statusFrom, draft.statusTo).fault(answer);
        if (fault.isPresent()) {
            return Found.bad(said(answer, fault.get())).last(draft.failFastOn4xx && hopeless(answer.status()));
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
        return common.name() == null ? "" : draft.asked() + ": ";
    }

    private static double finite(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("A bound must be a finite number, but is " + number);
        }
        return number;
    }

    private HttpCheck expect(Expectation expectation) {
        return with(d -> d.expectations.add(expectation));
    }

    private HttpCheck with(Consumer<HttpDraft> change) {
        HttpDraft copy = new HttpDraft(draft);
        change.accept(copy);
        return new HttpCheck(copy, common);
    }

    @Override
    HttpCheck with(Common other) {
        return new HttpCheck(draft, other);
    }

    @Override
    String defaultName() {
        return draft.asked();
    }
}
