package io.dpg.deploy.verify.internal;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request. Immutable; the bytes are not copied.
 *
 * @param method such as {@code GET}
 * @param uri the whole address, without user info
 * @param body what to send, or null for no body
 * @param contentType of the body, or null for none
 * @param headers further headers; they win over those of the access of the same name
 * @param most bytes of the answer's body to read; default {@value #MOST}. More is not read, and the answer is then not complete
 */
public record Outgoing(
        String method,
        URI uri,
        byte @Nullable [] body,
        @Nullable String contentType,
        List<Sent> headers,
        int most) {

    /** Bytes of a body that are read where nothing else is said: {@value}. */
    public static final int MOST = 1024 * 1024;

    /** Copies the headers. */
    public Outgoing {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(uri, "uri");
        headers = List.copyOf(headers);
        if (most < 0) {
            throw new IllegalArgumentException("most must not be negative, but is " + most);
        }
    }

    /** Returns a request without body or headers. */
    public static Outgoing of(String method, URI uri) {
        return new Outgoing(method, uri, null, null, List.of(), MOST);
    }

    /** Returns a copy that sends {@code bytes}. */
    public Outgoing body(byte[] bytes, String type) {
        return new Outgoing(method, uri, bytes, type, headers, most);
    }

    /** Returns a copy that sends a form ({@code application/x-www-form-urlencoded}), already encoded. */
    public Outgoing form(String encoded) {
        return body(encoded.getBytes(StandardCharsets.US_ASCII), "application/x-www-form-urlencoded");
    }

    /** Returns a copy that also sends {@code header}. */
    public Outgoing header(Sent header) {
        List<Sent> all = new ArrayList<>(headers);
        all.add(header);
        return new Outgoing(method, uri, body, contentType, all, most);
    }

    /** Returns a copy that reads so many bytes of the answer's body. */
    public Outgoing most(int bytes) {
        return new Outgoing(method, uri, body, contentType, headers, bytes);
    }

    /** Returns method and host: paths and queries may hold secrets. */
    @Override
    public String toString() {
        return method + " " + Failures.place(uri);
    }
}
