package io.dpg.deploy.secret;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms that a secret may take in a log. Encoders differ in what they leave alone, hence the variants. */
final class Forms {

    private static final int SHORT_LINE = 6;
    private static final int SHORTEST = 4;
    private static final Pattern PASSWORD = Pattern.compile("://[^:/@\\s]*:([^@\\s]+)@");
    private static final Pattern PEM_FRAME = Pattern.compile("-----(BEGIN|END) [A-Z0-9 ]+-----");

    // RFC 3986; form encoding; JavaScript's encodeURIComponent; path segments; queries
    private static final List<String> URL_SAFE =
            List.of("-_.~", "-_.*", "-_.!~*'()", "-_.~!$&'()*+,;=:@", "-_.~!$&'()*+,;=:@/?");

    private Forms() {}

    /**
     * One form of a secret.
     *
     * @param text what to look for
     * @param spillsLeft whether the character before it carries some bits of the secret: Base64 within Base64
     * @param spillsRight whether the character after it does
     */
    record Form(String text, boolean spillsLeft, boolean spillsRight) {}

    /** Returns the value and the parts of it that are as secret as the whole. */
    static Set<String> parts(String value) {
        Set<String> parts = new LinkedHashSet<>(List.of(value, value.strip()));
        List<String> lines = value.lines().map(String::strip).toList();
        if (lines.size() > 1) {
            lines.stream()
                    .filter(l ->
                            l.length() >= SHORT_LINE && !PEM_FRAME.matcher(l).matches())
                    .forEach(parts::add);
        }
        Matcher password = PASSWORD.matcher(value);
        if (password.find() && password.group(1).length() >= SHORTEST) {
            parts.add(password.group(1));
            decoded(password.group(1)).ifPresent(parts::add);
        }
        parts.remove("");
        return parts;
    }

    /** Drivers report the password itself, not as it stands in the URL. */
    private static Optional<String> decoded(String password) {
        try {
            return Optional.of(URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .filter(p -> p.length() >= SHORTEST);
        } catch (IllegalArgumentException notEncoded) {
            return Optional.empty();
        }
    }

    /** Returns all forms of {@code value} that are long enough not to turn up by chance. */
    static Set<Form> of(String value) {
        Set<String> whole = new LinkedHashSet<>(List.of(value));
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        url(bytes, whole);
        json(value, whole);
        markup(value, whole);
        shell(value, whole);
        String hex = HexFormat.of().formatHex(bytes);
        whole.add(hex);
        whole.add(hex.toUpperCase(Locale.ROOT));
        Set<Form> forms = new LinkedHashSet<>();
        whole.forEach(f -> forms.add(new Form(f, false, false)));
        base64(bytes, forms);
        forms.removeIf(f -> f.text().length() < SHORTEST);
        return forms;
    }

    private static void url(byte[] bytes, Set<String> forms) {
        for (String safe : URL_SAFE) {
            for (String hex : List.of("%%%02X", "%%%02x")) {
                StringBuilder form = new StringBuilder();
                for (byte b : bytes) {
                    char c = (char) (b & 0xff);
                    boolean plain = c < 128 && (Character.isLetterOrDigit(c) || safe.indexOf(c) >= 0);
                    form.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, hex, b & 0xff));
                }
                forms.add(form.toString());
                forms.add(form.toString().replace("%20", "+"));
            }
        }
    }

    private static void json(String value, Set<String> forms) {
        for (String unicode : List.of("\\u%04x", "\\u%04X")) {
            for (boolean ascii : new boolean[] {false, true}) {
                for (String also : List.of("", "/", "<>&='", "<>&='/")) { // as PHP and Gson do
                    forms.add(each(value, c -> jsonCharacter((char) c, unicode, ascii, also)));
                }
            }
        }
    }

    private static String jsonCharacter(char c, String unicode, boolean ascii, String also) {
        return switch (c) {
            case '"', '\\' -> "\\" + c;
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '/' -> also.contains("/") ? "\\/" : "/";
            default ->
                c < ' ' || ascii && c >= 127 || also.indexOf(c) >= 0
                        ? String.format(Locale.ROOT, unicode, (int) c)
                        : String.valueOf(c);
        };
    }

    private static void markup(String value, Set<String> forms) {
        for (String apostrophe : List.of("'", "&#39;", "&#039;", "&#x27;", "&apos;")) {
            for (String quote : List.of("\"", "&quot;", "&#34;")) {
                for (String greater : List.of(">", "&gt;")) {
                    for (String newline : List.of("\n", "&#10;", "&#xA;", "&#xa;")) {
                        forms.add(value.replace("&", "&amp;")
                                .replace("<", "&lt;")
                                .replace(">", greater)
                                .replace("'", apostrophe)
                                .replace("\"", quote)
                                .replace("\n", newline));
                    }
                }
            }
        }
    }

    private static void shell(String value, Set<String> forms) {
        forms.add(value.replace("'", "'\\''"));
        forms.add(value.replace("'", "'\"'\"'"));
        for (String special : List.of("\"\\$`", "\"\\$`!")) { // within double quotes
            forms.add(each(value, c -> special.indexOf(c) >= 0 ? "\\" + (char) c : String.valueOf((char) c)));
        }
        forms.add(each(
                value, // bash's printf %q
                c -> c < 128 && !Character.isLetterOrDigit(c) && "_@%+=:./-".indexOf(c) < 0
                        ? "\\" + (char) c
                        : String.valueOf((char) c)));
        forms.add(value.replace("\\", "\\\\")
                .replace("'", "\\'")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "\\r")); // $'…'
    }

    private static void base64(byte[] bytes, Set<Form> forms) {
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            forms.add(new Form(encoder.encodeToString(bytes), false, false));
            forms.add(new Form(encoder.withoutPadding().encodeToString(bytes), false, false));
            for (int before = 0; before < 3; before++) {
                byte[] shifted = new byte[before + bytes.length];
                System.arraycopy(bytes, 0, shifted, before, bytes.length);
                // Only characters all of whose 6 bits are the secret's; those at the ends depend on the neighbours.
                int begin = (before * 8 + 5) / 6;
                int end = shifted.length * 8 / 6;
                String all = encoder.withoutPadding().encodeToString(shifted);
                String inner = all.substring(Math.min(begin, end), end);
                forms.add(new Form(inner, before > 0, shifted.length % 3 > 0));
            }
        }
    }

    private static String each(String value, IntFunction<String> encode) {
        StringBuilder form = new StringBuilder();
        value.chars().forEach(c -> form.append(encode.apply(c)));
        return form.toString();
    }
}
