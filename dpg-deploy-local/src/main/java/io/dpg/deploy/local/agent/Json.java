package io.dpg.deploy.local.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object: what the state file holds and what agent and library say to each other. Small, so that the agent needs
 * no library. Not thread-safe.
 */
public final class Json {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    /** Returns an empty object. */
    public static Json object() {
        return new Json();
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException if {@code text} is none; the text is not repeated, as it may hold secrets
     */
    public static Json parse(String text) {
        return new JsonReader(text).document();
    }

    /** Sets a field to a text, number, boolean, object, list or map of these; nothing where {@code value} is null. */
    public Json put(String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
        return this;
    }

    /** Returns whether the field is there. */
    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** Returns a text that must be there. */
    public String text(String name) {
        String text = textOrNull(name);
        if (text == null) {
            throw new IllegalArgumentException("The field '" + name + "' is missing");
        }
        return text;
    }

    /** Returns a text, or null where there is none. */
    public @Nullable String textOrNull(String name) {
        Object value = fields.get(name);
        return value == null ? null : value.toString();
    }

    /** Returns a whole number, 0 where there is none. */
    public long number(String name) {
        return fields.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** Returns a whole number, 0 where there is none. */
    public int small(String name) {
        return Math.toIntExact(number(name));
    }

    /** Returns a number, 0 where there is none. */
    public double decimal(String name) {
        return fields.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    /** Returns whether the field is {@code true}. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    /** Returns an object, or null where there is none. */
    public @Nullable Json child(String name) {
        return fields.get(name) instanceof Json json ? json : null;
    }

    /** Returns the objects of a list, none where there is no list. */
    public List<Json> children(String name) {
        List<Json> children = new ArrayList<>();
        if (fields.get(name) instanceof List<?> list) {
            list.forEach(item -> children.add((Json) item));
        }
        return children;
    }

    /** Returns the texts of a list, none where there is no list. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (fields.get(name) instanceof List<?> list) {
            list.forEach(item -> texts.add(String.valueOf(item)));
        }
        return texts;
    }

    /** Returns the fields of an object as texts, in order; none where there is no object. */
    public Map<String, String> textMap(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        Object value = fields.get(name);
        if (value instanceof Json json) {
            json.fields.forEach((key, field) -> map.put(key, String.valueOf(field)));
        } else if (value instanceof Map<?, ?> plain) {
            plain.forEach((key, field) -> map.put(String.valueOf(key), String.valueOf(field)));
        }
        return map;
    }

    /** Returns the document, on one line. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        write(fields, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value instanceof Json json) {
            write(json.fields, out);
        } else if (value instanceof Map<?, ?> map) {
            char before = '{';
            for (Map.Entry<?, ?> field : map.entrySet()) {
                quote(String.valueOf(field.getKey()), out.append(before));
                write(field.getValue(), out.append(':'));
                before = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            out.append('[');
            boolean first = true;
            for (Object item : list) {
                write(item, first ? out : out.append(','));
                first = false;
            }
            out.append(']');
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
