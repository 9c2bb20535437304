package io.dpg.deploy.aws.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * One page of a list. Pages are never larger than the fake's page size, whatever the caller asks for: AWS calls the number that
 * is asked for a maximum, so a client that reads one page only is wrong.
 */
record Page<T>(List<T> items, String next) {

    static <T> Page<T> of(List<T> all, int asked, int largest, String token) {
        int from = token.isEmpty() ? 0 : start(token, all.size());
        int to = Math.min(all.size(), from + Math.max(1, Math.min(asked, largest)));
        String next = to < all.size()
                ? Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(("page:" + to).getBytes(StandardCharsets.UTF_8))
                : "";
        return new Page<>(List.copyOf(all.subList(from, to)), next);
    }

    private static int start(String token, int size) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            return Math.min(size, Integer.parseInt(text.substring("page:".length())));
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
            throw Refusal.parameter("Invalid token.");
        }
    }
}
