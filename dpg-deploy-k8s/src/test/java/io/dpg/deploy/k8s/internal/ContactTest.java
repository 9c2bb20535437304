package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.testkit.VirtualTime;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContactTest {

    private static final KubernetesClientException REFUSED =
            new KubernetesClientException("no connection", new ConnectException("Connection refused"));

    private final VirtualTime time = new VirtualTime();
    private final Contact contact = new Contact(time, Duration.ofSeconds(65));

    @Test
    void withoutAnOutageNothingHasToWait() {
        contact.answered();
        contact.failed(new KubernetesClientException("conflict", 409, null));
        contact.failed(new KubernetesClientException("away for a moment", 503, null));
        assertThat(contact.unsettled()).isZero();
    }

    @Test
    void podsWaitUntilNodesMayKnowAgain() throws InterruptedException {
        Instant lost = time.now();
        contact.failed(REFUSED);
        time.sleep(Duration.ofSeconds(300));
        contact.failed(REFUSED);
        assertThat(contact.unsettledSince()).hasValue(lost);
        assertThat(contact.unsettled()).as("it is still away").isEqualTo(Duration.ofSeconds(65));
        contact.answered();
        time.sleep(Duration.ofSeconds(25));
        contact.answered();
        assertThat(contact.unsettled()).isEqualTo(Duration.ofSeconds(40));
        time.sleep(Duration.ofSeconds(40));
        assertThat(contact.unsettled()).isZero();
        assertThat(contact.unsettledSince()).isEmpty();
    }

    @Test
    void aCallThatWasGivenUpSaysNothing() {
        contact.failed(new KubernetesClientException("given up", new InterruptedException()));
        assertThat(contact.unsettled()).isZero();
    }

    @Test
    void callsWithoutAnAnswerAreRepeatedAndNoticed() {
        AtomicInteger calls = new AtomicInteger();
        Api api = api();
        assertThat(api.find("read a Service", c -> calls.incrementAndGet() < 3 ? refuse() : "there"))
                .hasValue("there");
        assertThatThrownBy(() -> api.settled("retire GREEN"))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("nodes may send requests where they went before");
    }

    @Test
    void aServerThatStaysAwayIsAFaultAfterAFewCalls() {
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() -> api().call("read a Service", c -> {
                    calls.incrementAndGet();
                    return refuse();
                }))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("gave no answer");
        assertThat(calls).hasValue(3);
    }

    private static String refuse() {
        throw REFUSED;
    }

    private Api api() {
        App app = new App("shop", "app", null, null, null, Duration.ZERO, 0, Duration.ZERO, Duration.ofSeconds(65));
        return new Api(new KubernetesClientBuilder().build(), app, time, Set.of());
    }
}
