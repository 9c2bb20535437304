package io.dpg.deploy.local.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One request: finds an instance, sends the request, relays the answer. Used by the thread of its connection. */
final class Exchange {

    /** Bodies up to this size are read before an instance is asked, so that a slow client holds none up. */
    private static final int SMALL_BODY = 64 * 1024;

    private static final int MOST_HEAD = 64 * 1024;
    private static final int PATIENCE_MILLIS = 300_000;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final Router router;
    private final Executor threads;
    private final Socket client;
    private final HttpInput in;
    private final OutputStream out;
    private final Request request;
    private boolean answered;

    Exchange(Router router, Executor threads, Socket client, HttpInput in, OutputStream out, Request request) {
        this.router = router;
        this.threads = threads;
        this.client = client;
        this.in = in;
        this.out = out;
        this.request = request;
    }

    /** Returns whether a byte of an answer was sent, so that a fault can only end the connection. */
    boolean answered() {
        return answered;
    }

    /** Serves the request; returns whether the connection can carry another one. */
    boolean serve() throws IOException {
        boolean loopback = client.getInetAddress().isLoopbackAddress();
        Router.Route route = router.route(request, loopback);
        byte[] body = smallBody();
        Set<Backend> excluded = new HashSet<>();
        long began = Clock.nanos();
        IOException last = null;
        boolean fresh = false;
        boolean elsewhere = false;
        while (true) {
            Backend backend = router.pick(route, excluded);
            if (backend == null && !elsewhere) {
                elsewhere = true;
                Router.Route other = router.instead(route, Clock.nanos() - began);
                route = other == null ? route : other;
                backend = other == null ? null : router.pick(route, excluded);
            }
            if (backend == null) {
                throw last == null
                        ? new HttpFault(503, "No instance in " + route.slot() + " is ready")
                        : new HttpFault(502, "No instance in " + route.slot() + " answered");
            }
            Attempt attempt = new Attempt(backend, route, began);
            try {
                return attempt.run(body, fresh);
            } catch (Retry retry) {
                last = retry;
                // An idle connection that had just been closed says nothing against its instance.
                fresh = true;
                if (!retry.stale) {
                    excluded.add(backend);
                }
            } finally {
                backend.leave();
            }
        }
    }

    private byte @Nullable [] smallBody() throws IOException {
        if (request.hasBody() && request.expectsContinue()) {
            out.write(CONTINUE);
            out.flush();
        }
        if (request.length() <= 0 || request.length() > SMALL_BODY) {
            return null;
        }
        return in.exactly((int) request.length());
    }

    private static final class Retry extends IOException {
        private static final long serialVersionUID = 1L;
        final boolean stale;

        Retry(boolean stale, IOException cause) {
            super(cause);
            this.stale = stale;
        }
    }

    /** One try with one instance. */
    private final class Attempt {
        private final Backend backend;
        private final Router.Route route;
        private final long began;
        private @Nullable BodyPump pump;
        private boolean failed;
        private boolean recorded;
        private long nanos;

        Attempt(Backend backend, Router.Route route, long began) {
            this.backend = backend;
            this.route = route;
            this.began = began;
        }

        boolean run(byte @Nullable [] body, boolean fresh) throws IOException {
            Upstream upstream;
            try {
                upstream = backend.connection(fresh);
            } catch (IOException e) {
                throw new Retry(false, e); // nothing was sent, so any request may be sent to another instance
            }
            boolean keep = false;
            failed = true;
            try {
                upstream.patience(PATIENCE_MILLIS);
                Response response = send(upstream, body);
                nanos = Clock.nanos() - began;
                failed = response.status() >= 500;
                if (response.status() == 101) {
                    answered = true;
                    new Tunnel(client, in, out, upstream, threads).run(Heads.switching(response));
                    return false;
                }
                boolean keepClient = relay(upstream, response);
                boolean framed = response.chunked() || response.length() >= 0 || !response.hasBody(request);
                keep = response.keepsAlive() && framed && sent();
                return keepClient;
            } catch (Retry retry) {
                failed = false;
                throw retry;
            } catch (EOFException e) {
                failed = true; // the instance broke off in the middle of its answer
                throw e;
            } finally {
                if (keep) {
                    backend.giveBack(upstream);
                } else {
                    upstream.close();
                }
                if (!sent()) {
                    pump.abandon();
                }
                record();
            }
        }

