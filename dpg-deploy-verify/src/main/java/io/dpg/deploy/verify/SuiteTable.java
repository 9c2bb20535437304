package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.CheckResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results as a table. */
final class SuiteTable {

    private static final int WIDEST = 60;

    private SuiteTable() {}

    static String of(CheckResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (Line line : Line.of(result)) {
            CheckResult each = line.result();
            rows.add(List.of(
                    status(each) + (line.passed() || line.critical() ? "" : " (noted)"),
                    shorten(plain(line.name())),
                    Plan.text(whole(each.took())),
                    each.attempts() + (each.attempts() == 1 ? " look" : " looks"),
                    plain(each.message())));
        }
        int[] widths = new int[4];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        StringBuilder table = new StringBuilder(plain(result.check()))
                .append(": ")
                .append(status(result))
                .append(" in ")
                .append(Plan.text(whole(result.took())));
        if (!result.parts().isEmpty()) {
            table.append(", ").append(plain(result.message()));
        }
        for (List<String> row : rows) {
            StringBuilder text = new StringBuilder("\n");
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - length(row.get(i)));
                boolean right = i == 2; // times end below each other
                text.append("  ").append(right ? pad + row.get(i) : row.get(i) + pad);
            }
            table.append(text.append("  ").append(row.get(4)).toString().stripTrailing());
        }
        return table.append('\n').toString();
    }

    private static String status(CheckResult result) {
        return result.status().name().toLowerCase(Locale.ROOT);
    }

    private static Duration whole(Duration took) {
        return Duration.ofMillis(took.toMillis());
    }

    /** A message must neither break the table nor move the cursor. */
    private static String plain(String text) {
        return text.replaceAll("[\\p{Cc}\\s\\u2028\\u2029]+", " ").strip();
    }

    private static String shorten(String text) {
        return length(text) <= WIDEST ? text : text.substring(0, text.offsetByCodePoints(0, WIDEST - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
