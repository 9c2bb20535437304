package io.dpg.deploy.local.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes of a connection, buffered so that heads and bodies can be told apart. Used by one thread at a time. */
final class HttpInput {

    private static final int SIZE = 8 * 1024;

    private final InputStream in;
    private byte[] buffer = new byte[SIZE];
    private int start;
    private int end;

    HttpInput(InputStream in) {
        this.in = in;
    }

    /** Returns how many bytes can be read without waiting. */
    int buffered() {
        return end - start;
    }

    /** Waits for a byte; returns false where the connection has ended. */
    boolean await() throws IOException {
        return start < end || fill();
    }

    /**
     * Reads up to and including the empty line that ends a head, without that line. Line ends stay as they are.
     *
     * @return null where the connection ended before the first byte
     * @throws HttpFault with 431 where it is longer than {@code limit}, 408 where it takes longer than {@code nanos}
     * @throws EOFException where the connection ended within it
     */
    @Nullable
    String head(int limit, long nanos) throws IOException {
        long deadline = Clock.nanos() + nanos;
        int scanned = start;
        while (true) {
            while (scanned == start && buffered() >= 2 && buffer[start] == '\r' && buffer[start + 1] == '\n') {
                start += 2; // empty lines before a request line are tolerated (RFC 9112, 2.2)
                scanned = start;
            }
            for (; scanned + 3 < end; scanned++) {
                if (buffer[scanned] == '\r'
                        && buffer[scanned + 1] == '\n'
                        && buffer[scanned + 2] == '\r'
                        && buffer[scanned + 3] == '\n') {
                    String head = new String(buffer, start, scanned + 2 - start, StandardCharsets.ISO_8859_1);
                    start = scanned + 4;
                    return head;
                }
            }
            if (buffered() >= limit) {
                throw new HttpFault(431, "The head of the message is longer than " + limit + " bytes");
            }
            if (Clock.nanos() - deadline > 0) {
                throw new HttpFault(408, "The head of the message took too long to arrive");
            }
            int offset = scanned - start;
            if (!fill()) {
                if (buffered() == 0) {
                    return null;
                }
                throw new EOFException("The connection ended within the head of a message");
            }
            scanned = start + offset;
        }
    }

    /** Reads a line that ends with CR LF, without them. */
    String line(int limit) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = byteOrFail();
            if (c == '\r') {
                if (byteOrFail() != '\n') {
                    throw new HttpFault(400, "A line must end with CR LF");
                }
                return line.toString();
            }
            if (c == '\n' || line.length() >= limit) {
                throw new HttpFault(400, "A line of the body's framing is malformed or too long");
            }
            line.append((char) c);
        }
    }

    /** Reads what is there, at least one byte; returns -1 at the end. */
    int read(byte[] to, int offset, int length) throws IOException {
        if (start == end) {
            if (length >= SIZE) {
                return in.read(to, offset, length);
            }
            if (!fill()) {
                return -1;
            }
        }
        int count = Math.min(length, end - start);
        System.arraycopy(buffer, start, to, offset, count);
        start += count;
        return count;
    }

    /** Reads exactly {@code length} bytes. */
    byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            int count = read(bytes, at, length - at);
            if (count < 0) {
                throw new EOFException("The connection ended within a body");
            }
            at += count;
        }
        return bytes;
    }

    private int byteOrFail() throws IOException {
        if (start == end && !fill()) {
            throw new EOFException("The connection ended within a body");
        }
        return buffer[start++] & 0xff;
    }

    private boolean fill() throws IOException {
        if (start == end) {
            start = end = 0;
        } else if (end == buffer.length && start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        } else if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count <= 0) {
            return false;
        }
        end += count;
        return true;
    }
}
