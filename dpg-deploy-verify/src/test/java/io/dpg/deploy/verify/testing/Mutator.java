package io.dpg.deploy.verify.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Spoils files for tests of parsers: the same seed spoils the same file in the same way. Reports, answers and
 * configuration of any format will do; some of what is put in is XML's, JSON's, YAML's or CSV's own trouble.
 */
public final class Mutator {

    private static final List<String> TROUBLE = List.of(
            "<",
            ">",
            "&",
            "\"",
            "'",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\n",
            "\t",
            "\0",
            "\uFEFF",
            "]]>",
            "<![CDATA[",
            "<!--",
            "&lt;",
            "&x;",
            "&#0;",
            "<?xml version=\"1.1\"?>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
            "null",
            "true",
            "-1",
            "0",
            "1e999",
            "NaN",
            "-9223372036854775808",
            "18446744073709551616",
            "99999999999999999999999999999999",
            "0.1",
            "\\u0000",
            "\\ud800",
            "\\",
            "%s",
            "${x}",
            "../",
            "\u202e",
            "- ",
            "? ",
            "*a",
            "&a ",
            "!!java",
            "|");

    private final Random random;

    /** Makes one that spoils as {@code seed} says. */
    public Mutator(long seed) {
        this.random = new Random(seed);
    }

    /** Returns how often fuzz tests should try: {@code usual} times, or as the variable {@code DPG_FUZZ} says. */
    public static int tries(int usual) {
        String wanted = System.getenv("DPG_FUZZ");
        return wanted == null || wanted.isBlank() ? usual : Integer.parseInt(wanted.strip());
    }

    /** Returns a spoilt copy: one to four changes. */
    public byte[] mutate(byte[] original) {
        byte[] spoilt = original.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            spoilt = once(spoilt);
        }
        return spoilt;
    }

    private byte[] once(byte[] from) {
        if (from.length == 0) {
            return trouble();
        }
        int at = random.nextInt(from.length);
        int length = Math.min(from.length - at, 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 12));
        return switch (random.nextInt(12)) {
            case 0 -> { // a flipped bit
                from[at] ^= (byte) (1 << random.nextInt(8));
                yield from;
            }
            case 1 -> { // any byte
                from[at] = (byte) random.nextInt(256);
                yield from;
            }
            case 2 -> Arrays.copyOf(from, at); // cut off
            case 3 -> Arrays.copyOfRange(from, at, from.length); // the beginning is lost
            case 4 -> splice(from, at, length, new byte[0]); // a gap
            case 5 -> splice(from, at, 0, Arrays.copyOfRange(from, at, at + length)); // said twice
            case 6 -> { // moved
                byte[] piece = Arrays.copyOfRange(from, at, at + length);
                byte[] rest = splice(from, at, length, new byte[0]);
                yield splice(rest, random.nextInt(rest.length + 1), 0, piece);
            }
            case 7 -> splice(from, at, 0, trouble());
            case 8 -> splice(from, at, length, trouble());
            case 9 -> number(from, at);
            case 10 -> repeated(from, at, length);
            default -> encoded(from);
        };
    }

    private byte[] trouble() {
        return TROUBLE.get(random.nextInt(TROUBLE.size())).getBytes(StandardCharsets.UTF_8);
    }

    /** Another number for the next that there is. */
    private byte[] number(byte[] from, int at) {
        int start = at;
        while (start < from.length && (from[start] < '0' || from[start] > '9')) {
            start++;
        }
        int end = start;
        while (end < from.length && from[end] >= '0' && from[end] <= '9') {
            end++;
        }
        String other = random.nextBoolean() ? String.valueOf(random.nextLong()) : String.valueOf(random.nextInt(4));
        return splice(from, start, end - start, other.getBytes(StandardCharsets.UTF_8));
    }

    /** A piece many times over: deep nesting, long texts, many items. */
    private byte[] repeated(byte[] from, int at, int length) {
        byte[] many = new byte[length * (1 + random.nextInt(300))];
        for (int i = 0; i < many.length; i++) {
            many[i] = from[at + i % length];
        }
        return splice(from, at, 0, many);
    }

    /** In another encoding, with its mark or without. */
    private byte[] encoded(byte[] from) {
        String text = new String(from, StandardCharsets.UTF_8);
        return switch (random.nextInt(4)) {
            case 0 -> ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
            case 1 -> text.getBytes(StandardCharsets.UTF_16);
            case 2 -> text.getBytes(StandardCharsets.UTF_16LE);
            default -> text.getBytes(StandardCharsets.ISO_8859_1);
        };
    }

    private static byte[] splice(byte[] from, int at, int gone, byte[] instead) {
        byte[] to = new byte[from.length - gone + instead.length];
        System.arraycopy(from, 0, to, 0, at);
        System.arraycopy(instead, 0, to, at, instead.length);
        System.arraycopy(from, at + gone, to, at + instead.length, from.length - at - gone);
        return to;
    }
}
