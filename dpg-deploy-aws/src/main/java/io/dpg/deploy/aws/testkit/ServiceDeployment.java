package io.dpg.deploy.aws.testkit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One service deployment as ListServiceDeployments knows it, of any strategy; states by
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html, stages by
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html.
 */
final class ServiceDeployment {

    private final Service service;
    private final String arn;
    private final Deployment target;
    private final @Nullable Deployment source;
    private final ObjectNode configuration;
    private final Instant created;
    private Instant updated;
    private @Nullable Instant finished;
    private @Nullable Instant stopped;
    private @Nullable Instant rollbackStarted;
    private String rollbackReason = "";
    private String status = "IN_PROGRESS";
    private String stage = "";
    private String reason = "";
    private double production;
    private double test;

    ServiceDeployment(Service service, @Nullable Deployment source, Deployment target, String id) {
        this.service = service;
        this.source = source;
        this.target = target;
        this.arn = Arns.serviceDeployment(service.cluster(), service.name(), id);
        this.configuration = service.settings().get("deploymentConfiguration") instanceof ObjectNode c
                ? c.deepCopy()
                : Json.object();
        this.created = service.now();
        this.updated = created;
        this.production = source == null ? 100 : 0;
    }

    String arn() {
        return arn;
    }

    Deployment target() {
        return target;
    }

    @Nullable
    Deployment source() {
        return source;
    }

    ObjectNode configuration() {
        return configuration;
    }

    String status() {
        return status;
    }

    String stage() {
        return stage;
    }

    Instant created() {
        return created;
    }

    /** Returns whether ECS shifts the traffic, as in all strategies but ROLLING. */
    boolean shifts() {
        String strategy = Json.text(configuration, "strategy");
        return source != null && !strategy.isEmpty() && !strategy.equals("ROLLING");
    }

    boolean running() {
        return finished == null;
    }

    boolean rollingBack() {
        return running() && status.startsWith("ROLLBACK");
    }

    void stage(String now) {
        stage = now;
        updated = service.now();
    }

    void shifted(double production, double test) {
        this.production = production;
        this.test = test;
    }

    double production() {
        return production;
    }

    double test() {
        return test;
    }

    void rollBack(String status, String why) {
        this.status = status;
        rollbackStarted = rollbackStarted == null ? service.now() : rollbackStarted;
        rollbackReason = rollbackReason.isEmpty() ? why : rollbackReason;
        updated = service.now();
    }

    void end(String status, String why) {
        this.status = status;
        this.reason = why;
        updated = service.now();
        finished = updated;
        if (status.equals("STOPPED")) {
            stopped = updated;
        }
    }

    private String revision(Deployment deployment) {
        return Arns.serviceRevision(service.cluster(), service.name(), Arns.last(deployment.id()));
    }

    ObjectNode brief() {
        ObjectNode view = Json.object()
                .put("serviceDeploymentArn", arn)
                .put("serviceArn", service.arn())
                .put("clusterArn", Arns.cluster(service.cluster()))
                .put("createdAt", Json.epoch(created))
                .put("startedAt", Json.epoch(created))
                .put("targetServiceRevisionArn", revision(target))
                .put("status", status);
        if (!reason.isEmpty()) {
            view.put("statusReason", reason);
        }
        if (finished != null) {
            view.put("finishedAt", Json.epoch(finished));
        }
        return view;
    }

    ObjectNode view() {
        ObjectNode view = brief().put("updatedAt", Json.epoch(updated));
        view.remove("targetServiceRevisionArn");
        if (stopped != null) {
            view.put("stoppedAt", Json.epoch(stopped));
        }
        if (!stage.isEmpty()) {
            view.put("lifecycleStage", stage);
        }
        view.set("deploymentConfiguration", configuration.deepCopy());
        view.set("targetServiceRevision", summary(target, production, test));
        view.set(
                "sourceServiceRevisions",
                source == null ? Json.array() : Json.array().add(summary(source, 100 - production, 100 - test)));
        if (rollbackStarted != null && source != null) {
            view.set(
                    "rollback",
                    Json.object()
                            .put("reason", rollbackReason)
                            .put("startedAt", Json.epoch(rollbackStarted))
                            .put("serviceRevisionArn", revision(source)));
        }
        String breaker = !Json.is(configuration.path("deploymentCircuitBreaker"), "enable")
                ? "DISABLED"
                : CircuitBreaker.open(service, target) ? "TRIGGERED" : running() ? "MONITORING" : "MONITORING_COMPLETE";
        view.set(
                "deploymentCircuitBreaker",
                Json.object()
                        .put("status", breaker)
                        .put("failureCount", target.failedTasks())
                        .put("threshold", CircuitBreaker.threshold(service.desired())));
        return view;
    }

    private ObjectNode summary(Deployment deployment, double production, double test) {
        ObjectNode view = counts(deployment);
        if (shifts()) {
            view.put("requestedProductionTrafficWeight", production).put("requestedTestTrafficWeight", test);
        }
        return view;
    }

    ObjectNode counts(Deployment deployment) {
        return Json.object()
                .put("arn", revision(deployment))
                .put(
                        "requestedTaskCount",
                        deployment.tasks().stream().filter(Task::wanted).count())
                .put(
                        "runningTaskCount",
                        deployment.tasks().stream().filter(Task::running).count())
                .put(
                        "pendingTaskCount",
                        deployment.tasks().stream().filter(Task::starting).count());
    }

    /** Returns a revision as DescribeServiceRevisions shows it. */
    ObjectNode revisionView(Deployment deployment) {
        ObjectNode view = Json.only(
                        service.settings(),
                        "launchType",
                        "capacityProviderStrategy",
                        "platformVersion",
                        "loadBalancers",
                        "networkConfiguration")
                .put("serviceRevisionArn", revision(deployment))
                .put("serviceArn", service.arn())
                .put("clusterArn", Arns.cluster(service.cluster()))
                .put("taskDefinition", deployment.taskDefinition())
                .put("createdAt", Json.epoch(deployment.created()));
        var resolved = Json.array();
        service.loadBalancers()
                .forEach(b -> resolved.add(Json.object()
                        .put("targetGroupArn", deployment.group(b))
                        .put(
                                "productionListenerRule",
                                Json.text(b.path("advancedConfiguration"), "productionListenerRule"))));
        view.set("resolvedConfiguration", Json.object().set("loadBalancers", resolved));
        return view;
    }
}
