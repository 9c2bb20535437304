package io.dpg.deploy.local.agent;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes an instance's output, hides secrets, and keeps it: the last lines in memory, the rest in a file that is rotated
 * once, so that it never takes more than twice {@value #LARGEST} bytes. Thread-safe.
 */
final class LogPump implements Runnable {

    private static final int LARGEST = 10 * 1024 * 1024;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int TAIL = 20;
    private static final String WITHHELD =
            "(output withheld: the agent restarted and no longer knows the secrets to hide)";

    private final InputStream in;
    private final Path file;
    private final Supplier<Redactor> redactor;
    private final BooleanSupplier mayShow;
    private final Deque<String> tail = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean withheld;

    /** Pumps {@code in} to {@code file}; lines are dropped while {@code mayShow} says that secrets are not known. */
    LogPump(InputStream in, Path file, Supplier<Redactor> redactor, BooleanSupplier mayShow) {
        this.in = in;
        this.file = file;
        this.redactor = redactor;
        this.mayShow = mayShow;
    }

    @Override
    public void run() {
        try (InputStream source = in) {
            pump(source);
        } catch (IOException e) {
            add("(output lost: " + e.getMessage() + ")");
        } finally {
            ended.countDown();
        }
    }

    private void pump(InputStream source) throws IOException {
        byte[] buffer = new byte[8 * 1024];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean skipping = false;
        OutputStream out = open();
        try {
            long written = Files.size(file);
            for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        written += skipping ? 0 : write(out, line.toString(StandardCharsets.UTF_8));
                        line.reset();
                        skipping = false;
                    } else if (!skipping) {
                        line.write(buffer[i]);
                    }
                    if (line.size() > LONGEST_LINE) {
                        written += write(out, cut(line.toString(StandardCharsets.UTF_8)));
                        line.reset();
                        skipping = true;
                    }
                }
                out.flush();
                if (written > LARGEST) {
                    out.close();
                    Files.move(
                            file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                    out = open();
                    written = 0;
                }
            }
            if (line.size() > 0) {
                write(out, line.toString(StandardCharsets.UTF_8));
            }
        } finally {
            out.close();
        }
    }

    /** Ends a line that is too long where no secret can have been cut in two. */
    private String cut(String line) {
        return line.substring(0, Math.max(0, line.length() - redactor.get().longest())) + " … (line cut)";
    }

    private OutputStream open() throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    private int write(OutputStream out, String line) throws IOException {
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (!mayShow.getAsBoolean()) {
            if (withheld) {
                return 0;
            }
            withheld = true;
            text = WITHHELD;
        }
        text = redactor.get().redact(text);
        add(text);
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(bytes);
        return bytes.length;
    }

    private void add(String line) {
        synchronized (tail) {
            tail.addLast(line.length() > 500 ? line.substring(0, 500) + " …" : line);
            if (tail.size() > TAIL) {
                tail.removeFirst();
            }
        }
    }

    /** Returns the last lines, oldest first. */
    List<String> tail() {
        synchronized (tail) {
            return new ArrayList<>(tail);
        }
    }

    /** Waits until the output has ended, at most {@code millis}. */
    void awaitEnd(long millis) {
        try {
            ended.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
