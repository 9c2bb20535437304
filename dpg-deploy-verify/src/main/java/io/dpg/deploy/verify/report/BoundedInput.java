package io.dpg.deploy.verify.report;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes of a report: as many as are allowed, in the whole and for one piece, and none after an interruption. */
final class BoundedInput extends FilterInputStream {

    /** The largest report, in bytes: 256 MiB. */
    static final long LARGEST = 256L << 20;

    /** The largest piece that a parser has to hold at once (a captured output, an attribute), in bytes: 32 MiB. */
    static final long LARGEST_PIECE = 32L << 20;

    private long read;
    private long pieceFrom;
    private boolean ended;
    private String fault = "";

    private BoundedInput(Path file) throws IOException {
        super(Files.newInputStream(file));
    }

    static BoundedInput open(Path file) throws UnreadableReport {
        try {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            if (!Files.isRegularFile(file)) {
                throw UnreadableReport.of(file, "it is no regular file", "name a report");
            }
            long size = Files.size(file);
            if (size == 0) {
                throw UnreadableReport.of(file, "it is empty", "see whether the stage that writes it ran to its end");
            }
            if (size > LARGEST) {
                throw tooLarge(file);
            }
            return new BoundedInput(file);
        } catch (NoSuchFileException e) {
            throw UnreadableReport.of(
                    file, "there is no such file", "run the stage that writes it, or correct the path");
        } catch (IOException e) {
            throw UnreadableReport.of(
                    file, "that failed (" + e.getClass().getSimpleName() + ")", "make it readable for this process");
        }
    }

    static UnreadableReport tooLarge(Path file) {
        return UnreadableReport.of(
                file, "it is larger than " + (LARGEST >> 20) + " MiB", "split it, or leave captured output out of it");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException();
        }
        int now = super.read(buffer, from, length);
        if (now < 0) {
            ended = true;
            return now;
        }
        read += now;
        if (read > LARGEST) {
            throw fail("it is larger than " + (LARGEST >> 20) + " MiB");
        }
        if (read - pieceFrom > LARGEST_PIECE) {
            throw fail("one piece of it is larger than " + (LARGEST_PIECE >> 20) + " MiB");
        }
        return now;
    }

    private IOException fail(String why) {
        fault = why;
        return new IOException(why);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The parser has handed on what it read; the next piece begins. */
    void nextPiece() {
        pieceFrom = read;
    }

    /** Returns why no more was handed out, or an empty text. */
    String fault() {
        return fault;
    }

    /** Returns whether the parser wanted more than there was. */
    boolean ended() {
        return ended;
    }

    /** Returns what is wrong, after a parser failed at a place. */
    UnreadableReport unreadable(Path file, String format, long line, long column) throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("interrupted while reading " + file);
        }
        if (!fault.isEmpty()) {
            return UnreadableReport.of(file, fault, "leave captured output out of it");
        }
        String place = line > 0 ? " at line " + line + ", column " + Math.max(1, column) : "";
        String cut = ended ? ", where it ends (is it cut off?)" : "";
        return UnreadableReport.of(
                file,
                "it is no well-formed " + format + place + cut,
                "see whether the stage that writes it ran to its end");
    }
}
