package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How tasks of an image behave. Immutable.
 *
 * @param crashAfter how long after its start the container ends; null: never
 * @param exitCode the container's exit code where it ends
 * @param healthyAfter how long after its start health checks pass; null: never
 * @param unhealthyAfter how long after its start health checks begin to fail again; null: never
 * @param pullable whether the image can be pulled
 * @param placeable whether the cluster has room
 * @param crashes how many of the image's tasks crash, the first ones; the others go on
 * @param log lines that each task writes when it starts, and before it crashes
 */
public record FakeBehaviour(
        @Nullable Duration crashAfter,
        int exitCode,
        @Nullable Duration healthyAfter,
        @Nullable Duration unhealthyAfter,
        boolean pullable,
        boolean placeable,
        int crashes,
        List<String> log) {

    /** Checks that no duration is negative. */
    public FakeBehaviour {
        for (Duration after : new @Nullable Duration[] {crashAfter, healthyAfter, unhealthyAfter}) {
            if (after != null && after.isNegative()) {
                throw new IllegalArgumentException("A task cannot behave before it starts");
            }
        }
        log = List.copyOf(log);
    }

    /** Returns the behaviour of a sound release: healthy at once, for ever. */
    public static FakeBehaviour good() {
        return new FakeBehaviour(
                null, 0, Duration.ZERO, null, true, true, Integer.MAX_VALUE, List.of("listening on 8080"));
    }

    /** Returns the behaviour of a container that ends with {@code exitCode} after {@code after}. */
    public static FakeBehaviour crashes(Duration after, int exitCode) {
        return new FakeBehaviour(
                after, exitCode, Duration.ZERO, null, true, true, Integer.MAX_VALUE, List.of("fatal: cannot go on"));
    }

    /** Returns the behaviour of a container that runs, but fails each health check. */
    public static FakeBehaviour neverHealthy() {
        return new FakeBehaviour(null, 0, null, null, true, true, Integer.MAX_VALUE, List.of("GET /health 500"));
    }

    /** Returns the behaviour of an image that no registry has. */
    public static FakeBehaviour cannotPull() {
        return new FakeBehaviour(null, 0, Duration.ZERO, null, false, true, Integer.MAX_VALUE, List.of());
    }

    /** Returns the behaviour of a task for which the cluster has no room. */
    public static FakeBehaviour cannotPlace() {
        return new FakeBehaviour(null, 0, Duration.ZERO, null, true, false, Integer.MAX_VALUE, List.of());
    }

    /** Returns the behaviour of a container whose health checks pass {@code after} its start. */
    public static FakeBehaviour slow(Duration after) {
        return new FakeBehaviour(null, 0, after, null, true, true, Integer.MAX_VALUE, List.of("warming up"));
    }

    /** Returns the behaviour of a container that is sound at first, and fails health checks from {@code after} on. */
    public static FakeBehaviour degrades(Duration after) {
        return new FakeBehaviour(
                null, 0, Duration.ZERO, after, true, true, Integer.MAX_VALUE, List.of("out of connections"));
    }

    /** Returns this, but only the first {@code tasks} tasks crash. */
    public FakeBehaviour onlyFirst(int tasks) {
        return new FakeBehaviour(crashAfter, exitCode, healthyAfter, unhealthyAfter, pullable, placeable, tasks, log);
    }

    /** Returns this with other log lines. */
    public FakeBehaviour logs(String... lines) {
        return new FakeBehaviour(
                crashAfter, exitCode, healthyAfter, unhealthyAfter, pullable, placeable, crashes, List.of(lines));
    }
}
