package io.dpg.deploy.secret;

import io.dpg.deploy.secret.Forms.Form;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds many forms in one pass, by their first four characters. All places where any of them occurs are covered, so
 * that of two that overlap neither leaves a rest. Immutable.
 */
final class FormIndex {

    private static final int PREFIX = 4;
    private static final int FILTER = 1 << 16;

    private final Map<Long, List<Form>> byPrefix = new HashMap<>();
    private final BitSet filter = new BitSet(FILTER);
    private final @Nullable Pattern shortOnes;

    FormIndex(Collection<Form> forms, Collection<String> shortOnes) {
        Map<String, Form> distinct = new HashMap<>();
        // A uniform secret looks the same at several alignments within Base64.
        forms.forEach(f -> distinct.merge(
                f.text(),
                f,
                (a, b) -> new Form(f.text(), a.spillsLeft() || b.spillsLeft(), a.spillsRight() || b.spillsRight())));
        for (Form form : distinct.values()) {
            long key = 0;
            for (int i = 0; i < PREFIX; i++) {
                key = key << 16 | form.text().charAt(i);
            }
            byPrefix.computeIfAbsent(key, k -> new ArrayList<>()).add(form);
            filter.set(bucket(key));
        }
        // The first that matches is then the longest.
        Comparator<Form> longest =
                Comparator.comparingInt((Form f) -> f.text().length()).reversed();
        byPrefix.values().forEach(f -> f.sort(longest));
        this.shortOnes = shortOnes.isEmpty()
                ? null
                : Pattern.compile("(?<![\\p{L}\\p{N}_])(?:"
                        + shortOnes.stream().map(Pattern::quote).collect(Collectors.joining("|"))
                        + ")(?![\\p{L}\\p{N}_])");
    }

    String redactShort(String text) {
        return shortOnes == null ? text : shortOnes.matcher(text).replaceAll(Matcher.quoteReplacement(Redactor.MASK));
    }

    String redact(String text) {
        if (byPrefix.isEmpty() || text.length() < PREFIX) {
            return text;
        }
        StringBuilder clean = null;
        int copied = 0; // up to here the text is in the result
        int begin = -1; // of what is covered just now
        int end = -1;
        long key = 0;
        for (int i = 0; i < text.length(); i++) {
            key = key << 16 | text.charAt(i);
            int at = i - PREFIX + 1;
            if (at < 0 || !filter.get(bucket(key))) {
                continue;
            }
            Form form = longestAt(text, at, key);
            if (form == null) {
                continue;
            }
            int first = form.spillsLeft() && at > copied && isBase64(text.charAt(at - 1)) ? at - 1 : at;
            int after = at + form.text().length();
            int last = form.spillsRight() && after < text.length() && isBase64(text.charAt(after)) ? after + 1 : after;
            if (first <= end) {
                begin = Math.min(begin, first);
                end = Math.max(end, last);
                continue;
            }
            if (begin >= 0) {
                clean = (clean == null ? new StringBuilder() : clean)
                        .append(text, copied, begin)
                        .append(Redactor.MASK);
                copied = end;
            }
            begin = first;
            end = last;
        }
        if (begin < 0) {
            return text;
        }
        clean = (clean == null ? new StringBuilder() : clean)
                .append(text, copied, begin)
                .append(Redactor.MASK);
        return clean.append(text, end, text.length()).toString();
    }

    private @Nullable Form longestAt(String text, int at, long key) {
        for (Form form : byPrefix.getOrDefault(key, List.of())) {
            if (text.startsWith(form.text(), at)) {
                return form;
            }
        }
        return null;
    }

    private static boolean isBase64(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || c == '+' || c == '/' || c == '-' || c == '_');
    }

    private static int bucket(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 48);
    }
}
