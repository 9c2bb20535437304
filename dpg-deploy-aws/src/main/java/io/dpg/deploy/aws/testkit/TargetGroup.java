package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A target group: its settings as they were asked for, its attributes and its targets. */
final class TargetGroup {

    private final World world;
    private final String arn;
    private final ObjectNode settings;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Target> targets = new ArrayList<>();
    private boolean used;

    TargetGroup(World world, String arn, ObjectNode settings) {
        this.world = world;
        this.arn = arn;
        this.settings = settings;
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
        attributes.put("deregistration_delay.timeout_seconds", "300");
        attributes.put("slow_start.duration_seconds", "0");
        attributes.put("stickiness.enabled", "false");
        attributes.put("stickiness.type", "lb_cookie");
        attributes.put("stickiness.lb_cookie.duration_seconds", "86400");
        attributes.put("load_balancing.algorithm.type", "round_robin");
    }

    String arn() {
        return arn;
    }

    String name() {
        return Json.text(settings, "TargetGroupName");
    }

    ObjectNode settings() {
        return settings;
    }

    Map<String, String> attributes() {
        return attributes;
    }

    List<Target> targets() {
        return targets;
    }

    int port() {
        return Json.number(settings, "Port", 80);
    }

    Duration interval() {
        return Duration.ofSeconds(Math.max(1, Json.number(settings, "HealthCheckIntervalSeconds", 30)));
    }

    int threshold(String name) {
        return Math.max(1, Json.number(settings, name, 2));
    }

    private Duration deregistrationDelay() {
        return Duration.ofSeconds(
                Long.parseLong(attributes.getOrDefault("deregistration_delay.timeout_seconds", "300")));
    }

    boolean hasHealthy() {
        return targets.stream().anyMatch(Target::healthy);
    }

    /** Notes whether a listener or rule names this group; without one its targets are {@code unused}. */
    void used(boolean now) {
        used = now;
        for (Target target : targets) {
            if (now) {
                target.used();
            } else {
                target.unused();
            }
        }
    }

    Target register(Task task, int port) {
        Target target = new Target(world, this, task, port);
        targets.add(target);
        if (used) {
            target.used();
        }
        return target;
    }

    /** Begins to drain the target of the task and returns how long that takes; an unused one is gone at once. */
    Duration deregister(Task task) {
        for (Target target : List.copyOf(targets)) {
            if (target.task() == task && !target.state().equals("draining")) {
                if (target.state().equals("unused")) {
                    targets.remove(target);
                    return Duration.ZERO;
                }
                target.drain();
                world.agenda().after(deregistrationDelay(), () -> targets.remove(target));
                return deregistrationDelay();
            }
        }
        return Duration.ZERO;
    }

    /** Returns the group as DescribeTargetGroups shows it, without its load balancers. */
    ObjectNode view() {
        return settings.deepCopy().put("TargetGroupArn", arn);
    }
}
