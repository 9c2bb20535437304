package io.dpg.deploy.aws.testkit;

import java.time.Duration;

/**
 * How long things take; AWS gives no figures, these are ours. Immutable.
 *
 * @param provisioning how long a task is PROVISIONING; default 2 s
 * @param pending how long it is PENDING, with the pull of its image; default 3 s
 * @param stopping how long it is STOPPING, after its targets are deregistered; default 2 s
 * @param registering how long after its registration the first health check of a target ends; default 1 s
 * @param noticing how long ECS takes to see that a container ended; until then its target stays registered; default 1 s
 */
public record FakeTiming(
        Duration provisioning, Duration pending, Duration stopping, Duration registering, Duration noticing) {

    /** Returns the defaults. */
    public static FakeTiming standard() {
        return new FakeTiming(
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
    }

    /** Returns timing that is as short as makes sense, for tests on the wall clock. */
    public static FakeTiming quick() {
        Duration step = Duration.ofMillis(50);
        return new FakeTiming(step, step, step, step, step);
    }
}
