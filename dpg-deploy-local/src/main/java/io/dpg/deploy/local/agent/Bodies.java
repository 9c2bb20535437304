package io.dpg.deploy.local.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Streams bodies from one side to the other. Output is flushed whenever the input would have to be waited for. */
final class Bodies {

    private static final int LONGEST_LINE = 1024;
    private static final byte[] END = {'\r', '\n'};
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private Bodies() {}

    /** Copies {@code length} bytes. */
    static void fixed(HttpInput in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[(int) Math.min(length, 16 * 1024)];
        for (long left = length; left > 0; ) {
            int count = next(in, out, buffer, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("The connection ended " + left + " bytes before the body's end");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    /** Copies until the connection ends, in chunks where {@code chunks}. */
    static void rest(HttpInput in, OutputStream out, boolean chunks) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int count = next(in, out, buffer, buffer.length); count >= 0; ) {
            write(out, buffer, count, chunks);
            count = next(in, out, buffer, buffer.length);
        }
        if (chunks) {
            out.write(LAST);
        }
    }

    /** Copies a chunked body, framed anew where {@code chunks}; extensions and trailers stay behind. */
    static void chunked(HttpInput in, OutputStream out, boolean chunks) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (long size = size(in, out); size > 0; size = size(in, out)) {
            for (long left = size; left > 0; ) {
                int count = next(in, out, buffer, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    throw new EOFException("The connection ended within a chunk");
                }
                write(out, buffer, count, chunks);
                left -= count;
            }
            if (!in.line(0).isEmpty()) {
                throw new HttpFault(400, "A chunk is longer than it says");
            }
        }
        int trailers = 0;
        while (!in.line(8 * LONGEST_LINE).isEmpty()) {
            if (++trailers > 100) {
                throw new HttpFault(400, "There are too many trailers");
            }
        }
        if (chunks) {
            out.write(LAST);
        }
    }

    private static long size(HttpInput in, OutputStream out) throws IOException {
        if (in.buffered() == 0) {
            out.flush();
        }
        String line = in.line(LONGEST_LINE);
        int end = line.indexOf(';');
        String digits = (end < 0 ? line : line.substring(0, end)).strip();
        if (digits.isEmpty() || digits.length() > 15 || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw new HttpFault(400, "A chunk's size is not a hexadecimal number");
        }
        return Long.parseLong(digits, 16);
    }

    private static int next(HttpInput in, OutputStream out, byte[] buffer, int length) throws IOException {
        if (in.buffered() == 0) {
            out.flush();
        }
        return in.read(buffer, 0, length);
    }

    private static void write(OutputStream out, byte[] bytes, int count, boolean chunks) throws IOException {
        if (chunks) {
            out.write(Integer.toHexString(count).getBytes(StandardCharsets.ISO_8859_1));
            out.write(END);
        }
        out.write(bytes, 0, count);
        if (chunks) {
            out.write(END);
        }
    }
}
