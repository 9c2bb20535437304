package io.dpg.deploy.verify;

import io.dpg.deploy.Plan;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Words for what goes wrong on the network. Hosts and ports only: user info and queries may hold secrets. */
final class Failures {

    private Failures() {}

    static String describe(IOException e, URI uri, Duration timeout) {
        String place = place(uri);
        if (e instanceof InterruptedIOException) {
            return noAnswer(uri, timeout);
        } else if (e instanceof UnknownHostException) {
            return "could not connect to " + place + ": the host is unknown";
        } else if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return "could not connect to " + place + ": " + reason(e);
        } else if (e instanceof SSLException) {
            return "could not agree on TLS with " + place + ": " + reason(e);
        }
        return "got no answer from " + place + ": " + reason(e);
    }

    static String noAnswer(URI uri, Duration timeout) {
        return "got no answer from " + place(uri) + " within " + Plan.text(timeout);
    }

    static String place(URI uri) {
        return uri.getHost() == null ? authority(uri) : uri.getHost() + ":" + port(uri);
    }

    /** Returns host and port; also of names such as {@code my_service}, which a URI does not take for a host. */
    static String authority(URI uri) {
        String authority = String.valueOf(uri.getRawAuthority());
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    static int port(URI uri) {
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
