package io.dpg.deploy.verify.load;

import io.dpg.deploy.verify.internal.Asynchronous;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.entity.AsyncEntityProducers;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** The HTTP client of one load: one I/O thread, which all connections share, and one that watches it. */
final class LoadClient implements AutoCloseable {

    /** How long closing waits for the client's threads; they only have to return from a select. */
    private static final Duration END = Duration.ofSeconds(5);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Asynchronous way;
    private final PoolingAsyncClientConnectionManager pool;
    private final CloseableHttpAsyncClient client;

    LoadClient(Asynchronous way, int connections, Duration timeout) {
        this.way = way;
        // The engine ends what takes too long, to the last byte; this only ends what would be left behind.
        Timeout limit = Timeout.ofMilliseconds(timeout.toMillis() + 5_000);
        this.pool = PoolingAsyncClientConnectionManagerBuilder.create()
                .setMaxConnTotal(connections)
                .setMaxConnPerRoute(connections)
                .setTlsStrategy(way.tls())
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(limit)
                        .setSocketTimeout(limit)
                        .build())
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .setHandshakeTimeout(limit)
                        .build())
                .build();
        this.client = HttpAsyncClients.custom()
                .setConnectionManager(pool)
                .setProxy(way.proxy())
                .setHttp1Config(way.bounds())
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(1)
                        .setTcpNoDelay(true)
                        .setSelectInterval(TimeValue.ofMilliseconds(100))
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(limit)
                        .setResponseTimeout(limit)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setThreadFactory(this::thread)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableRequestPriority()
                .setUserAgent("dpg-deploy load")
                .build();
        client.start();
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "dpg-deploy-load-io-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /** Sends without waiting. What becomes of it is told on the I/O thread, or on this one. */
    Future<Integer> send(
            HttpHost host, String path, Shot shot, byte @Nullable [] body, FutureCallback<Integer> callback) {
        BasicHttpRequest request = new BasicHttpRequest(shot.method(), host, path);
        way.addHeaders(request);
        AsyncEntityProducer entity =
                body == null ? null : AsyncEntityProducers.create(body, ContentType.APPLICATION_JSON);
        return client.execute(
                host, new BasicRequestProducer(request, entity), new StatusConsumer(), null, way.context(), callback);
    }

    /** Drops all connections and ends the threads. An interruption is kept for the caller. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        // In this order, as the reactor ends its selector under its own thread when it is told to be immediate.
        pool.close(CloseMode.IMMEDIATE);
        client.initiateShutdown();
        interrupted |= wait(() -> client.awaitShutdown(TimeValue.of(END)));
        client.close(CloseMode.IMMEDIATE);
        for (Thread thread : threads) {
            interrupted |= wait(() -> thread.join(END.toMillis()));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something to wait for. */
    private interface Wait {
        void end() throws InterruptedException;
    }

    private static boolean wait(Wait wait) {
        try {
            wait.end();
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
