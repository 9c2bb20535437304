package io.dpg.deploy.verify;

import io.dpg.deploy.verify.Expectations.Expectation;
import io.dpg.deploy.verify.internal.Failures;
import io.dpg.deploy.verify.internal.Outgoing;
import io.dpg.deploy.verify.internal.Sent;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an HTTP check asks and expects, while it is being set; never changed once a check holds it. */
final class HttpDraft {

    final String method;
    final String path;
    byte @Nullable [] body;
    String contentType = "";
    HttpAccess access = HttpAccess.standard();
    int statusFrom = 200;
    int statusTo = 299;
    boolean failFastOn4xx;
    boolean failFastOnRefused;
    final List<Sent> headers = new ArrayList<>();
    final List<Expectation> expectations = new ArrayList<>();

    /** Checks method and path. */
    HttpDraft(String method, String path) {
        String absolute = path.startsWith("/") ? path : "/" + path;
        if (path.contains("://")) {
            throw new IllegalArgumentException("A check asks the group under verification and takes a path such as"
                    + " '/health', but got a whole URL");
        }
        try {
            URI.create("http://host" + absolute);
        } catch (IllegalArgumentException e) {
            String shown = path.contains("?") ? path.substring(0, path.indexOf('?')) + "?…" : path;
            throw new IllegalArgumentException("'" + shown + "' is not a path; encode special characters");
        }
        if (method.isBlank() || !method.chars().allMatch(c -> c < 128 && Character.isLetter(c))) {
            throw new IllegalArgumentException("'" + method + "' is not a method such as GET");
        }
        this.method = method.toUpperCase(Locale.ROOT);
        this.path = absolute;
    }

    HttpDraft(HttpDraft other) {
        method = other.method;
        path = other.path;
        body = other.body;
        contentType = other.contentType;
        access = other.access;
        statusFrom = other.statusFrom;
        statusTo = other.statusTo;
        failFastOn4xx = other.failFastOn4xx;
        failFastOnRefused = other.failFastOnRefused;
        headers.addAll(other.headers);
        expectations.addAll(other.expectations);
    }

    Outgoing request(URI uri) {
        return new Outgoing(method, uri, body, body == null ? null : contentType, headers, Outgoing.MOST);
    }

    /** Returns method and path, without the query, which may hold secrets. */
    String asked() {
        int query = path.indexOf('?');
        return method + " " + (query < 0 ? path : path.substring(0, query));
    }

    /** Appends {@code path} to the path of {@code base}, whose user info, query and fragment are left out. */
    static URI resolve(URI base, String path) {
        String prefix = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
        return URI.create(base.getScheme() + "://" + Failures.authority(base) + prefix + path);
    }
}
