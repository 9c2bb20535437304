package io.dpg.deploy;

import java.time.Duration;
import java.util.Objects;

/**
 * How long steps may take before they count as failed. Immutable.
 *
 * @param change until the platform shows a change that it accepted; default 5 minutes
 * @param ready until instances are ready, and until a migration is applied; default 10 minutes
 * @param verify all checks of a step together, retries included; default 5 minutes
 * @param gate until a gate opens; default 24 hours
 * @param drain until requests under way are done, after which they are cut off; default 30 seconds
 * @param pause how long a rollout may stay paused before it goes back to stable; default 1 hour
 * @param call a single call of a platform, check, metric source or hook; default 60 seconds
 */
public record Limits(
        Duration change,
        Duration ready,
        Duration verify,
        Duration gate,
        Duration drain,
        Duration pause,
        Duration call) {

    /** The defaults. */
    public static final Limits DEFAULT = new Limits(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5),
            Duration.ofHours(24),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofSeconds(60));

    /** Checks that no limit is negative and that only {@code drain} is zero, if any. */
    public Limits {
        positive("change", change);
        positive("ready", ready);
        positive("verify", verify);
        positive("gate", gate);
        if (Objects.requireNonNull(drain, "drain").isNegative()) {
            throw new IllegalArgumentException("drain must not be negative, but is " + drain);
        }
        positive("pause", pause);
        positive("call", call);
    }

    /** Returns a copy with another limit for changes. */
    public Limits change(Duration change) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    /** Returns a copy with another limit for readiness. */
    public Limits ready(Duration ready) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    /** Returns a copy with another limit for checks. */
    public Limits verify(Duration verify) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    /** Returns a copy with another limit for gates. */
    public Limits gate(Duration gate) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    /** Returns a copy with another drain time. */
    public Limits drain(Duration drain) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    /** Returns a copy with another limit for pauses. */
    public Limits pause(Duration pause) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    /** Returns a copy with another limit for single calls. */
    public Limits call(Duration call) {
        return new Limits(change, ready, verify, gate, drain, pause, call);
    }

    private static void positive(String name, Duration value) {
        if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
    }
}
