package io.dpg.deploy.local.agent;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Writes the heads of messages that are passed on. */
final class Heads {

    private static final String END = "\r\n";

    private Heads() {}

    /** Returns the head that an instance receives. */
    static byte[] request(Request request, Router.Route route, InetAddress client) {
        StringBuilder head = new StringBuilder(512)
                .append(request.method())
                .append(' ')
                .append(route.target())
                .append(" HTTP/1.1")
                .append(END);
        boolean host = false;
        boolean proto = false;
        String forwarded = "";
        for (HttpHead.Field field : request.head().endToEnd()) {
            switch (field.key()) {
                case "expect", "content-length" -> {}
                case "x-forwarded-for" -> forwarded += field.value() + ", ";
                default -> {
                    host |= field.key().equals("host");
                    proto |= field.key().equals("x-forwarded-proto");
                    field(head, field.name(), field.value());
                }
            }
        }
        if (!host) {
            field(head, "Host", "localhost");
        }
        field(head, "X-Forwarded-For", forwarded + client.getHostAddress());
        if (!proto) {
            field(head, "X-Forwarded-Proto", "http");
        }
        if (route.preview()) {
            field(head, "X-Forwarded-Prefix", Router.PREVIEW + route.slot());
        }
        if (request.upgrades()) {
            field(head, "Connection", "Upgrade");
            field(head, "Upgrade", String.valueOf(request.head().value("upgrade")));
        }
        if (request.chunked()) {
            field(head, "Transfer-Encoding", "chunked");
        } else if (request.length() >= 0) {
            field(head, "Content-Length", Long.toString(request.length()));
        }
        return bytes(head);
    }

    /** Returns the head that the client receives; {@code chunks} where the body is framed by chunks. */
    static byte[] response(Request request, Response response, boolean chunks, boolean keep) {
        StringBuilder head = status(response);
        for (HttpHead.Field field : response.head().endToEnd()) {
            if (!field.key().equals("content-length")) {
                field(head, field.name(), field.value());
            }
        }
        if (chunks) {
            field(head, "Transfer-Encoding", "chunked");
        } else if (response.length() >= 0 && response.status() != 204) {
            field(head, "Content-Length", Long.toString(response.length()));
        } else if (response.chunked() && request.isHead() && !request.old()) {
            field(head, "Transfer-Encoding", "chunked");
        }
        if (!keep) {
            field(head, "Connection", "close");
        } else if (request.old()) {
            field(head, "Connection", "keep-alive");
        }
        return bytes(head);
    }

    /** Returns an interim response such as 103, as it came. */
    static byte[] interim(Response response) {
        StringBuilder head = status(response);
        response.head().endToEnd().forEach(field -> field(head, field.name(), field.value()));
        return bytes(head);
    }

    /** Returns the answer that switches protocols. */
    static byte[] switching(Response response) {
        StringBuilder head = status(response);
        response.head().endToEnd().forEach(field -> field(head, field.name(), field.value()));
        field(head, "Connection", "Upgrade");
        response.head().values("upgrade").forEach(value -> field(head, "Upgrade", value));
        return bytes(head);
    }

    /** Returns the proxy's own answer to a request that it cannot pass on. The connection ends with it. */
    static byte[] fault(HttpFault fault, boolean withoutBody) {
        byte[] body = (fault.getMessage() + ".\n").getBytes(StandardCharsets.ISO_8859_1);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + fault.status + " " + fault.reason() + END);
        field(head, "Content-Type", "text/plain; charset=utf-8");
        field(head, "Content-Length", Integer.toString(body.length));
        if (fault.status == 503) {
            field(head, "Retry-After", "1");
        }
        field(head, "Connection", "close");
        byte[] start = bytes(head);
        if (withoutBody) {
            return start;
        }
        byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    private static StringBuilder status(Response response) {
        return new StringBuilder(512)
                .append("HTTP/1.1 ")
                .append(response.status())
                .append(' ')
                .append(response.reason())
                .append(END);
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append(END);
    }

    private static byte[] bytes(StringBuilder head) {
        return head.append(END).toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
