package io.dpg.deploy.aws.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The service deployments of a service, newest first, and the one that runs. */
final class ServiceDeployments {

    private final World world;
    private final Service service;
    private final List<ServiceDeployment> all = new ArrayList<>();
    private @Nullable Shift shift;

    ServiceDeployments(World world, Service service) {
        this.world = world;
        this.service = service;
    }

    List<ServiceDeployment> all() {
        return all;
    }

    @Nullable
    ServiceDeployment running() {
        return all.isEmpty() || !all.get(0).running() ? null : all.get(0);
    }

    /** Returns the shift of traffic that runs, if ECS shifts now. */
    @Nullable
    Shift shift() {
        return shift;
    }

    /** Begins a deployment; one that runs ends. */
    void begin(@Nullable Deployment before, Deployment next) {
        ServiceDeployment running = running();
        // back always means the newest revision that was deployed whole:
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html
        Deployment source = before == null || before.completedOnce() || service.lastCompleted() == null
                ? before
                : service.lastCompleted();
        boolean reconcile = false;
        if (running != null) {
            running.end("STOPPED", "Service deployment was superseded by a newer one.");
            if (shift != null) {
                source = running.source();
                reconcile = true;
            }
        }
        ServiceDeployment begun =
                new ServiceDeployment(service, source, next, world.ids().resource());
        all.add(0, begun);
        shift = null;
        if (begun.shifts() && source != null) {
            next.alternate(!source.alternate());
            shift = new Shift(world, service, begun, source, reconcile);
        } else if (before != null) {
            next.alternate(before.alternate());
        }
    }

    /** Moves on what ECS shifts, or notes what became of a rolling deployment. */
    void settle() {
        ServiceDeployment running = running();
        if (running == null) {
            return;
        }
        if (shift != null) {
            shift.settle();
            if (!running.running()) {
                shift = null;
            }
            return;
        }
        Deployment target = running.target();
        Deployment source = running.source();
        boolean back = source != null && service.primary() == source;
        if (back && source.rollout().equals("COMPLETED")) {
            running.end("ROLLBACK_SUCCESSFUL", "Service deployment rolled back.");
        } else if (back && !running.rollingBack()) {
            running.rollBack("ROLLBACK_IN_PROGRESS", "Service deployment rolled back because of the circuit breaker.");
        } else if (!back && target.rollout().equals("COMPLETED")) {
            running.end("SUCCESSFUL", "");
        } else if (!back && target.rollout().equals("FAILED")) {
            running.end("STOPPED", "Service deployment failed because the circuit breaker threshold was exceeded.");
        }
    }

    /** Ends the running deployment, as StopServiceDeployment asks. */
    void stop(ServiceDeployment deployment, String type) {
        Deployment source = deployment.source();
        if (type.equals("ABORT") || source == null) {
            deployment.end("STOPPED", "Service deployment was stopped.");
            shift = null;
            return;
        }
        if (deployment.rollingBack()) {
            return;
        }
        deployment.rollBack("ROLLBACK_REQUESTED", "Service deployment rolled back because it was stopped by a user.");
        if (shift == null) {
            deployment.target().gaveUp("ECS deployment was stopped by a user.");
            source.inProgress("ECS deployment was stopped: rolling back to deploymentId " + source.id() + ".");
            service.primary(source);
            deployment.rollBack("ROLLBACK_IN_PROGRESS", "");
        }
    }

    static void check(ObjectNode settings) {
        JsonNode configuration = settings.path("deploymentConfiguration");
        String strategy = Json.text(configuration, "strategy");
        if (strategy.isEmpty() || strategy.equals("ROLLING")) {
            return;
        }
        if (!List.of("BLUE_GREEN", "LINEAR", "CANARY").contains(strategy)) {
            throw Refusal.parameter("Invalid deployment strategy " + strategy + ".");
        }
        for (JsonNode balancer : Json.list(settings, "loadBalancers")) {
            JsonNode advanced = balancer.path("advancedConfiguration");
            if (Json.text(advanced, "alternateTargetGroupArn").isEmpty()
                    || Json.text(advanced, "productionListenerRule").isEmpty()
                    || Json.text(advanced, "roleArn").isEmpty()) {
                throw Refusal.parameter("advancedConfiguration field is required for all loadBalancers when using a"
                        + " non-ROLLING deployment strategy.");
            }
        }
        minutes(configuration, "bakeTimeInMinutes");
        minutes(configuration.path("linearConfiguration"), "stepBakeTimeInMinutes");
        minutes(configuration.path("canaryConfiguration"), "canaryBakeTimeInMinutes");
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html and
        // API_CanaryConfiguration
        percent(configuration.path("linearConfiguration"), "stepPercent", 3);
        percent(configuration.path("canaryConfiguration"), "canaryPercent", 0.1);
    }

    private static void minutes(JsonNode node, String key) {
        int minutes = Json.number(node, key, 0);
        if (minutes < 0 || minutes > 1440) {
            throw Refusal.parameter(key + " must be between 0 and 1440.");
        }
    }

    private static void percent(JsonNode node, String key, double least) {
        double percent = Json.fraction(node, key, 10);
        if (percent < least || percent > 100 || Math.abs(percent * 10 - Math.rint(percent * 10)) > 1e-6) {
            throw Refusal.parameter(key + " must be a multiple of 0.1 between " + least + " and 100.");
        }
    }

    /** Returns what DescribeServices shows of them. */
    ObjectNode view() {
        ObjectNode view = Json.object();
        if (all.isEmpty()) {
            return view;
        }
        ServiceDeployment newest = all.get(0);
        if (newest.running()) {
            view.put("currentServiceDeployment", newest.arn());
        }
        ArrayNode revisions = Json.array();
        service.deployments().forEach(d -> revisions.add(newest.counts(d)));
        view.set("currentServiceRevisions", revisions);
        return view;
    }
}
