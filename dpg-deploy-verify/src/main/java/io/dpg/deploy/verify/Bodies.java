package io.dpg.deploy.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ContentType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;

/** Bodies to send, of at most 16 MiB. */
final class Bodies {

    static final int LIMIT = 16 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern TYPE = Pattern.compile("[\\w!#$&^.+-]+/[\\w!#$&^.+-]+( *;[ -~]*)?");

    private Bodies() {}

    /** Returns {@code contentType} in UTF-8. */
    static String type(String contentType) {
        if (!TYPE.matcher(contentType).matches()) {
            throw new IllegalArgumentException("A content type is like text/csv, but got '" + contentType + "'");
        }
        return ContentType.parse(contentType)
                .withCharset(StandardCharsets.UTF_8)
                .toString();
    }

    /** Returns {@code bytes} if they are one JSON document. */
    static byte[] json(byte[] bytes) {
        if (bytes.length > LIMIT) {
            throw new IllegalArgumentException("A body is at most 16 MiB");
        }
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("The body is empty and not JSON");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("The body has something behind its JSON document");
            }
            return bytes;
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            throw new IllegalArgumentException("The body is not JSON"
                    + (place == null || place.getLineNr() < 1
                            ? ""
                            : "; look at line " + place.getLineNr() + ", column " + place.getColumnNr()));
        }
    }

    static byte[] read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IllegalArgumentException("Tried to read a body from " + file + ", but it is not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        } catch (IOException | UncheckedIOException e) {
            String why = Files.notExists(file)
                    ? "there is no such file"
                    : "that failed with " + e.getClass().getSimpleName();
            throw new IllegalArgumentException("Tried to read a body from " + file + ", but " + why, e);
        }
    }

    static byte[] read(InputStream in) {
        try {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new IllegalArgumentException("A body is at most 16 MiB");
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("Tried to read a body, but that failed", e);
        }
    }
}
