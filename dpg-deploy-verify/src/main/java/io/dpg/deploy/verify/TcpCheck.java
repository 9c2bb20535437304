package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.verify.Attempts.Found;
import io.dpg.deploy.verify.internal.Failures;
import io.dpg.deploy.verify.internal.HttpFailure;
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
public final class TcpCheck extends RetryingCheck<TcpCheck> {

    private final @Nullable String host;
    private final int port;
    private final boolean failFastOnRefused;

    private TcpCheck(@Nullable String host, int port, boolean failFastOnRefused, Common common) {
        super(common);
        this.host = host;
        this.port = port;
        this.failFastOnRefused = failFastOnRefused;
    }

    /** Returns a check of the endpoint of the group under verification. */
    public static TcpCheck endpoint() {
        return new TcpCheck(null, 0, false, Common.DEFAULT);
    }

    /** Returns a check of another port of the host of the group under verification. */
    public static TcpCheck port(int port) {
        return new TcpCheck(null, valid(port), false, Common.DEFAULT);
    }

    /** Returns a check of something that the application needs, such as its database. */
    public static TcpCheck to(String host, int port) {
        if (Objects.requireNonNull(host, "host").isBlank()) {
            throw new IllegalArgumentException("The host of a check must not be blank");
        }
        return new TcpCheck(host, valid(port), false, Common.DEFAULT);
    }

    /**
     * Returns a copy that fails at once where the connection is refused: nothing listens there, or not any more. For
     * what is known to have started; what is still starting refuses connections as well. Default: asks again.
     */
    public TcpCheck failFastOnRefused() {
        return new TcpCheck(host, port, true, common);
    }

    @Override
    TcpCheck with(Common other) {
        return new TcpCheck(host, port, failFastOnRefused, other);
    }

    @Override
    String defaultName() {
        return "tcp " + (host != null ? host + ":" + port : port > 0 ? "port " + port : "endpoint");
    }

    @Override
    public CheckResult run(CheckContext context) throws InterruptedException {
        URI base = context.base();
        String where = host != null ? host : base == null ? null : base.getHost();
        if (where == null) {
            String message = "the target has no place where the group can be reached";
            return new CheckResult(name(), CheckResult.Status.ERROR, message, Duration.ZERO, 0).critical(critical());
        }
        int number = port > 0 || base == null ? port : Failures.port(base);
        return common.attempts().run(this, context, timeout -> look(where, number, context, timeout));
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
            boolean gone = Failures.kind(e) == HttpFailure.Kind.REFUSED;
            return Found.bad("could not connect to " + place + ": " + e.getMessage())
                    .last(gone && failFastOnRefused);
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
}
