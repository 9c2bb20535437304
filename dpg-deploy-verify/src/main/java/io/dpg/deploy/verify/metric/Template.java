package io.dpg.deploy.verify.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query with placeholders. Knows enough of PromQL to tell strings, regular expressions and comments apart, so that a
 * value stays inside the string that it is filled into: a version with quotes is a strange version and no other query.
 * Immutable.
 *
 * @param parts in order
 */
record Template(List<Part> parts) {

    /** The placeholder that stands for a duration rather than for a text. */
    static final String WINDOW = "window";

    /** Capture groups of {@code label_replace}, such as <code>${1}</code>, are no placeholders. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}0-9][^}]*)?}");

    /**
     * A piece of the query.
     *
     * @param text the piece, or the placeholder's name
     * @param quote the quote of the string around a placeholder, {@link #NONE} for a duration, or {@link #TEXT} for a piece
     * @param regex whether a placeholder's string is a regular expression
     */
    record Part(String text, char quote, boolean regex) {
        static final char TEXT = 't';
        static final char NONE = 'n';
    }

    /**
     * Reads a query.
     *
     * @param known the placeholders that there are, {@link #WINDOW} included
     * @param faults what is wrong with it is added here
     */
    static Template parse(String promql, Set<String> known, List<String> faults) {
        if (promql.isBlank()) {
            faults.add("a query is blank");
        }
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(promql);
        Scanner scanner = new Scanner(promql);
        int done = 0;
        while (matcher.find()) {
            scanner.advance(matcher.start());
            scanner.escaping = matcher.start() > 0 && promql.charAt(matcher.start() - 1) == '\\';
            scanner.skip(matcher.end());
            if (scanner.comment) {
                continue;
            }
            parts.add(new Part(promql.substring(done, matcher.start()), Part.TEXT, false));
            done = matcher.end();
            String name = String.valueOf(matcher.group(1));
            String fault = fault(name, scanner, known);
            if (fault.isEmpty()) {
                parts.add(new Part(name, scanner.quote == 0 ? Part.NONE : scanner.quote, scanner.regex));
            } else {
                faults.add(fault);
            }
        }
        scanner.advance(promql.length());
        if (scanner.quote != 0) {
            faults.add("a string of the query has no end: " + promql);
        }
        parts.add(new Part(promql.substring(done), Part.TEXT, false));
        return new Template(List.copyOf(parts));
    }

    private static String fault(String name, Scanner scanner, Set<String> known) {
        String placeholder = "${" + name + "}";
        if (!known.contains(name)) {
            return "there is no placeholder " + placeholder + "; known are " + list(known)
                    + ", and those that are set with variable(name, value) before the query";
        }
        if (name.equals(WINDOW)) {
            return scanner.quote == 0
                    ? ""
                    : placeholder + " stands for a duration such as [" + placeholder + "], but is inside of a string";
        }
        if (scanner.quote == 0) {
            return placeholder + " stands for a text, but is outside of a string; put it in quotes, as in version=\""
                    + placeholder + "\"";
        }
        if (scanner.quote == '`') {
            return placeholder + " is inside of backquotes, where nothing can be escaped; use double quotes";
        }
        return scanner.escaping ? placeholder + " follows a backslash, which would escape its first character" : "";
    }

    /** Returns whether there is a <code>${window}</code>. */
    boolean hasWindow() {
        return parts.stream().anyMatch(part -> part.quote() == Part.NONE);
    }

    /**
     * Returns the query.
     *
     * @param values gives the value of each placeholder, as it is
     */
    String fill(UnaryOperator<String> values) {
        StringBuilder query = new StringBuilder();
        for (Part part : parts) {
            if (part.quote() == Part.TEXT) {
                query.append(part.text());
            } else {
                String value = values.apply(part.text());
                query.append(part.quote() == Part.NONE ? value : escape(value, part.quote(), part.regex()));
            }
        }
        return query.toString();
    }

    /** Escapes for a string of PromQL, which are those of Go, and before that for a regular expression of RE2. */
    static String escape(String value, char quote, boolean regex) {
        String plain = regex ? value.replaceAll("[\\\\.+*?()|\\[\\]{}^$]", "\\\\$0") : value;
        StringBuilder escaped = new StringBuilder();
        plain.codePoints().forEach(c -> {
            if (c == '\\' || c == quote) {
                escaped.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7F) {
                escaped.append(String.format("\\x%02x", c));
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE || c == 0xFFFD) {
                // Half a character, which UTF-8 cannot hold, and the one in its place, which Prometheus takes for a
                // fault.
                escaped.append("\\ufffd");
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }

    static String list(Set<String> names) {
        return new TreeSet<>(names).toString();
    }

    /** Walks through a query and knows whether it is inside of a string or comment. */
    private static final class Scanner {
        private static final Pattern REGEX_AHEAD = Pattern.compile("(?s).*[=!]~\\s*");

        private final String text;
        private int position;
        private char quote;
        private boolean regex;
        private boolean comment;
        private boolean escaping;

        Scanner(String text) {
            this.text = text;
        }

        void advance(int end) {
            for (; position < end; position++) {
                char c = text.charAt(position);
                if (comment) {
                    comment = c != '\n';
                } else if (quote != 0) {
                    if (c == '\\' && quote != '`') {
                        position++;
                    } else if (c == quote) {
                        quote = 0;
                    }
                } else if (c == '#') {
                    comment = true;
                } else if (c == '"' || c == '\'' || c == '`') {
                    quote = c;
                    regex = REGEX_AHEAD.matcher(text.substring(0, position)).matches();
                }
            }
        }

        void skip(int end) {
            position = end;
        }
    }
}
