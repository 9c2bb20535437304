package io.dpg.deploy.local.agent;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Replaces secret values, and the forms in which programs like to print them, by {@code ***}. Immutable. */
final class Redactor {

    static final Redactor NONE = new Redactor(List.of());
    private static final int SHORTEST_PART = 6;

    private final List<String> forms;

    Redactor(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>();
        for (String secret : secrets) {
            addForms(secret, all);
            String[] lines = secret.split("\\R");
            for (String line : lines) {
                if (lines.length > 1 && line.length() >= SHORTEST_PART) {
                    addForms(line, all); // a key of several lines is printed line by line
                }
            }
        }
        all.removeIf(String::isBlank);
        List<String> longestFirst = new ArrayList<>(all);
        longestFirst.sort(Comparator.comparingInt(String::length).reversed());
        forms = List.copyOf(longestFirst);
    }

    private static void addForms(String secret, Set<String> all) {
        if (secret.isBlank()) {
            return;
        }
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        all.add(secret);
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        all.add(encoded);
        all.add(encoded.replace("+", "%20"));
        String json = Json.object().put("s", secret).toString();
        all.add(json.substring(6, json.length() - 2));
        all.add(HexFormat.of().formatHex(bytes));
        all.add(HexFormat.of().withUpperCase().formatHex(bytes));
        for (int offset = 0; offset < 3; offset++) {
            base64(bytes, offset, all);
        }
    }

    /** Adds what Base64 makes of the secret when {@code offset} bytes, such as a user name, stand before it. */
    private static void base64(byte[] bytes, int offset, Set<String> all) {
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        int from = (offset * 8 + 5) / 6;
        int to = shifted.length * 8 / 6;
        if (to - from >= SHORTEST_PART) {
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                all.add(encoder.encodeToString(shifted).substring(from, to));
            }
        }
    }

    /** Returns the length of the longest form. */
    int longest() {
        return forms.isEmpty() ? 0 : forms.get(0).length();
    }

    /** Returns {@code text} without secrets. */
    String redact(String text) {
        String redacted = text;
        for (String form : forms) {
            if (redacted.contains(form)) {
                redacted = redacted.replace(form, "***");
            }
        }
        return redacted;
    }

    /** Returns whether {@code text} holds a secret. */
    boolean finds(String text) {
        return !redact(text).equals(text);
    }
}
