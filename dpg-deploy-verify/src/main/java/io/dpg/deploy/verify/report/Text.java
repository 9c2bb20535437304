package io.dpg.deploy.verify.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes words of reports fit for a log line. */
final class Text {

    /** The longest piece of a report that a reason repeats, in characters. */
    static final int LONGEST = 160;

    private Text() {}

    /** Returns {@code text} without what could steer a terminal or break a line, cut to {@value #LONGEST}. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (clean.length() >= LONGEST) {
                return clean.append('…').toString();
            }
            clean.appendCodePoint(strange(point) ? '?' : point);
            i += Character.charCount(point);
        }
        return clean.toString();
    }

    private static boolean strange(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    /** Returns for example {@code 1 test} or {@code 3 tests}. */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** Returns a share in percent, rounded down: what is below a limit never reads like the limit. */
    static String percent(long part, long whole) {
        long hundredths = java.math.BigInteger.valueOf(part)
                .multiply(java.math.BigInteger.valueOf(10_000))
                .divide(java.math.BigInteger.valueOf(whole))
                .longValue();
        return String.format(Locale.ROOT, "%d.%02d %%", hundredths / 100, hundredths % 100);
    }

    /** Remembers the first few of many. */
    static final class FirstFew {
        private static final int FEW = 5;
        private final List<String> first = new ArrayList<>();
        private long count;

        void add(String one) {
            add(one, 1);
        }

        void add(String one, long times) {
            if (first.size() < FEW) {
                first.add(times == 1 ? one : one + " (" + times + " times)");
            } else {
                more += times;
            }
            count += times;
        }

        private long more;

        long count() {
            return count;
        }

        boolean isEmpty() {
            return count == 0;
        }

        @Override
        public String toString() {
            return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
        }
    }
}
