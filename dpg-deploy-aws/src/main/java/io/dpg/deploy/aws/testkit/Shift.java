package io.dpg.deploy.aws.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Traffic that ECS shifts itself, stage by stage: BLUE_GREEN at once, CANARY in two steps, LINEAR in equal ones; see
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-linear.html. Lifecycle hooks and alarms are not
 * played.
 */
final class Shift {

    /** How long a stage without work takes; ours. */
    private static final Duration STAGE = Duration.ofSeconds(2);

    private final World world;
    private final Service service;
    private final ServiceDeployment deployment;
    private final Deployment source;
    private final List<Double> steps;
    private final Duration stepBake;
    private int step;
    private Instant due;

    Shift(World world, Service service, ServiceDeployment deployment, Deployment source, boolean reconcile) {
        this.world = world;
        this.service = service;
        this.deployment = deployment;
        this.source = source;
        JsonNode configuration = deployment.configuration();
        JsonNode canary = configuration.path("canaryConfiguration");
        JsonNode linear = configuration.path("linearConfiguration");
        switch (Json.text(configuration, "strategy")) {
            case "CANARY" -> {
                steps = canary(Json.fraction(canary, "canaryPercent", 5));
                stepBake = Duration.ofMinutes(Json.number(canary, "canaryBakeTimeInMinutes", 10));
            }
            case "LINEAR" -> {
                steps = linear(Json.fraction(linear, "stepPercent", 10));
                stepBake = Duration.ofMinutes(Json.number(linear, "stepBakeTimeInMinutes", 6));
            }
            default -> {
                steps = List.of(100.0);
                stepBake = Duration.ZERO;
            }
        }
        due = world.now();
        if (reconcile) {
            weigh(0, 0);
        }
        enter(reconcile ? "RECONCILE_SERVICE" : "PRE_SCALE_UP", STAGE);
    }

    private static List<Double> canary(double percent) {
        return percent >= 100 ? List.of(100.0) : List.of(percent, 100.0);
    }

    private static List<Double> linear(double percent) {
        List<Double> steps = new ArrayList<>();
        for (double at = percent; at < 100 - 1e-9; at += percent) {
            steps.add(at);
        }
        steps.add(100.0);
        return steps;
    }

    private void enter(String stage, Duration time) {
        deployment.stage(stage);
        due = world.now().plus(time);
        world.nudge(due);
    }

    private boolean over() {
        return !world.now().isBefore(due);
    }

    void settle() {
        for (Deployment other : service.deployments()) {
            if (other != source && other != deployment.target()) {
                Scheduler.stop(service, other.tasks(), "Service deployment was superseded");
            }
        }
        service.deployments()
                .removeIf(d -> d != source
                        && d != deployment.target()
                        && d.tasks().stream().allMatch(Task::gone));
        if (deployment.rollingBack()) {
            rollBack();
            return;
        }
        boolean cleaning = deployment.stage().equals("CLEAN_UP");
        if (!cleaning) {
            world.scheduler().fill(service, source, Integer.MAX_VALUE);
        }
        if (deployment.stage().equals("SCALE_UP") || deployment.production() > 0 || step > 0) {
            world.scheduler().fill(service, deployment.target(), Integer.MAX_VALUE);
        }
        if (!cleaning && CircuitBreaker.open(service, deployment.target())) {
            deployment.target().gaveUp("ECS deployment circuit breaker: " + CircuitBreaker.WHY);
            if (service.breaker("rollback")) {
                deployment.rollBack(
                        "ROLLBACK_IN_PROGRESS", "Service deployment rolled back because of the circuit breaker.");
                rollBack();
            } else {
                deployment.end(
                        "STOPPED", "Service deployment failed because the circuit breaker threshold was exceeded.");
            }
            return;
        }
        while (deployment.running() && !deployment.rollingBack() && moved()) {
            // through all stages that are over
        }
    }

    private boolean moved() {
        switch (deployment.stage()) {
            case "SCALE_UP" -> {
                long ready =
                        deployment.target().tasks().stream().filter(Task::ready).count();
                if (ready < service.desired()) {
                    return false;
                }
                enter("POST_SCALE_UP", STAGE);
            }
            case "CLEAN_UP" -> {
                Scheduler.stop(
                        service,
                        source.tasks(),
                        "Scaling activity initiated by (deployment "
                                + deployment.target().id() + ")");
                if (!source.tasks().stream().allMatch(Task::gone)) {
                    return false;
                }
                service.deployments().remove(source);
                service.completed(deployment.target());
                deployment.end("SUCCESSFUL", "");
                return false;
            }
            default -> {
                if (!over()) {
                    return false;
                }
                next();
            }
        }
        return true;
    }

