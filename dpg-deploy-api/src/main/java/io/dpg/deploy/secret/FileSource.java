package io.dpg.deploy.secret;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.DeployException.Details;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Secrets in files, as Kubernetes and Docker mount them. */
final class FileSource implements SecretSource {

    private static final int LIMIT = 1024 * 1024;

    private final Path base;

    FileSource(Path base) {
        this.base = base;
    }

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public Optional<Found> fetch(SecretRef ref) {
        try {
            Path file = base.resolve(ref.path());
            if (Files.notExists(file)) {
                return Optional.empty();
            }
            if (Files.isDirectory(file)) {
                throw failed(ref, "it is a folder", "name a file in it");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw failed(ref, "it is not a regular file", "reading a pipe or device might never end; name a file");
            }
            Instant changed = Files.getLastModifiedTime(file).toInstant();
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(LIMIT + 1);
            }
            if (bytes.length > LIMIT) {
                throw failed(ref, "it is larger than 1 MiB", "check that the path names a secret");
            }
            return Optional.of(new Found(Secret.of(withoutNewline(text(ref, bytes))), changed));
        } catch (AccessDeniedException e) {
            throw failed(ref, "this process may not read it", "give it the permission to");
        } catch (InvalidPathException e) {
            throw failed(ref, "its path is no path on this system", "correct the path");
        } catch (IOException e) {
            throw failed(ref, "reading it failed with " + e.getClass().getSimpleName(), "check the disk");
        }
    }

    private static String text(SecretRef ref, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw failed(ref, "it is not UTF-8 text", "store binary secrets as Base64");
        }
    }

    /** Editors and {@code echo} end a file with a newline that nobody means to be part of the password. */
    private static String withoutNewline(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static DeployException failed(SecretRef ref, String why, String remedy) {
        return new DeployException(
                "Tried to read the secret file:" + ref.path() + ", but " + why, Details.NONE.remedy(remedy));
    }
}
