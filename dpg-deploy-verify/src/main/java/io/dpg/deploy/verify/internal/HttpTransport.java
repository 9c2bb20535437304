package io.dpg.deploy.verify.internal;

import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.internal.Access.Proxy;
import io.dpg.deploy.verify.internal.HttpFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests as an {@link Access} says. Each is bounded in time and in what is read of the answer. Neither redirects
 * nor retries nor cookies: an answer is reported as it came. Thread-safe.
 */
public final class HttpTransport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

    private final Access access;
    private final CloseableHttpClient client;

    private HttpTransport(Access access, CloseableHttpClient client) {
        this.access = access;
        this.client = client;
    }

    /**
     * Returns a transport with a connection for each request: a check is to see whether the application can be reached
     * now, not whether it could be a minute ago. It holds nothing and need not be closed.
     */
    public static HttpTransport of(Access access) {
        return new HttpTransport(access, Clients.make(access));
    }

    /** Returns what a client of one's own needs to reach servers in the same way, with {@code own} as further headers. */
    public Asynchronous asynchronous(List<Sent> own) {
        return new Asynchronous(access, own);
    }

    /**
     * Sends {@code request} and returns the answer, whatever its status, within {@code timeout} as a whole. The request
     * runs on a thread of {@code time}, as a blocked socket cannot be interrupted; when time is up or this thread is
     * interrupted, its connection is closed.
     *
     * @throws HttpFailure if there is no answer
     * @throws InterruptedException if this thread is interrupted
     */
    public HttpAnswer send(Outgoing request, Duration timeout, Time time) throws HttpFailure, InterruptedException {
        HttpUriRequestBase made = make(request, timeout);
        Confidential confidential = confidential(request);
        try {
            return time.call(() -> exchange(made, request, confidential, time), timeout, timeout, () -> {});
        } catch (InterruptedException e) {
            throw e;
        } catch (TimeoutException e) {
            throw new HttpFailure(Kind.TIMEOUT, Failures.noAnswer(request.uri(), timeout));
        } catch (IOException e) {
            throw failure(e, request, timeout, confidential);
        } catch (Exception e) {
            throw new HttpFailure(Kind.OTHER, confidential.redact("the request failed: " + e));
        } finally {
            made.cancel();
        }
    }

    /** Returns {@code text} without what is sent with {@code request} in confidence. */
    public String redact(String text, Outgoing request) {
        return confidential(request).redact(text);
    }

    private HttpAnswer exchange(HttpUriRequestBase made, Outgoing request, Confidential confidential, Time time)
            throws IOException {
        long begun = time.nanos();
        ClassicHttpResponse response = client.executeOpen(null, made, Clients.context(access));
        try {
            HttpEntity entity = response.getEntity();
            byte[] body = entity == null ? new byte[0] : read(entity, request.most());
            Duration latency = Duration.ofNanos(time.nanos() - begun);
            boolean complete = body.length <= request.most();
            return new HttpAnswer(
                    response.getCode(),
                    headers(response),
                    complete ? body : Arrays.copyOf(body, request.most()),
                    complete,
                    charset(entity),
                    latency,
                    confidential);
        } finally {
            // Cancelled first, as closing would read an endless body to its end. A body read to its end has given back
            // its connection already, and cancelling does nothing.
            made.cancel();
            try {
                response.close();
            } catch (IOException e) {
                LOG.trace("Closing a cancelled answer", e);
            }
        }
    }

    private HttpUriRequestBase make(Outgoing request, Duration timeout) {
        HttpUriRequestBase made = new HttpUriRequestBase(request.method(), request.uri());
        for (Sent header : access.headers()) {
            if (request.headers().stream().noneMatch(header::sameName)) {
                made.addHeader(header.name(), header.reveal());
            }
        }
        request.headers().forEach(header -> made.addHeader(header.name(), header.reveal()));
        byte[] body = request.body();
        if (body != null) {
            String type = request.contentType();
            made.setEntity(new ByteArrayEntity(body, type == null ? null : ContentType.parse(type)));
        }
        Timeout limit = Timeout.ofMilliseconds(Math.max(1, timeout.toMillis()));
        made.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(limit)
                .setResponseTimeout(limit)
                .build());
        return made;
    }

    private static byte[] read(HttpEntity entity, int most) throws IOException {
        InputStream content = entity.getContent();
        return content == null ? new byte[0] : content.readNBytes(most == Integer.MAX_VALUE ? most : most + 1);
    }

    private static Charset charset(@Nullable HttpEntity entity) {
        try {
            ContentType type = entity == null ? null : ContentType.parseLenient(entity.getContentType());
            Charset charset = type == null ? null : type.getCharset();
            return charset == null ? StandardCharsets.UTF_8 : charset;
        } catch (UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue() == null ? "" : header.getValue());
        }
        return headers;
    }

    private Confidential confidential(Outgoing request) {
        List<Sent> all = new ArrayList<>(access.headers());
        all.addAll(request.headers());
        Proxy proxy = access.proxy();
        if (proxy != null && proxy.credentials() != null) {
            all.add(proxy.credentials());
        }
        return new Confidential(all);
    }

    private static HttpFailure failure(IOException e, Outgoing request, Duration timeout, Confidential confidential) {
        return new HttpFailure(Failures.kind(e), confidential.redact(Failures.describe(e, request.uri(), timeout)));
    }
}
