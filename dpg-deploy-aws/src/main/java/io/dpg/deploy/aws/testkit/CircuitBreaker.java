package io.dpg.deploy.aws.testkit;

/**
 * The deployment circuit breaker; threshold and rollback by
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html: half of the desired tasks, at
 * least 3, at most 200.
 */
final class CircuitBreaker {

    /** What AWS says, whether tasks did not start or did not pass their checks. */
    static final String WHY = "tasks failed to start.";

    private CircuitBreaker() {}

    static int threshold(int desired) {
        return Math.max(3, Math.min(200, (int) Math.ceil(0.5 * desired)));
    }

    static boolean open(Service service, Deployment deployment) {
        return service.breaker("enable") && deployment.failedTasks() >= threshold(service.desired());
    }

    static void check(Service service) {
        Deployment primary = service.primary();
        if (!primary.rollout().equals("IN_PROGRESS") || !open(service, primary)) {
            return;
        }
        primary.gaveUp("ECS deployment circuit breaker: " + WHY);
        service.event("(deployment " + primary.id() + ") deployment failed: " + WHY);
        Deployment last = service.lastCompleted();
        if (service.breaker("rollback") && last != null && last != primary) {
            service.event("rolling back to deployment " + last.id() + ".");
            last.inProgress("ECS deployment circuit breaker: rolling back to deploymentId " + last.id() + ".");
            service.primary(last);
        }
    }
}
