package io.dpg.deploy.verify.internal;

import io.dpg.deploy.Plan;
import io.dpg.deploy.verify.internal.HttpFailure.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;

/** Words for what goes wrong on the network. Hosts and ports only: user info and queries may hold secrets. */
public final class Failures {

    private Failures() {}

    /** Returns what {@code e} means. */
    public static Kind kind(Throwable e) {
        if (e instanceof InterruptedIOException) {
            return Kind.TIMEOUT;
        } else if (e instanceof UnknownHostException) {
            return Kind.UNKNOWN_HOST;
        } else if (e instanceof ConnectException
                && reason(e).toLowerCase(Locale.ROOT).contains("refused")) {
            return Kind.REFUSED;
        } else if (e instanceof SSLException) {
            return Kind.TLS;
        } else if (e instanceof MessageConstraintException
                || e instanceof HttpException
                || e.getCause() instanceof HttpException) {
            return Kind.INVALID;
        }
        return Kind.OTHER;
    }

    /** Returns one line about {@code e}, which a request to {@code uri} failed with. */
    public static String describe(IOException e, URI uri, Duration timeout) {
        String place = place(uri);
        return switch (kind(e)) {
            case TIMEOUT -> noAnswer(uri, timeout);
            case UNKNOWN_HOST -> "could not connect to " + place + ": the host is unknown";
            case TLS -> "could not agree on TLS with " + place + ": " + reason(e);
            case INVALID -> "got an answer from " + place + " that cannot be read: " + reason(e);
            default ->
                e instanceof ConnectException || e instanceof NoRouteToHostException
                        ? "could not connect to " + place + ": " + reason(e)
                        : "got no answer from " + place + ": " + reason(e);
        };
    }

    /** Returns that there was no whole answer in time. */
    public static String noAnswer(URI uri, Duration timeout) {
        return "got no answer from " + place(uri) + " within " + Plan.text(timeout);
    }

    /** Returns host and port. */
    public static String place(URI uri) {
        return uri.getHost() == null ? authority(uri) : uri.getHost() + ":" + port(uri);
    }

    /** Returns host and port; also of names such as {@code my_service}, which a URI does not take for a host. */
    public static String authority(URI uri) {
        String authority = String.valueOf(uri.getRawAuthority());
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    /** Returns the port, 443 for https and 80 else where it is not named. */
    public static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    /** The client's own message repeats the address; the innermost one says what happened. */
    private static String reason(Throwable e) {
        Throwable innermost = e;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null
                ? innermost.getClass().getSimpleName()
                : message.replaceFirst("^Connect to .* failed: ", "");
    }
}
