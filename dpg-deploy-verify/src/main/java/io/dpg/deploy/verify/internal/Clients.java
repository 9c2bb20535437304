package io.dpg.deploy.verify.internal;

import io.dpg.deploy.verify.internal.Access.Proxy;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.Timeout;

/** Makes HTTP clients. */
final class Clients {

    /** Connecting is bounded by each request's timeout; this only ends what was left behind. */
    private static final Timeout LAST_RESORT = Timeout.ofMinutes(2);

    /** What servers are known to send is well below; an endless header must not fill the memory. */
    static final Http1Config BOUNDED = Http1Config.custom()
            .setMaxLineLength(64 * 1024)
            .setMaxHeaderCount(500)
            .build();

    private Clients() {}

    /** Returns a client that keeps no connections. */
    static CloseableHttpClient make(Access access) {
        HttpClientBuilder builder = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(Tls.strategy(access))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(BOUNDED)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(LAST_RESORT)
                                .setSocketTimeout(LAST_RESORT)
                                .build())
                        .setMaxConnTotal(10_000)
                        .setMaxConnPerRoute(1_000)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("dpg-deploy")
                .setConnectionReuseStrategy((request, response, context) -> false);
        Proxy proxy = access.proxy();
        if (proxy != null) {
            builder.setProxy(host(proxy));
        }
        return builder.build();
    }

    /** Returns a context in which the proxy's credentials are sent at once, without waiting to be asked for them. */
    static HttpClientContext context(Access access) {
        HttpClientContext context = HttpClientContext.create();
        Proxy proxy = access.proxy();
        if (proxy != null && proxy.credentials() != null) {
            context.resetAuthExchange(host(proxy), new Preemptive(proxy.credentials()));
        }
        return context;
    }

    static HttpHost host(Proxy proxy) {
        return new HttpHost(proxy.scheme(), proxy.host(), proxy.port());
    }
}
