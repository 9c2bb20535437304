package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.verify.internal.HttpAnswer;
import io.dpg.deploy.verify.internal.HttpFailure;
import io.dpg.deploy.verify.internal.HttpFailure.Kind;
import io.dpg.deploy.verify.internal.Outgoing;
import io.dpg.deploy.verify.internal.Sent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How servers are reached: real TLS, real client certificates, a real proxy. */
@Timeout(60)
class HttpAccessTest {

    @TempDir
    static Path folder;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeAll
    static void certificates() throws Exception {
        Certs.make(folder, "here", "ip:127.0.0.1,dns:localhost", "-keyalg", "EC");
        Certs.make(folder, "elsewhere", "dns:elsewhere.example", "-keyalg", "EC");
        Certs.make(folder, "client", "dns:client", "-keyalg", "RSA", "-keysize", "2048");
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

    private URI tls(String name, boolean asksForCertificate) throws Exception {
        SSLContext context = Certs.server(folder, name, asksForCertificate ? "client" : null);
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(asksForCertificate);
                parameters.setSSLParameters(wanted);
            }
        });
        server = secure;
        return begin("https");
    }

    private URI begin(String scheme) {
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization") + " from "
                    + exchange.getRemoteAddress().getPort());
            answer(exchange);
        });
        server.start();
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/x");
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = "hello".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static HttpAnswer send(HttpAccess access, URI uri) throws HttpFailure, InterruptedException {
        return access.transport().send(Outgoing.of("GET", uri), Duration.ofSeconds(20), Time.system());
    }

    private static HttpFailure failure(HttpAccess access, URI uri) {
        return catchThrowableOfType(HttpFailure.class, () -> send(access, uri));
    }

    @Test
    void aCertificateNobodyVouchesForIsRefused() throws Exception {
        HttpFailure failure = failure(HttpAccess.standard(), tls("here", false));
        assertThat(failure.kind()).isEqualTo(Kind.TLS);
        assertThat(failure).hasMessageStartingWith("could not agree on TLS with 127.0.0.1:");
        assertThat(seen).isEmpty();
    }

    @Test
    void aPrivateAuthorityIsTrustedWhereGivenAndNoOtherIs() throws Exception {
        URI uri = tls("here", false);
        assertThat(send(HttpAccess.standard().trusting(folder.resolve("here.pem")), uri)
                        .text())
                .isEqualTo("hello");
        assertThat(failure(HttpAccess.standard().trusting(folder.resolve("elsewhere.pem")), uri)
                        .kind())
                .isEqualTo(Kind.TLS);
    }

    @Test
    void checksVerifyCertificatesUnlessTheirAccessSaysOtherwise() throws Exception {
        URI uri = tls("here", false);
        HttpCheck check = HttpCheck.get("/").failAfter(1);
        CheckContext context = LocalServer.context(uri, Time.system());
        assertThat(check.run(context).message()).contains("could not agree on TLS with 127.0.0.1:");
        HttpAccess trusting = HttpAccess.standard().trusting(folder.resolve("here.pem"));
        assertThat(check.access(trusting).run(context).passed()).isTrue();
    }

    @Test
    void aCertificateForAnotherHostIsRefusedAlsoWhereItsAuthorityIsTrusted() throws Exception {
        URI uri = tls("elsewhere", false);
        assertThat(failure(HttpAccess.standard().trusting(folder.resolve("elsewhere.pem")), uri)
                        .kind())
                .isEqualTo(Kind.TLS);
    }

    @Test
    void anyCertificateForAnyHostIsTakenOnlyWhereThatIsSaidLoudly() throws Exception {
        HttpAccess access = HttpAccess.standard().withoutVerifyingCertificates();
        assertThat(send(access, tls("elsewhere", false)).status()).isEqualTo(200);
        assertThat(access).hasToString("HttpAccess[CERTIFICATES NOT VERIFIED]");
    }

    @Test
    void aClientCertificateIsShownWhereTheServerAsks() throws Exception {
        URI uri = tls("here", true);
        HttpAccess access = HttpAccess.standard().trusting(folder.resolve("here.pem"));
        assertThat(failure(access, uri)).isNotNull();
        assertThat(send(access.clientCertificate(folder.resolve("client.pem"), folder.resolve("client.key")), uri)
                        .status())
                .isEqualTo(200);
        assertThat(send(access.clientCertificate(folder.resolve("client.p12"), Secret.of(Certs.PASSWORD)), uri)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void filesThatHoldSomethingElseAreRefusedWhereTheyAreGiven() throws Exception {
        HttpAccess access = HttpAccess.standard();
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path old = Files.writeString(
                folder.resolve("old.key"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        Path damaged = Files.writeString(
                folder.resolve("damaged.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Path certificate = folder.resolve("client.pem");
        assertThatThrownBy(() -> access.trusting(folder.resolve("none.pem"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> access.trusting(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> access.trusting(folder.resolve("client.key")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> access.clientCertificate(certificate, old)).hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> access.clientCertificate(certificate, damaged)).hasMessageContaining("damaged");
        assertThatThrownBy(() -> access.clientCertificate(certificate, certificate))
                .hasMessageContaining("holds none in PEM form");
        assertThatThrownBy(() -> access.clientCertificate(folder.resolve("client.p12"), Secret.of("wrong-one")))
                .hasMessageContaining("the password is wrong")
                .hasMessageNotContaining("wrong-one");
        assertThatThrownBy(() -> access.clientCertificate(certificate, Secret.of("x")))
                .hasMessageContaining("not PKCS #12");
    }

    @Test
    void authenticatesAtOnceAndTheLastOneWins() throws Exception {
        URI uri = plain();
        send(HttpAccess.bearer(Secret.of("t0ken")), uri);
        send(HttpAccess.basic("joe", Secret.of("pässword")), uri);
        send(HttpAccess.bearer(Secret.of("t0ken")).withBasic("joe", Secret.of("")), uri);
        HttpAccess.bearer(Secret.of("t0ken"))
                .transport()
                .send(
                        Outgoing.of("GET", uri).header(Sent.plain("authorization", "Own x")),
                        Duration.ofSeconds(20),
                        Time.system());
        assertThat(seen.stream().map(s -> s.replaceFirst(" from .*", "")))
                .containsExactly("Bearer t0ken", "Basic am9lOnDDpHNzd29yZA==", "Basic am9lOg==", "Own x");
    }

    @Test
    void noSecretIsPrinted() {
        HttpAccess access = HttpAccess.bearer(Secret.of("t0ken-value"))
                .header("X-Api-Key", "key-value")
                .header("X-Scope-OrgID", Secret.of("org-value"))
                .clientCertificate(folder.resolve("client.p12"), Secret.of(Certs.PASSWORD))
                .proxy(URI.create("http://proxy:3128"), "joe", Secret.of("proxy-value"))
                .trusting(folder.resolve("here.pem"));
        assertThat(access)
                .hasToString("HttpAccess[trusting 1 given certificates, as CN=client, proxy http://proxy:3128,"
                        + " Authorization: ***, X-Api-Key: ***, X-Scope-OrgID: ***]");
        assertThatThrownBy(() -> HttpAccess.bearer(Secret.of("t0ken\nvalue")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("t0ken");
        assertThatThrownBy(() -> HttpAccess.basic("joe", Secret.of("pass\nword")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pass");
        assertThatThrownBy(() -> HttpAccess.basic("j:oe", Secret.of("x"))).hasMessageContaining("colon");
    }

    @Test
    void whatServersEchoOfBasicAuthenticationIsRedacted() throws Exception {
        HttpAnswer answer = send(HttpAccess.basic("joe", Secret.of("pass-value")), plain());
        assertThat(answer.redact("joe:pass-value or am9lOnBhc3MtdmFsdWU= or pass%2Dvalue, hello"))
                .contains("***", "hello")
                .doesNotContain("pass-value", "am9lOnBhc3MtdmFsdWU");
    }

    @Test
    void plainRequestsGoThroughAProxyWithItsCredentials() throws Exception {
        URI uri = plain();
        try (TinyProxy proxy = new TinyProxy("Basic am9lOnB3")) {
            HttpAccess access = HttpAccess.standard();
            assertThat(send(access.proxy(proxy.uri(), "joe", Secret.of("pw")), uri)
                            .text())
                    .isEqualTo("hello");
            assertThat(proxy.heads).hasSize(1).first().asString().startsWith("GET " + uri + " HTTP/1.1");
            assertThat(send(access.proxy(proxy.uri()), uri).status()).isEqualTo(407);
            assertThat(send(access.proxy(proxy.uri(), "joe", Secret.of("wrong")), uri)
                            .status())
                    .isEqualTo(407);
            assertThat(seen).hasSize(1);
        }
    }

    @Test
    void secureRequestsGoThroughATunnelThatSeesNoHeaderOfTheirs() throws Exception {
        URI uri = tls("here", false);
        try (TinyProxy proxy = new TinyProxy("Basic am9lOnB3")) {
            HttpAccess access = HttpAccess.bearer(Secret.of("t0ken")).trusting(folder.resolve("here.pem"));
            assertThat(send(access.proxy(proxy.uri(), "joe", Secret.of("pw")), uri)
                            .text())
                    .isEqualTo("hello");
            assertThat(proxy.heads)
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT 127.0.0.1:")
                    .doesNotContain("t0ken");
            assertThat(seen).singleElement().asString().startsWith("Bearer t0ken");
            HttpAccess refused = access.proxy(proxy.uri(), "joe", Secret.of("wrong-pw"));
            int status = 0;
            String said = "";
            try {
                status = send(refused, uri).status();
            } catch (HttpFailure e) {
                said = e.getMessage();
            }
            assertThat(status == 407 || said.contains("407"))
                    .as("%s %s", status, said)
                    .isTrue();
            assertThat(said).doesNotContain("wrong-pw");
            assertThat(seen).hasSize(1);
        }
    }

    @Test
    void aProxyIsNamedByItsAddressAlone() {
        HttpAccess access = HttpAccess.standard();
        for (String wrong : List.of("http://joe:pass-value@proxy:1", "socks://proxy:1", "http://proxy/x", "proxy")) {
            assertThatThrownBy(() -> access.proxy(URI.create(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("A proxy is named like")
                    .hasMessageNotContaining("pass-value");
        }
    }

    @Test
    void eachRequestHasAConnectionOfItsOwn() throws Exception {
        URI uri = plain();
        send(HttpAccess.standard(), uri);
        send(HttpAccess.standard(), uri);
        assertThat(seen.stream().distinct()).hasSize(2);
    }

    @Test
    void aBodyIsReadToItsBoundAlsoWhereItIsPacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(new byte[50_000_000]);
        }
        URI uri = plain();
        server.createContext("/zip", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, packed.size());
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(packed.toByteArray());
            } catch (IOException e) {
                // has seen enough
            }
        });
        Outgoing request = Outgoing.of("GET", uri.resolve("/zip")).most(1000);
        HttpAnswer answer = HttpAccess.standard().transport().send(request, Duration.ofSeconds(20), Time.system());
        assertThat(answer.body()).hasSize(1000);
        assertThat(answer.complete()).isFalse();
        assertThat(send(HttpAccess.standard(), uri).complete()).isTrue();
    }

    @Test
    void aServerThatNeverShakesHandsIsLeftAndItsConnectionClosed() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CountDownLatch closed = new CountDownLatch(2);
            threads.execute(() -> {
                for (int i = 0; i < 2; i++) {
                    try (Socket client = listening.accept()) {
                        client.getInputStream().readAllBytes();
                        closed.countDown();
                    } catch (IOException e) {
                        closed.countDown();
                    }
                }
            });
            URI silent = URI.create("https://127.0.0.1:" + listening.getLocalPort() + "/");
            Duration timeout = Duration.ofMillis(300);
            for (HttpAccess access : List.of(
                    HttpAccess.standard(),
                    HttpAccess.standard().proxy(URI.create("http://127.0.0.1:" + listening.getLocalPort())))) {
                HttpFailure failure = catchThrowableOfType(HttpFailure.class, () -> access.transport()
                        .send(Outgoing.of("GET", silent), timeout, Time.system()));
                assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            }
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anEndlessHeaderIsAnInvalidAnswer() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> {
                try (Socket client = listening.accept()) {
                    OutputStream out = client.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write("abcdefgh".repeat(1024).getBytes(StandardCharsets.US_ASCII));
                    }
                } catch (IOException e) {
                    // has seen enough
                }
            });
            HttpFailure failure =
                    failure(HttpAccess.standard(), URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/"));
            assertThat(failure.kind()).isEqualTo(Kind.INVALID);
            assertThat(failure).hasMessageContaining("cannot be read");
        }
    }
}
