package io.dpg.deploy.verify;

import io.dpg.deploy.spi.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP client that all checks share. Each request has a connection of its own: a check is to see whether the
 * application can be reached now, not whether it could be a minute ago; and no idle connection is left behind. Neither
 * redirects nor retries nor cookies: an answer is reported as it came. Certificates and host names are verified.
 */
final class Client {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** How much of a body is looked at; more is not read. */
    private static final int BODY = 1024 * 1024;

    /** Connecting is bounded by each request's timeout; this only ends what was left behind. */
    private static final Timeout LAST_RESORT = Timeout.ofMinutes(2);

    private static final CloseableHttpClient SHARED = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setDefaultConnectionConfig(ConnectionConfig.custom()
                            .setConnectTimeout(LAST_RESORT)
                            .setSocketTimeout(LAST_RESORT)
                            .build())
                    .setMaxConnTotal(10_000)
                    .setMaxConnPerRoute(1_000)
                    .build())
            .setConnectionReuseStrategy((request, response, context) -> false)
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .setUserAgent("dpg-deploy")
            .build();

    private Client() {}

    /** Sends {@code request} with {@code sent} as further headers, and reads the answer. Blocks until the server is done, or {@code request} is cancelled. */
    static Answer exchange(HttpUriRequestBase request, List<Sent> sent, Duration timeout, Time time)
            throws IOException {
        Timeout limit = Timeout.ofMilliseconds(Math.max(1, timeout.toMillis()));
        sent.forEach(header -> request.addHeader(header.name(), header.reveal()));
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(limit)
                .setResponseTimeout(limit)
                .build());
        long begun = time.nanos();
        ClassicHttpResponse response = SHARED.executeOpen(null, request, null);
        try {
            HttpEntity entity = response.getEntity();
            byte[] body = entity == null ? new byte[0] : read(entity);
            Duration latency = Duration.ofNanos(time.nanos() - begun);
            boolean complete = body.length <= BODY;
            String text = new String(body, 0, Math.min(body.length, BODY), charset(entity));
            return new Answer(response.getCode(), headers(response), text, complete, sent, latency);
        } finally {
            // Cancelled first, as closing would read an endless body to its end.
            request.cancel();
            try {
                response.close();
            } catch (IOException e) {
                LOG.trace("Closing a cancelled answer", e);
            }
        }
    }

    private static byte[] read(HttpEntity entity) throws IOException {
        InputStream content = entity.getContent();
        return content == null ? new byte[0] : content.readNBytes(BODY + 1);
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
}