        private boolean sent() {
            return pump == null || pump.finished();
        }

        private Response send(Upstream upstream, byte @Nullable [] body) throws IOException {
            try {
                upstream.out.write(Heads.request(request, route, client.getInetAddress()));
                if (body != null) {
                    upstream.out.write(body);
                } else if (request.hasBody()) {
                    upstream.out.flush();
                    pump = new BodyPump(request, in, upstream);
                    threads.execute(pump);
                }
                if (pump == null) {
                    upstream.out.flush();
                }
                if (!upstream.in.await()) {
                    throw new IOException("The instance closed the connection without an answer");
                }
            } catch (SocketTimeoutException e) {
                throw new HttpFault(504, "The instance did not answer within " + PATIENCE_MILLIS / 1000 + " s");
            } catch (IOException e) {
                throw unanswered(upstream, e);
            }
            return readHead(upstream);
        }

        private IOException unanswered(Upstream upstream, IOException e) {
            if (pump != null && pump.fault() != null) {
                return pump.fault() instanceof HttpFault fault ? fault : e; // the client's doing
            }
            // The whole request is still here, and sending it twice does no harm.
            if (pump == null && request.idempotent()) {
                return new Retry(upstream.reused, e);
            }
            return new HttpFault(502, "The instance ended the connection without an answer");
        }

        private Response readHead(Upstream upstream) throws IOException {
            try {
                while (true) {
                    String text = upstream.in.head(MOST_HEAD, PATIENCE_MILLIS * 1_000_000L);
                    if (text == null) {
                        throw new HttpFault(502, "The instance ended the connection without an answer");
                    }
                    Response response = Response.parse(text);
                    if (response.status() >= 200 || (response.status() == 101 && request.upgrades())) {
                        return response;
                    }
                    if (response.status() == 101) {
                        throw new HttpFault(502, "The instance switched protocols without being asked");
                    }
                    if (!request.old() && response.status() != 100) {
                        out.write(Heads.interim(response));
                        out.flush();
                    }
                }
            } catch (IOException e) {
                throw e instanceof HttpFault fault && fault.status == 502
                        ? fault
                        : new HttpFault(502, "The head of the instance's answer is broken");
            }
        }

        private boolean relay(Upstream upstream, Response response) throws IOException {
            if (pump != null) {
                pump.awaitEnd();
            }
            boolean body = response.hasBody(request);
            boolean untilEnd = body && !response.chunked() && response.length() < 0;
            boolean chunks = body && !request.old() && (response.chunked() || untilEnd);
            boolean framed = !body || chunks || response.length() >= 0;
            boolean keep = request.keepsAlive() && framed && sent();
            answered = true;
            out.write(Heads.response(request, response, chunks, keep));
            if (body) {
                if (response.chunked()) {
                    Bodies.chunked(upstream.in, out, chunks);
                } else if (untilEnd) {
                    Bodies.rest(upstream.in, out, chunks);
                } else {
                    Bodies.fixed(upstream.in, out, response.length());
                }
            }
            record(); // before the client can see the end, so that what it has seen is counted
            out.flush();
            return keep;
        }

        private void record() {
            boolean counts = !recorded && !route.preview() && (failed || nanos > 0);
            if (counts) {
                recorded = true;
                router.stats.record(backend.slot, backend.revision, failed, nanos > 0 ? nanos : Clock.nanos() - began);
            }
        }
    }
}
