package io.dpg.deploy.local.agent;

/**
 * The head of an instance's answer.
 *
 * @param status its status
 * @param reason the words that came with it
 * @param head its fields
 * @param length the body's length, -1 where none is stated or chunks say it
 * @param chunked whether the body comes in chunks
 * @param keepsAlive whether the connection can serve another request
 */
record Response(int status, String reason, HttpHead head, long length, boolean chunked, boolean keepsAlive) {

    static Response parse(String text) throws HttpFault {
        try {
            HttpHead head = HttpHead.parse(text);
            String first = head.first();
            if (!first.matches("HTTP/1\\.[01] [1-9][0-9][0-9]( .*)?")) {
                throw new HttpFault(502, "The instance's status line is malformed");
            }
            boolean old = first.charAt(7) == '0';
            boolean chunked = head.chunked();
            long length = chunked ? -1 : head.length();
            // Both framings at once: chunks win, and the connection is not trusted with another request.
            boolean twice = chunked && !head.values("content-length").isEmpty();
            boolean keeps = old ? head.names("connection", "keep-alive") : !head.names("connection", "close");
            return new Response(
                    Integer.parseInt(first.substring(9, 12)),
                    first.length() > 13 ? first.substring(13) : "",
                    head,
                    length,
                    chunked,
                    keeps && !twice);
        } catch (HttpFault fault) {
            throw new HttpFault(502, "The instance answered with something that is not HTTP: " + fault.getMessage());
        }
    }

    /** Returns whether a body follows, given the request's method. */
    boolean hasBody(Request request) {
        return !request.isHead() && status >= 200 && status != 204 && status != 304 && length != 0;
    }
}
