package io.dpg.deploy.verify.internal;

import java.io.IOException;

/** A request got no answer. The message says why, with host and port and without any secret. */
public final class HttpFailure extends IOException {

    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** No whole answer in time. */
        TIMEOUT,
        /** Nothing listens there. */
        REFUSED,
        /** The name of the host is not known. */
        UNKNOWN_HOST,
        /** No agreement on TLS, such as a certificate that is not trusted. */
        TLS,
        /** The answer is longer in its lines or headers than is read, or no HTTP. */
        INVALID,
        /** Anything else; the connection was lost, for example. */
        OTHER
    }

    private final Kind kind;

    HttpFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Returns what went wrong. */
    public Kind kind() {
        return kind;
    }
}
