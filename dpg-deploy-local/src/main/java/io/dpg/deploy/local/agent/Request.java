package io.dpg.deploy.local.agent;

import java.util.Set;

/**
 * A checked request.
 *
 * @param method the method
 * @param target the target in origin form, or {@code *}
 * @param old whether the client speaks HTTP/1.0
 * @param head its fields
 * @param length the body's length, -1 where none is stated
 * @param chunked whether the body comes in chunks
 */
record Request(String method, String target, boolean old, HttpHead head, long length, boolean chunked) {

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    static Request parse(String text) throws HttpFault {
        HttpHead head = HttpHead.parse(text);
        String[] parts = head.first().split(" ", -1);
        if (parts.length != 3 || !HttpHead.isToken(parts[0]) || parts[1].isEmpty() || parts[1].indexOf('\t') >= 0) {
            throw new HttpFault(400, "The request line must be a method, a target and a version");
        }
        if (!parts[2].equals("HTTP/1.1") && !parts[2].equals("HTTP/1.0")) {
            throw new HttpFault(parts[2].startsWith("HTTP/") ? 505 : 400, "Only HTTP/1.1 and HTTP/1.0 are understood");
        }
        boolean old = parts[2].equals("HTTP/1.0");
        int hosts = head.values("host").size();
        if (hosts > 1 || (hosts == 0 && !old)) {
            throw new HttpFault(400, "A request must name its Host once");
        }
        long length = head.length();
        boolean chunked = head.chunked();
        if (chunked && (length >= 0 || old)) {
            throw new HttpFault(400, "Transfer-Encoding cannot come with Content-Length or HTTP/1.0");
        }
        return new Request(parts[0], origin(parts[0], parts[1]), old, head, length, chunked);
    }

    private static String origin(String method, String target) throws HttpFault {
        if (method.equals("CONNECT")) {
            throw new HttpFault(501, "CONNECT is not supported");
        }
        if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
            return target;
        }
        if (target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8)) {
            int slash = target.indexOf('/', target.indexOf("//") + 2);
            int query = target.indexOf('?');
            if (query >= 0 && (slash < 0 || query < slash)) {
                return "/" + target.substring(query);
            }
            return slash < 0 ? "/" : target.substring(slash);
        }
        throw new HttpFault(400, "The request target must be a path");
    }

    boolean hasBody() {
        return chunked || length > 0;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Returns whether a repeated request does no more than a single one. */
    boolean idempotent() {
        return IDEMPOTENT.contains(method);
    }

    boolean keepsAlive() {
        return old ? head.names("connection", "keep-alive") : !head.names("connection", "close");
    }

    boolean expectsContinue() {
        return !old && head.names("expect", "100-continue");
    }

    /**
     * Returns whether the client asks for another protocol that may pass. HTTP/2 may not: requests inside it would pass
     * unchecked.
     */
    boolean upgrades() {
        String protocol = head.value("upgrade");
        return !old
                && protocol != null
                && head.names("connection", "upgrade")
                && !hasBody()
                && !protocol.toLowerCase(java.util.Locale.ROOT).contains("h2c");
    }
}
