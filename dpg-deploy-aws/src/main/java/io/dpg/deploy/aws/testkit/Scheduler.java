package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * ECS's service scheduler for rolling updates, by
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html: no more than the maximum percent of the
 * desired tasks (rounded down) are wanted at a time, and old ones stop while the minimum percent (rounded up) stays healthy.
 */
final class Scheduler {

    private static final Duration PLACEMENT_PAUSE = Duration.ofSeconds(10);

    private final World world;

    Scheduler(World world) {
        this.world = world;
    }

    void settle(Service service) {
        if (service.status().equals("INACTIVE")) {
            return;
        }
        if (service.status().equals("DRAINING")) {
            stop(service, service.tasks(), "Service is being deleted");
            if (service.tasks().stream().allMatch(Task::gone)) {
                service.status("INACTIVE");
            }
            return;
        }
        replaceUnhealthy(service);
        if (service.history().shift() != null) {
            service.history().settle();
            return;
        }
        fill(service, service.primary(), most(service));
        stopOld(service);
        stopExcess(service);
        CircuitBreaker.check(service);
        service.deployments()
                .removeIf(d -> d != service.primary() && d.tasks().stream().allMatch(Task::gone));
        complete(service);
        service.history().settle();
    }

    /** Stops tasks that fail the load balancer's checks once the grace period is over. */
    private void replaceUnhealthy(Service service) {
        for (Task task : List.copyOf(service.tasks())) {
            if (!task.running() || task.started() == null) {
                continue;
            }
            for (TargetGroup group : task.groups()) {
                boolean unhealthy = group.targets().stream()
                        .anyMatch(t -> t.task() == task && t.state().equals("unhealthy"));
                Instant end = task.started().plus(service.grace());
                if (unhealthy && world.now().isBefore(end)) {
                    world.nudge(end);
                } else if (unhealthy) {
                    service.event("(port " + group.port() + ") is unhealthy in (target-group " + group.arn()
                            + ") due to (reason Health checks failed with these codes: [500])");
                    if (!task.wasReady()) {
                        task.deployment().failed();
                    }
                    task.stop(
                            "ServiceSchedulerInitiated",
                            "Task failed ELB health checks in (target-group " + group.arn() + ")");
                    break;
                }
            }
        }
    }

    private static int most(Service service) {
        return (int) Math.floor(service.desired() * service.percent("maximumPercent", 200) / 100.0);
    }

    /** Starts tasks of the deployment until the service's number is wanted of it, or {@code most} of all. */
    void fill(Service service, Deployment primary, int most) {
        List<String> started = new ArrayList<>();
        while (wanted(primary.tasks()) < service.desired() && wanted(service.tasks()) < most) {
            if (!primary.mayStart(world.now())) {
                world.nudge(primary.resume());
                break;
            }
            if (!world.behaviours().of(primary.definition()).placeable()) {
                // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
                service.event("was unable to place a task because no container instance met all of its requirements."
                        + " Reason: No Container Instances were found in your cluster.");
                primary.failed();
                primary.pause(PLACEMENT_PAUSE);
                world.nudge(primary.resume());
                break;
            }
            started.add("(task " + service.start(primary).id() + ")");
        }
        if (!started.isEmpty()) {
            service.steady(false);
            service.event("has started " + started.size() + " tasks: " + String.join(" ", started) + ".");
        }
    }

    private void stopOld(Service service) {
        int least = (int) Math.ceil(service.desired() * service.percent("minimumHealthyPercent", 100) / 100.0);
        long healthy = service.tasks().stream().filter(Task::ready).count();
        List<Task> victims = new ArrayList<>();
        for (Task old : service.tasks()) {
            if (old.deployment() == service.primary() || !old.wanted()) {
                continue;
            }
            if (!old.ready()) {
                victims.add(old);
            } else if (healthy > least) {
                victims.add(old);
                healthy--;
            }
        }
        stop(
                service,
                victims,
                "Scaling activity initiated by (deployment " + service.primary().id() + ")");
    }

    private void stopExcess(Service service) {
        List<Task> wanted = service.primary().tasks().stream()
                .filter(Task::wanted)
                .sorted(Comparator.comparing(Task::ready))
                .toList();
        int excess = Math.max(0, wanted.size() - service.desired());
        stop(service, wanted.subList(0, excess), "Scaling activity initiated by (service " + service.name() + ")");
    }

    static void stop(Service service, List<Task> tasks, String reason) {
        List<Task> stopping = tasks.stream().filter(Task::wanted).toList();
        if (stopping.isEmpty()) {
            return;
        }
        service.steady(false);
        String ids = stopping.stream().map(t -> "(task " + t.id() + ")").collect(Collectors.joining(" "));
        service.event("has stopped " + stopping.size() + " running tasks: " + ids + ".");
        stopping.forEach(t -> t.stop("ServiceSchedulerInitiated", reason));
    }

    private static void complete(Service service) {
        Deployment primary = service.primary();
        boolean alone = service.deployments().size() == 1;
        long ready = primary.tasks().stream().filter(Task::ready).count();
        boolean whole = alone && ready == service.desired() && wanted(service.tasks()) == service.desired();
        if (whole && primary.rollout().equals("IN_PROGRESS")) {
            service.completed(primary);
        }
        if (whole != service.steady()) {
            service.steady(whole);
        }
    }

    private static int wanted(List<Task> tasks) {
        return (int) tasks.stream().filter(Task::wanted).count();
    }
}