    private void next() {
        switch (deployment.stage()) {
            case "RECONCILE_SERVICE" -> enter("PRE_SCALE_UP", STAGE);
            case "PRE_SCALE_UP" -> {
                if (mixed()) {
                    // a limit of
                    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
                    deployment.rollBack("ROLLBACK_IN_PROGRESS", "The listener rule has actions other than forward.");
                    rollBack();
                    return;
                }
                weigh(0, 0);
                enter("SCALE_UP", Duration.ZERO);
                world.scheduler().fill(service, deployment.target(), Integer.MAX_VALUE);
            }
            case "POST_SCALE_UP" -> {
                weigh(0, 100);
                enter("TEST_TRAFFIC_SHIFT", STAGE);
            }
            case "TEST_TRAFFIC_SHIFT" -> enter("POST_TEST_TRAFFIC_SHIFT", STAGE);
            case "POST_TEST_TRAFFIC_SHIFT" -> shift();
            case "PRODUCTION_TRAFFIC_SHIFT" -> {
                if (step < steps.size()) {
                    shift();
                } else {
                    enter("POST_PRODUCTION_TRAFFIC_SHIFT", STAGE);
                }
            }
            case "POST_PRODUCTION_TRAFFIC_SHIFT" ->
                enter(
                        "BAKE_TIME",
                        Duration.ofMinutes(Json.number(deployment.configuration(), "bakeTimeInMinutes", 15)));
            default -> enter("CLEAN_UP", Duration.ZERO);
        }
    }

    private boolean mixed() {
        for (JsonNode balancer : service.loadBalancers()) {
            Route route =
                    world.balancer().route(Json.text(balancer.path("advancedConfiguration"), "productionListenerRule"));
            if (route == null
                    || route.accepted().values().stream()
                            .anyMatch(a -> !Json.text(a, "Type").equals("forward"))) {
                return true;
            }
        }
        return false;
    }

    private void shift() {
        weigh(steps.get(step++), 100);
        enter("PRODUCTION_TRAFFIC_SHIFT", step < steps.size() ? stepBake : STAGE);
    }

    /** Sets weights of the production and test rules, in percent for the new revision. */
    private void weigh(double production, double test) {
        deployment.shifted(production, test);
        for (JsonNode balancer : service.loadBalancers()) {
            JsonNode advanced = balancer.path("advancedConfiguration");
            weigh(balancer, Json.text(advanced, "productionListenerRule"), production);
            weigh(balancer, Json.text(advanced, "testListenerRule"), test);
        }
    }

    private void weigh(JsonNode balancer, String rule, double percent) {
        Route route = world.balancer().route(rule);
        if (route == null) {
            return;
        }
        // weights are whole numbers up to 999; percents are multiples of 0.1
        boolean whole = percent == Math.rint(percent);
        int sum = whole ? 100 : 999;
        int weight = (int) Math.round(percent / 100 * sum);
        Map<String, Integer> weights = new LinkedHashMap<>();
        weights.put(source.group(balancer), sum - weight);
        weights.put(deployment.target().group(balancer), weight);
        world.balancer().weigh(route, weights);
    }

    private void rollBack() {
        if (deployment.status().equals("ROLLBACK_REQUESTED")) {
            deployment.rollBack("ROLLBACK_IN_PROGRESS", "");
        }
        if (service.primary() != source) {
            service.primary(source);
            service.event("rolling back to deployment " + source.id() + ".");
        }
        world.scheduler().fill(service, source, Integer.MAX_VALUE);
        boolean whole = source.tasks().stream().filter(Task::ready).count() >= service.desired();
        if (!whole) {
            return; // users stay where they are until the old tasks can take them
        }
        if (deployment.production() > 0 || deployment.test() > 0) {
            weigh(0, 0);
        }
        Scheduler.stop(service, deployment.target().tasks(), "Service deployment is rolled back");
        if (deployment.target().tasks().stream().allMatch(Task::gone)) {
            service.deployments().remove(deployment.target());
            deployment.end("ROLLBACK_SUCCESSFUL", "Service deployment rolled back.");
        }
    }
}
