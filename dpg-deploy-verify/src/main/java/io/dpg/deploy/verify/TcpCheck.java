package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.verify.Attempts.Found;
import io.dpg.deploy.verify.internal.Failures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Opens a TCP connection, and closes it again: is anything listening? Asks again with growing pauses (200 milliseconds
 * up to 5 seconds) until {@link #within its time} is over.
 *
 * <p>Immutable and thread-safe; methods that take a value return a changed copy.
 */
public final class TcpCheck implements Check {

    private final @Nullable String host;
    private final int port;
    private final @Nullable String name;
    private final boolean critical;
    private final Attempts attempts;

    private TcpCheck(@Nullable String host, int port, @Nullable String name, boolean critical, Attempts attempts) {
        this.host = host;
        this.port = port;
        this.name = name;
        this.critical = critical;
        this.attempts = attempts;
    }

    /** Returns a check of the endpoint of the group under verification. */
    public static TcpCheck endpoint() {
        return new TcpCheck(null, 0, null, true, Attempts.DEFAULT);
    }

    /** Returns a check of another port of the host of the group under verification. */
    public static TcpCheck port(int port) {
        return new TcpCheck(null, valid(port), null, true, Attempts.DEFAULT);
    }

    /** Returns a check of something that the application needs, such as its database. */
    public static TcpCheck to(String host, int port) {
        if (Objects.requireNonNull(host, "host").isBlank()) {
            throw new IllegalArgumentException("The host of a check must not be blank");
        }
        return new TcpCheck(host, valid(port), null, true, Attempts.DEFAULT);
    }

    /** Returns a copy with another name; default for example {@code tcp db.internal:5432}. */
    public TcpCheck named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("The name of a check must not be blank");
        }
        return new TcpCheck(host, port, name, critical, attempts);
    }

    /** Returns a copy that gives up on a single connection after {@code timeout}; default 10 seconds. */
    public TcpCheck timeout(Duration timeout) {
        return new TcpCheck(host, port, name, critical, attempts.timeout(timeout));
    }

    /** Returns a copy that keeps asking for at most {@code limit}; default 300 seconds, and what the rollout allows. */
    public TcpCheck within(Duration limit) {
        return new TcpCheck(host, port, name, critical, attempts.within(limit));
    }

    /** Returns a copy that pauses so long between looks, doubling; default 200 milliseconds up to 5 seconds. */
    public TcpCheck backoff(Duration first, Duration longest) {
        return new TcpCheck(host, port, name, critical, attempts.backoff(first, longest));
    }

    /** Returns a copy that passes after so many connections in a row, the first pause apart; default 1. */
    public TcpCheck successes(int inRow) {
        return new TcpCheck(host, port, name, critical, attempts.successes(inRow));
    }

    /** Returns a copy that fails the rollout ({@code true}, the default) or is only reported. */
    public TcpCheck critical(boolean critical) {
        return new TcpCheck(host, port, name, critical, attempts);
    }

    @Override
    public String name() {
        if (name != null) {
            return name;
        }
        return "tcp " + (host != null ? host + ":" + port : port > 0 ? "port " + port : "endpoint");
    }

    @Override
    public boolean critical() {
        return critical;
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        URI base = context.base();
        String where = host != null ? host : base == null ? null : base.getHost();
        if (where == null) {
            return new CheckResult(
                    name(),
                    CheckResult.Status.ERROR,
                    "the target has no place where the group can be reached",
                    Duration.ZERO,
                    0);
        }
        int number = port > 0 || base == null ? port : Failures.port(base);
        return attempts.run(name(), context, timeout -> look(where, number, context, timeout));
    }

    private Found look(String where, int number, CheckContext context, Duration timeout) throws InterruptedException {
        String place = where + ":" + number;
        try (Socket socket = new Socket()) {
            context.time()
                    .call(
                            () -> {
                                connect(socket, where, number, timeout);
                                return true;
                            },
                            timeout,
                            timeout,
                            () -> {});
            return Found.good(place + " accepts connections");
        } catch (InterruptedException e) {
            throw e;
        } catch (TimeoutException | SocketTimeoutException e) {
            return Found.bad("could not connect to " + place + " within " + Plan.text(timeout));
        } catch (UnknownHostException e) {
            return Found.bad("could not connect to " + place + ": the host is unknown");
        } catch (Exception e) {
            return Found.bad("could not connect to " + place + ": " + e.getMessage());
        }
    }

    private static void connect(Socket socket, String where, int number, Duration timeout) throws IOException {
        InetSocketAddress address = new InetSocketAddress(where, number);
        if (address.isUnresolved()) {
            throw new UnknownHostException(where);
        }
        socket.connect(address, (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis())));
    }

    private static int valid(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("A port is within 1 to 65535, but got " + port);
        }
        return port;
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return name();
    }
}
