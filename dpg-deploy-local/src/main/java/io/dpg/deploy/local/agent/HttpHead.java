package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first line and the fields of a message, checked strictly: what two parsers could read in two ways is refused, as
 * that is how requests are smuggled.
 *
 * @param first the request or status line
 * @param fields the fields in order
 */
record HttpHead(String first, List<Field> fields) {

    private static final int MOST_FIELDS = 200;
    private static final String TOKEN = "!#$%&'*+-.^_`|~";
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What {@code Connection} may never remove, whatever it names. */
    private static final Set<String> KEPT = Set.of("host", "content-length", "x-forwarded-for", "forwarded");

    /** A field; {@code key} is its name in lower case. */
    record Field(String name, String key, String value) {}

    static HttpHead parse(String text) throws HttpFault {
        int end = text.indexOf("\r\n");
        String first = text.substring(0, end);
        checkText(first);
        List<Field> fields = new ArrayList<>();
        for (int at = end + 2; at < text.length(); at = end + 2) {
            end = text.indexOf("\r\n", at);
            fields.add(field(text.substring(at, end)));
            if (fields.size() > MOST_FIELDS) {
                throw new HttpFault(431, "The message has more than " + MOST_FIELDS + " header fields");
            }
        }
        return new HttpHead(first, fields);
    }

    private static Field field(String line) throws HttpFault {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        if (!isToken(name)) {
            throw new HttpFault(400, "A header line is malformed, folded, or has a space before its colon");
        }
        String value = line.substring(colon + 1).strip();
        checkText(value);
        return new Field(name, name.toLowerCase(Locale.ROOT), value);
    }

    private static void checkText(String text) throws HttpFault {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                throw new HttpFault(400, "A control character is in the head of the message");
            }
        }
    }

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && TOKEN.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Returns all values of the field {@code key} (lower case). */
    List<String> values(String key) {
        List<String> values = new ArrayList<>(1);
        for (Field field : fields) {
            if (field.key.equals(key)) {
                values.add(field.value);
            }
        }
        return values;
    }

    /** Returns the first value of the field {@code key}, or null. */
    @Nullable
    String value(String key) {
        for (Field field : fields) {
            if (field.key.equals(key)) {
                return field.value;
            }
        }
        return null;
    }

    /** Returns whether the comma-separated field {@code key} names {@code token}, in any case. */
    boolean names(String key, String token) {
        for (String item : list(key)) {
            if (item.equals(token)) {
                return true;
            }
        }
        return false;
    }

    private List<String> list(String key) {
        List<String> items = new ArrayList<>(2);
        for (String value : values(key)) {
            for (String item : value.split(",")) {
                items.add(item.strip().toLowerCase(Locale.ROOT));
            }
        }
        return items;
    }

    /** Returns the fields that travel on: without those of this connection and those that {@code Connection} names. */
    List<Field> endToEnd() {
        List<String> named = list("connection");
        List<Field> kept = new ArrayList<>(fields.size());
        for (Field field : fields) {
            if (!HOP_BY_HOP.contains(field.key) && (!named.contains(field.key) || KEPT.contains(field.key))) {
                kept.add(field);
            }
        }
        return kept;
    }

    /** Returns the length that the message states, or -1 where it states none. */
    long length() throws HttpFault {
        List<String> values = values("content-length");
        if (values.isEmpty()) {
            return -1;
        }
        String value = values.get(0);
        boolean digits =
                !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (values.size() > 1 || !digits) {
            throw new HttpFault(400, "Content-Length must be given once, in digits");
        }
        return Long.parseLong(value);
    }

    /**
     * Returns whether the body comes in chunks.
     *
     * @throws HttpFault with 501 for other codings, which the proxy could only guess the end of
     */
    boolean chunked() throws HttpFault {
        List<String> values = values("transfer-encoding");
        if (values.isEmpty()) {
            return false;
        }
        if (values.size() > 1 || !values.get(0).equalsIgnoreCase("chunked")) {
            throw new HttpFault(501, "The only transfer coding understood is a single 'chunked'");
        }
        return true;
    }
}
