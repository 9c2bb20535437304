package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/**
 * A target of a target group and its health, checked every interval of the group; states and reasons by
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html: a new target is healthy
 * after one check that passed, later changes need the thresholds.
 */
final class Target {

    private final World world;
    private final TargetGroup group;
    private final Task task;
    private final int port;
    private String state = "unused";
    private int passed;
    private int failed;
    private long round;

    Target(World world, TargetGroup group, Task task, int port) {
        this.world = world;
        this.group = group;
        this.task = task;
        this.port = port;
    }

    Task task() {
        return task;
    }

    String state() {
        return state;
    }

    boolean healthy() {
        return state.equals("healthy");
    }

    /** Begins to check the target's health, where its group is in use. */
    void used() {
        if (state.equals("unused")) {
            state = "initial";
            passed = 0;
            failed = 0;
            next(world.timing().registering());
        }
    }

    /** Stops checking: no listener or rule names the group any more. */
    void unused() {
        if (!state.equals("draining")) {
            state = "unused";
            round++;
        }
    }

    /** Makes the target healthy at once, for services that run when the test begins. */
    void settled() {
        if (state.equals("initial")) {
            state = "healthy";
        }
    }

    void drain() {
        state = "draining";
        round++;
    }

    private void next(Duration delay) {
        long mine = ++round;
        world.agenda().after(delay, () -> {
            if (mine == round) {
                check();
                next(group.interval());
            }
        });
    }

    private void check() {
        if (task.passesChecks()) {
            passed++;
            failed = 0;
            if (state.equals("initial") || passed >= group.threshold("HealthyThresholdCount")) {
                state = "healthy";
            }
        } else {
            failed++;
            passed = 0;
            if (failed >= group.threshold("UnhealthyThresholdCount")) {
                state = "unhealthy";
            }
        }
    }

    /** Returns the target as DescribeTargetHealth shows it. */
    ObjectNode view() {
        ObjectNode health = Json.object().put("State", state);
        switch (state) {
            case "initial" -> reason(health, "Elb.InitialHealthChecking", "Initial health checks in progress");
            case "unhealthy" -> {
                if (task.alive()) {
                    reason(health, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]");
                } else {
                    reason(health, "Target.Timeout", "Request timed out");
                }
            }
            case "unused" ->
                reason(
                        health,
                        "Target.NotInUse",
                        "Target group is not configured to receive traffic from the load balancer");
            case "draining" ->
                reason(health, "Target.DeregistrationInProgress", "Target deregistration is in progress");
            default -> {}
        }
        ObjectNode view = Json.object();
        view.set(
                "Target",
                Json.object().put("Id", task.address()).put("Port", port).put("AvailabilityZone", Arns.REGION + "a"));
        view.put("HealthCheckPort", String.valueOf(port));
        view.set("TargetHealth", health);
        return view;
    }

    private static void reason(ObjectNode health, String reason, String description) {
        health.put("Reason", reason).put("Description", description);
    }
}
