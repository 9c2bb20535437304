package io.dpg.deploy.local.agent;

import java.io.IOException;

/** A request that is answered by the proxy itself, with {@link #status}. */
final class HttpFault extends IOException {

    private static final long serialVersionUID = 1L;

    final int status;

    HttpFault(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Returns the words that go with the status. */
    String reason() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 408 -> "Request Timeout";
            case 431 -> "Request Header Fields Too Large";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Error";
        };
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // bad requests are cheap to make, so they must be cheap to refuse
    }
}
