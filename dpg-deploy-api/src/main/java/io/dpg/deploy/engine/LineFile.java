package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A file of JSON lines that only grows. Lines hold no raw newline and no NUL.
 *
 * <p>A last line without a newline, or with a NUL (a block that a power failure left unwritten), was never acknowledged:
 * it is ignored when reading and cut off by the next append. Anything else that cannot be read is an error.
 */
final class LineFile {

    private LineFile() {}

    /**
     * What could be read.
     *
     * @param items the lines, in order
     * @param length how many bytes they take
     */
    record Content<T>(List<T> items, long length) {}

    /**
     * Reads all whole lines; none where {@code file} is missing.
     *
     * @throws DeployException if a line cannot be read, naming it
     */
    static <T> Content<T> read(Path file, Function<String, T> parser) throws IOException {
        List<T> items = new ArrayList<>();
        if (!Files.exists(file)) {
            return new Content<>(items, 0);
        }
        byte[] bytes = Files.readAllBytes(file);
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            if (i == bytes.length - 1 && hasNul(bytes, begin, i)) {
                break;
            }
            try {
                items.add(parser.apply(new String(bytes, begin, i - begin, StandardCharsets.UTF_8)));
            } catch (RuntimeException e) {
                throw corrupt(file, items.size() + 1, e);
            }
            begin = i + 1;
        }
        return new Content<>(items, begin);
    }

    /**
     * Reads the first line, if it is whole.
     *
     * @throws DeployException if it cannot be read
     */
    static <T> Optional<T> first(Path file, Function<String, T> parser) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b <= 0) {
                    return Optional.empty();
                }
                line.write(b);
            }
        }
        try {
            return Optional.of(parser.apply(line.toString(StandardCharsets.UTF_8)));
        } catch (RuntimeException e) {
            throw corrupt(file, 1, e);
        }
    }

    /** Adds {@code line} after the first {@code length} bytes, durably, and returns the new length. */
    static long append(Path file, long length, String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        boolean created = !Files.exists(file);
        // Not a FileChannel of its own: those are closed, half-way, when their thread is interrupted.
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            try {
                if (out.length() != length) {
                    out.setLength(length);
                }
                out.seek(length);
                out.write(bytes);
                out.getFD().sync();
            } catch (IOException e) {
                cutBack(out, length, e);
                throw e;
            }
        }
        if (created) {
            Disk.syncFolder(file.toAbsolutePath().getParent());
        }
        return length + bytes.length;
    }

    private static void cutBack(RandomAccessFile out, long length, IOException failure) {
        try {
            out.setLength(length); // what is reported as failed must not turn up later
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static boolean hasNul(byte[] bytes, int begin, int end) {
        for (int i = begin; i < end; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static DeployException corrupt(Path file, int line, RuntimeException cause) {
        return new DeployException(
                "Tried to read the journal, but line " + line + " of " + file + " is damaged",
                DeployException.Details.NONE.remedy("look at the target and end the rollout by hand, then move the file"
                        + " away; nothing was changed"),
                cause);
    }
}
