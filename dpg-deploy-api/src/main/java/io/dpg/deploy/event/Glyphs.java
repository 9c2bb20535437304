package io.dpg.deploy.event;

import java.nio.charset.Charset;
import java.util.List;

/** The signs of live progress. */
record Glyphs(
        String done,
        String failed,
        String warning,
        String back,
        String dot,
        String cut,
        String full,
        String empty,
        List<String> spinner) {

    private static final Glyphs UNICODE = new Glyphs(
            "✓", "✗", "!", "↩", "·", "…", "█", "░", List.of("⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"));
    private static final Glyphs ASCII =
            new Glyphs("+", "x", "!", "<", "|", "~", "#", ".", List.of("|", "/", "-", "\\"));

    static Glyphs writableIn(Charset charset) {
        String all = UNICODE.done
                + UNICODE.failed
                + UNICODE.back
                + UNICODE.dot
                + UNICODE.cut
                + UNICODE.full
                + UNICODE.empty
                + String.join("", UNICODE.spinner);
        return charset.canEncode() && charset.newEncoder().canEncode(all) ? UNICODE : ASCII;
    }

    /** Returns {@code cells} cells of which {@code part} of {@code whole} are full; some of either while both are. */
    String bar(long part, long whole, int cells) {
        int filled = whole <= 0 ? 0 : (int) Math.max(0, Math.min(cells, Math.round((double) part * cells / whole)));
        if (part > 0 && filled == 0) {
            filled = 1;
        } else if (part < whole && filled == cells) {
            filled = cells - 1;
        }
        return full.repeat(filled) + empty.repeat(cells - filled);
    }

    /** Returns {@code text}, cut to {@code columns} columns. */
    String cut(String text, int columns) {
        int length = text.codePointCount(0, text.length());
        return length <= columns ? text : text.substring(0, text.offsetByCodePoints(0, columns - 1)) + cut;
    }
}
