package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.spi.Time;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when the API server was out of reach. Nodes lose it at the same time, and take their watches up again on their
 * own: until then kube-proxy sends requests where they went before. Nothing at the API shows how far behind it is, so pods
 * that had traffic must not end before it had the time to catch up. Thread-safe.
 */
final class Contact {

    private final Time time;
    private final Duration settle;
    private boolean lost;
    private @Nullable Instant lostAt;
    private long backSince;

    /** Counts nodes as informed {@code settle} after the API server is back. */
    Contact(Time time, Duration settle) {
        this.time = time;
        this.settle = settle;
    }

    /** Takes in that a call was answered. */
    synchronized void answered() {
        if (lost) {
            lost = false;
            backSince = time.nanos();
        }
    }

    /** Takes in that a call failed. */
    void failed(KubernetesClientException e) {
        if (noAnswer(e)) {
            lost();
        } else {
            answered();
        }
    }

    /** Takes in that a call or a watch had no answer. */
    synchronized void lost() {
        if (!lost && unsettled().isZero()) {
            lostAt = time.now();
        }
        lost = true;
    }

    /** Returns when the API server went out of reach, if nodes may still not have caught up with it. */
    synchronized Optional<Instant> unsettledSince() {
        return unsettled().isZero() ? Optional.empty() : Optional.ofNullable(lostAt);
    }

    /** Returns how long pods that had traffic must still be left alone; zero as a rule. */
    synchronized Duration unsettled() {
        if (lostAt == null) {
            return Duration.ZERO;
        }
        Duration left = lost ? settle : settle.minusNanos(time.nanos() - backSince);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Somebody who gives a call up, because of an abort say, has learnt nothing about the API server. */
    private static boolean noAnswer(KubernetesClientException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return false;
            }
        }
        return e.getCode() <= 0;
    }
}
