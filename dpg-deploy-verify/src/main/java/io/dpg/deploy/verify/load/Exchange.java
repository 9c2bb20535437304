package io.dpg.deploy.verify.load;

import io.dpg.deploy.spi.Time;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.jspecify.annotations.Nullable;

/** One request under way. Counts exactly once, whoever is first to say what became of it. */
final class Exchange implements FutureCallback<Integer> {

    private final Shot shot;
    private final long due;
    private final long sent;
    private final @Nullable Tally tally;
    private final Time time;
    private final Runnable then;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Future<Integer> future;

    /**
     * Makes a request.
     *
     * @param due when it was to be sent; its latency counts from then
     * @param sent when it is sent; its timeout counts from then
     * @param tally where it counts, or null where it does not
     * @param then run once it is over
     */
    Exchange(Shot shot, long due, long sent, @Nullable Tally tally, Time time, Runnable then) {
        this.shot = shot;
        this.due = due;
        this.sent = sent;
        this.tally = tally;
        this.time = time;
        this.then = then;
    }

    long sent() {
        return sent;
    }

    boolean isOver() {
        return over.get();
    }

    void sentAs(Future<Integer> pending) {
        future = pending;
    }

    @Override
    public void completed(Integer status) {
        if (shot.expects(status)) {
            end(null, null);
        } else {
            end(LoadFailure.ofStatus(status), "status " + status);
        }
    }

    @Override
    public void failed(Exception e) {
        end(kind(e), words(e));
    }

    @Override
    public void cancelled() {
        end(LoadFailure.BROKEN, "the client gave it up");
    }

    /** Ends it with no answer within {@code limit}; its connection is closed. */
    void timeUp(String limit) {
        end(LoadFailure.TIMEOUT, "no complete answer within " + limit);
        Future<Integer> pending = future;
        if (pending != null) {
            pending.cancel(true);
        }
    }

    private void end(@Nullable LoadFailure failure, @Nullable String why) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        long now = time.nanos();
        if (tally != null && failure == null) {
            tally.good(due, now);
        } else if (tally != null) {
            tally.bad(failure, shot + ": " + why, due, now);
        }
        then.run();
    }

    private static LoadFailure kind(Exception e) {
        if (e instanceof ConnectException
                || e instanceof NoRouteToHostException
                || e instanceof UnknownHostException
                || e instanceof SSLException) {
            return LoadFailure.REFUSED;
        }
        return e instanceof InterruptedIOException ? LoadFailure.TIMEOUT : LoadFailure.BROKEN;
    }

    /** Messages of the client name host and port, and parts of what came; never what was sent. */
    private static String words(Exception e) {
        boolean telling = e instanceof IOException && e.getMessage() != null;
        return telling ? String.valueOf(e.getMessage()) : e.toString();
    }
}
