package io.dpg.deploy.verify;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server answered.
 *
 * @param headers values by name in lower case
 * @param body the beginning of the body, as text
 * @param complete whether that is all of the body
 * @param sent what was sent, some of it in confidence
 * @param latency from the beginning of the request to the end of the body, connecting included
 */
record Answer(
        int status,
        Map<String, List<String>> headers,
        String body,
        boolean complete,
        List<Sent> sent,
        Duration latency) {

    private static final int EXCERPT = 200;

    /** Something that is asked of an answer; gives what is wrong with it, if anything. */
    @FunctionalInterface
    interface Expectation {
        Optional<String> fault(Answer answer);
    }

    /** Returns the beginning of the body for a message, on one line; empty where there is no body. */
    String excerpt() {
        return shorten(body, EXCERPT);
    }

    /** Returns the beginning of {@code text} on one line. Redacts first: a secret cut in two would not be found. */
    String shorten(String text, int length) {
        String line = Sent.redact(text, sent).replaceAll("[\\p{Cc}\\s]+", " ").strip();
        return line.codePointCount(0, line.length()) <= length
                ? line
                : line.substring(0, line.offsetByCodePoints(0, length)) + "…";
    }
}
