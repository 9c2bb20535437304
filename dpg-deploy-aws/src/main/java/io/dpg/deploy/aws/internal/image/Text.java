package io.dpg.deploy.aws.internal.image;

import org.jspecify.annotations.Nullable;

/** What others wrote, fit for one line of ours. */
final class Text {

    private static final int LONGEST = 200;

    private Text() {}

    /** Returns {@code text} on one line, cut at 200 characters; empty for null. */
    static String brief(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
