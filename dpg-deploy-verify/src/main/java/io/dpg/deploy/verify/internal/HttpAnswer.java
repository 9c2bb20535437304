package io.dpg.deploy.verify.internal;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server answered. Immutable; {@link #body} is not to be changed. */
public final class HttpAnswer {

    private static final int EXCERPT = 200;

    private final int status;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final boolean complete;
    private final Charset charset;
    private final Duration latency;
    private final Confidential confidential;

    HttpAnswer(
            int status,
            Map<String, List<String>> headers,
            byte[] body,
            boolean complete,
            Charset charset,
            Duration latency,
            Confidential confidential) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.complete = complete;
        this.charset = charset;
        this.latency = latency;
        this.confidential = confidential;
    }

    /** Returns the status, such as 200. */
    public int status() {
        return status;
    }

    /** Returns the values of headers, by name in lower case. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** Returns the first value of the header {@code name}, given in lower case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** Returns the body, or its beginning up to the request's limit; not copied, as it may have megabytes. */
    public byte[] body() {
        return body;
    }

    /** Returns {@link #body} as text, in the charset the server names (default UTF-8). */
    public String text() {
        return new String(body, charset);
    }

    /** Returns whether {@link #body} is all of the body, so that it was no longer than the request's limit. */
    public boolean complete() {
        return complete;
    }

    /** Returns the time from the beginning of the request to the end of the body, connecting included. */
    public Duration latency() {
        return latency;
    }

    /** Returns {@code text} without what was sent in confidence. */
    public String redact(String text) {
        return confidential.redact(text);
    }

    /** Returns the beginning of the body for a message, on one line, redacted; empty where there is no body. */
    public String excerpt() {
        return shorten(text(), EXCERPT);
    }

    /** Returns the beginning of {@code text} on one line. Redacts first: a secret cut in two would not be found. */
    public String shorten(String text, int length) {
        String line = redact(text).replaceAll("[\\p{Cc}\\s]+", " ").strip();
        return line.codePointCount(0, line.length()) <= length
                ? line
                : line.substring(0, line.offsetByCodePoints(0, length)) + "…";
    }

    /** Returns the status and nothing that was read or sent. */
    @Override
    public String toString() {
        return "status " + status;
    }
}
