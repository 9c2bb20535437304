package io.dpg.deploy.k8s.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.spi.ConflictException;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.testkit.VirtualTime;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which faults are borne, for how long, and what becomes of the others. */
class AttemptsTest {

    private final Time time = new VirtualTime();
    private final Attempts attempts = new Attempts(time);
    private final AtomicInteger calls = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(ints = {0, 409, 422, 429, 500, 503, 504})
    void whatMayPassIsTriedAgain(int code) {
        String result = attempts.run("write", "t", () -> {
            if (calls.incrementAndGet() < 4) {
                throw answered(code);
            }
            return Optional.of("written");
        });
        assertThat(result).isEqualTo("written");
        assertThat(calls.get()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413})
    void whatWillNotPassIsToldAtOnce(int code) {
        assertThatThrownBy(() -> attempts.run("write", "t", () -> {
                    calls.incrementAndGet();
                    throw answered(code);
                }))
                .isInstanceOfSatisfying(DeployException.class, e -> {
                    assertThat(e.retryable()).isFalse();
                    assertThat(e.target()).hasValue("t");
                })
                .hasMessageContaining("Tried to write, but the API server answered " + code);
        assertThat(calls.get()).isEqualTo(1);
    }

    @Test
    void anObjectThatTheServerRejectsNamesItsFields() {
        KubernetesClientException rejected = new KubernetesClientException(
                "no",
                422,
                new StatusBuilder()
                        .withMessage("Lease is invalid")
                        .withNewDetails()
                        .addNewCause("spec.leaseDurationSeconds", "must be positive", "FieldValueInvalid")
                        .endDetails()
                        .build());
        assertThatThrownBy(() -> attempts.run("write", "t", () -> {
                    calls.incrementAndGet();
                    throw rejected;
                }))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("correct spec.leaseDurationSeconds");
        assertThat(calls.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 503})
    void whatNeverEndsIsAFaultThatMayBeRetriedAndNoConflict(int code) {
        long start = time.nanos();
        assertThatThrownBy(() -> attempts.run("write", "t", () -> {
                    throw answered(code);
                }))
                .isInstanceOf(DeployException.class)
                .isNotInstanceOf(ConflictException.class)
                .matches(e -> ((DeployException) e).retryable());
        assertThat(Duration.ofNanos(time.nanos() - start))
                .isBetween(Attempts.LIMIT, Attempts.LIMIT.plus(Duration.ofSeconds(1)));
    }

    @Test
    void beingOvertakenForEverIsNoConflictEither() {
        assertThatThrownBy(() -> attempts.run("write", "t", Optional::empty))
                .isInstanceOf(DeployException.class)
                .isNotInstanceOf(ConflictException.class)
                .hasMessageContaining("others kept changing");
    }

    @Test
    void anInterruptedThreadStopsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> attempts.run("write", "t", () -> {
                        calls.incrementAndGet();
                        return Optional.empty();
                    }))
                    .isInstanceOf(DeployException.class);
            assertThat(calls.get()).isEqualTo(1);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static KubernetesClientException answered(int code) {
        return new KubernetesClientException(
                "answered " + code,
                code,
                new StatusBuilder().withMessage("because").build());
    }
}
