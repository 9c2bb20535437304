package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Streams a large request body to an instance while another thread already waits for, or relays, its answer. */
final class BodyPump implements Runnable {

    private static final long MOMENT_MILLIS = 50;

    private final Request request;
    private final HttpInput in;
    private final Upstream upstream;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean finished;
    private volatile boolean abandoned;
    private volatile @Nullable IOException fault;

    BodyPump(Request request, HttpInput in, Upstream upstream) {
        this.request = request;
        this.in = in;
        this.upstream = upstream;
    }

    /** Returns whether the whole body was sent. */
    boolean finished() {
        return finished;
    }

    /** Returns what went wrong on the client's side, if anything. */
    @Nullable
    IOException fault() {
        return fault;
    }

    /**
     * Waits a moment for the end: an instance that has all of the body may answer before this thread has noticed that it
     * sent it all, and the client's connection need not end for that.
     */
    void awaitEnd() {
        try {
            ended.await(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody wants the rest of the body. */
    void abandon() {
        abandoned = true;
    }

    @Override
    public void run() {
        Guarded out = new Guarded(upstream.out);
        try {
            if (request.chunked()) {
                Bodies.chunked(in, out, true);
            } else {
                Bodies.fixed(in, out, request.length());
            }
            out.flush();
            finished = true;
        } catch (IOException e) {
            // Where the instance stopped listening its answer tells why; the client's fault must end the wait for one.
            if (!out.failed && !abandoned) {
                fault = e;
                upstream.close();
            }
        } finally {
            ended.countDown();
        }
    }

    /** Tells a failure of the instance's side from one of the client's. */
    private static final class Guarded extends OutputStream {
        private final OutputStream out;
        boolean failed;

        Guarded(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            failed = true;
            out.write(bytes, offset, length);
            failed = false;
        }

        @Override
        public void flush() throws IOException {
            failed = true;
            out.flush();
            failed = false;
        }
    }
}
