package io.dpg.deploy.verify.load;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request that a load sends again and again. Immutable. */
record Shot(String method, String path, List<byte[]> bodies, int statusFrom, int statusTo) {

    /** How much all bodies of one request may hold. */
    static final int MOST_BYTES = 16 * 1024 * 1024;

    Shot {
        bodies = List.copyOf(bodies);
    }

    static Shot of(String method, String path) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        if (path.contains("://")) {
            throw new IllegalArgumentException(
                    "A load is given the server when it runs and takes a path such as '/search', but got a whole URL");
        }
        try {
            URI.create("http://host" + absolute);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + path + "' is not a path; encode special characters", e);
        }
        if (method.isBlank() || !method.chars().allMatch(Character::isLetter)) {
            throw new IllegalArgumentException("'" + method + "' is not a method such as GET");
        }
        return new Shot(method.toUpperCase(Locale.ROOT), absolute, List.of(), 200, 299);
    }

    Shot json(List<String> texts) {
        List<byte[]> bytes = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        long all = bytes.stream().mapToLong(body -> body.length).sum();
        if (texts.isEmpty() || all > MOST_BYTES) {
            throw new IllegalArgumentException("A load sends at least one body and at most 16 MiB of them, but got "
                    + texts.size() + " of " + all + " bytes");
        }
        return new Shot(method, path, bytes, statusFrom, statusTo);
    }

    Shot status(int from, int to) {
        if (from < 100 || to > 599 || from > to) {
            throw new IllegalArgumentException(
                    "A status is within 100 to 599, and a range goes up, but got " + from + " to " + to);
        }
        return new Shot(method, path, bodies, from, to);
    }

    boolean expects(int status) {
        return status >= statusFrom && status <= statusTo;
    }

    /** Returns the body of the request's {@code turn}: they are sent in turn. */
    byte @Nullable [] body(long turn) {
        return bodies.isEmpty() ? null : bodies.get((int) (turn % bodies.size()));
    }

    /** Returns for example {@code GET /search}; without the query, which may hold what is secret. */
    @Override
    public String toString() {
        int query = path.indexOf('?');
        return method + ' ' + (query < 0 ? path : path.substring(0, query));
    }
}
