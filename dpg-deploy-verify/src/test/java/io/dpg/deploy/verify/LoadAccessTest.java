package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.verify.load.Load;
import io.dpg.deploy.verify.load.LoadFailure;
import io.dpg.deploy.verify.load.LoadResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How loads reach servers: real TLS and a real proxy. */
@Timeout(60)
class LoadAccessTest {

    private static final Load LOAD =
            Load.get("/x").rate(20).duration(Duration.ofMillis(500)).warmUp(Duration.ZERO);

    @TempDir
    static Path folder;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeAll
    static void certificates() throws Exception {
        Certs.make(folder, "here", "ip:127.0.0.1", "-keyalg", "EC");
        Certs.make(folder, "elsewhere", "dns:elsewhere.example", "-keyalg", "EC");
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }

    private URI plain() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        return begin("http");
    }

    private URI tls(String name) throws Exception {
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(Certs.server(folder, name, null)));
        server = secure;
        return begin("https");
    }

    private URI begin(String scheme) {
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                seen.add(exchange.getRequestHeaders().get("Authorization") + " "
                        + exchange.getRequestHeaders().get("X-Tenant"));
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void certificatesAreVerified() throws Exception {
        URI uri = tls("here");
        LoadResult refused = LOAD.run(uri);
        assertThat(refused.failedBy()).isEqualTo(Map.of(LoadFailure.REFUSED, 10L));
        assertThat(seen).isEmpty();
        HttpAccess trusting = HttpAccess.standard().trusting(folder.resolve("here.pem"));
        assertThat(LOAD.access(trusting).run(uri).ok()).isEqualTo(10);
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        HttpAccess trusting = HttpAccess.standard().trusting(folder.resolve("elsewhere.pem"));
        assertThat(LOAD.access(trusting).run(tls("elsewhere")).failedBy()).isEqualTo(Map.of(LoadFailure.REFUSED, 10L));
        assertThat(seen).isEmpty();
    }

    @Test
    void credentialsAndHeadersAreSentAndTheLoadsOwnWin() throws Exception {
        HttpAccess access = HttpAccess.bearer(Secret.of("hunter2")).header("X-Tenant", "shop");
        LoadResult result = LOAD.access(access)
                .header("X-Tenant", "own")
                .header("X-Other", "1")
                .run(plain());
        assertThat(result.ok()).isEqualTo(10);
        assertThat(seen).hasSize(10).containsOnly("[Bearer hunter2] [own]");
    }

    @Test
    void aProxyIsAskedWithItsCredentials() throws Exception {
        URI uri = plain();
        try (TinyProxy proxy = new TinyProxy("Basic dTpw")) {
            HttpAccess access = HttpAccess.standard().proxy(proxy.uri(), "u", Secret.of("p"));
            assertThat(LOAD.access(access).connections(1).run(uri).ok()).isEqualTo(10);
            assertThat(proxy.heads).allMatch(head -> head.startsWith("GET " + uri + "/x HTTP/1.1"));
        }
    }

    @Test
    void aProxyTunnelsTls() throws Exception {
        URI uri = tls("here");
        try (TinyProxy proxy = new TinyProxy("Basic dTpw")) {
            HttpAccess access =
                    HttpAccess.standard().trusting(folder.resolve("here.pem")).proxy(proxy.uri(), "u", Secret.of("p"));
            assertThat(LOAD.access(access).run(uri).ok()).isEqualTo(10);
            assertThat(proxy.heads).isNotEmpty().allMatch(head -> head.startsWith("CONNECT "));
        }
    }

    @Test
    void whatAServerEchoesOfASecretIsNotShown() throws Exception {
        try (ServerSocket raw = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> {
                while (!raw.isClosed()) {
                    try (Socket socket = raw.accept()) {
                        socket.getOutputStream()
                                .write("nonsense with hunter2 in it\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        // the client went away
                    }
                }
            });
            LoadResult result = LOAD.access(HttpAccess.bearer(Secret.of("hunter2")))
                    .run(URI.create("http://127.0.0.1:" + raw.getLocalPort()));
            assertThat(result.failed()).isEqualTo(10);
            assertThat(result.examples()).isNotEmpty().allMatch(example -> !example.contains("hunter2"));
            assertThat(result.table()).doesNotContain("hunter2");
        }
    }
}
