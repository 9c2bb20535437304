package io.dpg.deploy.secret;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret lives: {@code scheme:path}, or {@code scheme:path#field} to take one field of a JSON document. For
 * example {@code env:DATABASE_URL}, {@code file:/run/secrets/db#connection_string}.
 *
 * @param scheme which {@link SecretSource} knows it
 * @param path where the source finds it
 * @param fieldName the JSON field to take, dots going deeper, or null for the whole value
 */
public record SecretRef(
        String scheme, String path, @Nullable String fieldName) {

    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9-]*):([^#]+)(?:#(.+))?");

    /**
     * Checks that nothing required is missing.
     *
     * @throws IllegalArgumentException if the path looks like a secret rather than an address; it is not repeated
     */
    public SecretRef {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(path, "path");
        if (looksLikeAValue(scheme, path)) {
            throw new IllegalArgumentException("A secret is named by its address, for example 'env:DATABASE_URL'; what"
                    + " was given looks like a secret itself and is not repeated here");
        }
    }

    /**
     * Reads {@code scheme:path#field}.
     *
     * @throws IllegalArgumentException if {@code text} has another form; the text is not repeated in the message, as it
     *     may be a secret that was given in place of its address
     */
    public static SecretRef parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("A secret is named as 'scheme:path' or 'scheme:path#field', for example"
                    + " 'env:DATABASE_URL'; what was given has another form and is not repeated here");
        }
        return new SecretRef(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    /** Connection strings such as {@code postgres://user:password@host} have the form of an address, but are none. */
    private static boolean looksLikeAValue(String scheme, String path) {
        boolean url = path.contains("://") || path.startsWith("//");
        return url && !scheme.equals("file") || path.chars().anyMatch(Character::isISOControl);
    }

    /** Returns the JSON field to take, where one was named. */
    public Optional<String> field() {
        return Optional.ofNullable(fieldName);
    }

    @Override
    public String toString() {
        return scheme + ":" + path + (fieldName == null ? "" : "#" + fieldName);
    }
}
