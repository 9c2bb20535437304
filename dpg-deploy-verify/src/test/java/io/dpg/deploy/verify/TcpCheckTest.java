package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpCheckTest {

    private final VirtualTime time = new VirtualTime();

    private CheckResult run(TcpCheck check, URI base) throws InterruptedException {
        return check.run(new CheckContext(base, Slot.GREEN, Release.of("shop", "2"), Duration.ofMinutes(5), time));
    }

    private static ServerSocket listening(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = listening(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void passesWhereSomethingListens() throws Exception {
        try (ServerSocket socket = listening(0)) {
            int port = socket.getLocalPort();
            URI base = URI.create("http://127.0.0.1:" + port + "/.dpg/green/");
            assertThat(run(TcpCheck.endpoint(), base).passed()).isTrue();
            assertThat(run(TcpCheck.port(port), URI.create("http://127.0.0.1/")).passed())
                    .isTrue();
            CheckResult result = run(TcpCheck.to("127.0.0.1", port), null);
            assertThat(result.message()).isEqualTo("127.0.0.1:" + port + " accepts connections");
            assertThat(result.check()).isEqualTo("tcp 127.0.0.1:" + port);
        }
    }

    @Test
    void failsWhereNothingDoesAndSaysSo() throws Exception {
        int port = freePort();
        CheckResult result = run(TcpCheck.to("127.0.0.1", port).within(Duration.ofSeconds(1)), null);
        assertThat(result.status()).isEqualTo(CheckResult.Status.FAILED);
        assertThat(result.message()).startsWith("could not connect to 127.0.0.1:" + port + ": Connection refused");
        assertThat(result.attempts()).isEqualTo(3);
    }

    @Test
    void passesOnceItListens() throws Exception {
        int port = freePort();
        ServerSocket[] socket = new ServerSocket[1];
        time.at(Duration.ofSeconds(2), () -> {
            try {
                socket[0] = listening(port);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            CheckResult result = run(TcpCheck.to("127.0.0.1", port).successes(2), null);
            assertThat(result.passed()).isTrue();
            assertThat(result.attempts()).isGreaterThan(3);
        } finally {
            socket[0].close();
        }
    }

    @Test
    void withoutAnEndpointItIsAnErrorAndNoPass() throws Exception {
        assertThat(run(TcpCheck.endpoint(), null).status()).isEqualTo(CheckResult.Status.ERROR);
    }

    @Test
    void aPortThatCannotBeIsRefused() {
        assertThatThrownBy(() -> TcpCheck.port(0)).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> TcpCheck.to(" ", 80)).hasMessageContaining("blank");
        assertThat(TcpCheck.port(80).named("web").critical(false).name()).isEqualTo("web");
    }
}
