package io.dpg.deploy.verify.internal;

import io.dpg.deploy.verify.internal.Access.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.jspecify.annotations.Nullable;

/**
 * What an asynchronous client needs to send requests as an {@link Access} says, for those that {@link HttpTransport} is
 * not made for: many at a time, on one thread. Immutable and thread-safe.
 */
public final class Asynchronous {

    private final Access access;
    private final List<Sent> headers;
    private final Confidential confidential;

    /** Makes one whose requests all also send {@code own}; they win over those of the access of the same name. */
    Asynchronous(Access access, List<Sent> own) {
        this.access = access;
        List<Sent> all = new ArrayList<>(own);
        access.headers().stream()
                .filter(header -> own.stream().noneMatch(header::sameName))
                .forEach(all::add);
        this.headers = List.copyOf(all);
        Proxy proxy = access.proxy();
        if (proxy != null && proxy.credentials() != null) {
            all.add(proxy.credentials());
        }
        this.confidential = new Confidential(all);
    }

    /** Returns how servers are believed. */
    public TlsStrategy tls() {
        return Tls.asynchronous(access);
    }

    /** Returns the proxy to ask, or null for none. */
    public @Nullable HttpHost proxy() {
        Proxy proxy = access.proxy();
        return proxy == null ? null : Clients.host(proxy);
    }

    /** Returns what bounds the head of an answer. */
    public Http1Config bounds() {
        return Clients.BOUNDED;
    }

    /** Returns a context for one request. */
    public HttpClientContext context() {
        return Clients.context(access);
    }

    /** Adds the headers to a request. */
    public void addHeaders(HttpRequest request) {
        headers.forEach(header -> request.addHeader(header.name(), header.reveal()));
    }

    /** Returns {@code text} without what is sent in confidence. */
    public String redact(String text) {
        return confidential.redact(text);
    }
}
