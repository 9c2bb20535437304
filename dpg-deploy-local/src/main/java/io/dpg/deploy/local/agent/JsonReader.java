package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Json} writes, and any other JSON object of moderate depth. */
final class JsonReader {

    private static final int DEPTH = 32;

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text) {
        this.text = text;
    }

    Json document() {
        if (!(value() instanceof Json json)) {
            throw fault("an object");
        }
        if (peek() != 0) {
            throw fault("nothing more");
        }
        return json;
    }

    private @Nullable Object value() {
        char c = peek();
        if (c == '{') {
            return object();
        }
        if (c == '[') {
            return list();
        }
        if (c == '"') {
            return string();
        }
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return scalar(text.substring(from, at));
    }

    private @Nullable Object scalar(String word) {
        switch (word) {
            case "true":
                return true;
            case "false":
                return false;
            case "null":
                return null;
            default:
                try {
                    if (word.indexOf('.') < 0 && word.indexOf('e') < 0 && word.indexOf('E') < 0) {
                        return Long.valueOf(word);
                    }
                    return Double.valueOf(word);
                } catch (NumberFormatException e) {
                    throw fault("a value");
                }
        }
    }

    private Json object() {
        enter();
        Json json = Json.object();
        if (peek() == '}') {
            at++;
        } else {
            do {
                String name = string();
                expect(':');
                json.put(name, value());
            } while (more('}'));
        }
        depth--;
        return json;
    }

    private List<@Nullable Object> list() {
        enter();
        List<@Nullable Object> list = new ArrayList<>();
        if (peek() == ']') {
            at++;
        } else {
            do {
                list.add(value());
            } while (more(']'));
        }
        depth--;
        return list;
    }

    private void enter() {
        at++;
        if (++depth > DEPTH) {
            throw fault("less depth");
        }
    }

    private boolean more(char end) {
        char c = peek();
        at++;
        if (c == end) {
            return false;
        }
        if (c != ',') {
            throw fault("',' or '" + end + "'");
        }
        return true;
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
        throw fault("the end of a text");
    }

    private char escaped() {
        if (at >= text.length()) {
            throw fault("an escape");
        }
        char c = text.charAt(at++);
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u':
                if (at + 4 > text.length()) {
                    throw fault("four digits");
                }
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            default:
                return c;
        }
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw fault("'" + wanted + "'");
        }
        at++;
    }

    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException fault(String wanted) {
        return new IllegalArgumentException("Expected " + wanted + " at character " + at + " of a JSON document");
    }
}
