package io.dpg.deploy.verify;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as they are written in YAML. All throw {@link IllegalArgumentException} with what would do. */
final class Values {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*(ms|s|m|h|d)");
    private static final Duration LONGEST = Duration.ofDays(7);

    private Values() {}

    static Duration duration(String text) {
        Matcher simple = DURATION.matcher(text);
        Duration duration;
        if (simple.matches()) {
            long count = Long.parseLong(simple.group(1));
            duration = switch (simple.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        } else {
            try {
                duration = Duration.parse(text);
            } catch (DateTimeParseException | ArithmeticException e) {
                throw new IllegalArgumentException("must be a time such as 500ms, 10s, 5m or PT5M", e);
            }
        }
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("must be longer than 0");
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("must be at most 7 days");
        }
        return duration;
    }

    static Function<String, Integer> whole(int least, int most) {
        return text -> {
            int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
            if (number < least || number > most) {
                throw new IllegalArgumentException("must be a whole number within " + least + " to " + most);
            }
            return number;
        };
    }

    static double number(String text) {
        // Not all that Double.valueOf takes: it knows hexadecimal digits and letters behind the number.
        if (text.length() > 40 || !text.matches("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw new IllegalArgumentException("must be a number such as 3 or 0.5");
        }
        return Double.parseDouble(text);
    }

    static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("must be true or false");
        }
        return text.equals("true");
    }

    static boolean onlyTrue(String text) {
        if (!flag(text)) {
            throw new IllegalArgumentException("must be true, or left out");
        }
        return true;
    }

    /** A single status, or two with a dash. */
    static int[] statuses(String text) {
        Matcher range = Pattern.compile("([0-9]{3})(?:\\s*-\\s*([0-9]{3}))?").matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("must be a status such as 200, or a range such as 200-299");
        }
        int from = Integer.parseInt(range.group(1));
        return new int[] {from, range.group(2) == null ? from : Integer.parseInt(range.group(2))};
    }

    static TcpCheck tcp(String text) {
        if (text.equals("endpoint")) {
            return TcpCheck.endpoint();
        }
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("must be endpoint, a port such as 5432, or a place such as db:5432");
        }
        int number = Integer.parseInt(port);
        if (colon < 0) {
            return TcpCheck.port(number);
        }
        String host = text.substring(0, colon);
        if (!host.matches("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]")) {
            throw new IllegalArgumentException("must be endpoint, a port such as 5432, or a place such as db:5432");
        }
        return TcpCheck.to(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, number);
    }

    /** Returns a method and a path, such as {@code PURGE /cache}. */
    static HttpCheck request(String text) {
        int space = text.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("must be a method and a path, such as PURGE /cache");
        }
        return HttpCheck.request(
                text.substring(0, space).toUpperCase(Locale.ROOT),
                text.substring(space + 1).strip());
    }
}
