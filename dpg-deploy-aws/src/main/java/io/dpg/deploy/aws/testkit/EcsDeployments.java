package io.dpg.deploy.aws.testkit;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Service deployments and revisions of ECS; by API_ListServiceDeployments and its neighbours. */
final class EcsDeployments {

    private final World world;

    EcsDeployments(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "ListServiceDeployments", this::list,
                "DescribeServiceDeployments", this::describe,
                "DescribeServiceRevisions", this::revisions,
                "StopServiceDeployment", this::stop);
    }

    private ObjectNode list(ObjectNode in) {
        String cluster = EcsServices.cluster(world, in);
        Service service = world.services().get(Arns.service(cluster, Arns.last(Json.need(in, "service"))));
        if (service == null) {
            throw Refusal.of("ServiceNotFoundException", "Service not found.");
        }
        List<String> status = Json.texts(in, "status");
        BigDecimal after = time(in.path("createdAt"), "after", BigDecimal.ZERO);
        BigDecimal before = time(in.path("createdAt"), "before", BigDecimal.valueOf(Long.MAX_VALUE));
        List<ServiceDeployment> found = service.history().all().stream()
                .filter(d -> status.isEmpty() || status.contains(d.status()))
                .filter(d -> Json.epoch(d.created()).compareTo(after) >= 0
                        && Json.epoch(d.created()).compareTo(before) <= 0)
                .toList();
        Page<ServiceDeployment> page =
                Page.of(found, Json.number(in, "maxResults", 20), world.faults().page(), Json.text(in, "nextToken"));
        ObjectNode out = Json.object();
        out.set(
                "serviceDeployments",
                Json.array(page.items().stream().map(ServiceDeployment::brief).toList()));
        if (!page.next().isEmpty()) {
            out.put("nextToken", page.next());
        }
        return out;
    }

    private static BigDecimal time(JsonNode node, String key, BigDecimal otherwise) {
        return Json.has(node, key) ? node.get(key).decimalValue() : otherwise;
    }

    private static List<String> asked(ObjectNode in, String key) {
        List<String> arns = Json.texts(in, key);
        if (arns.isEmpty() || arns.size() > 20) {
            throw Refusal.parameter(key + " must have 1 to 20 items.");
        }
        return arns;
    }

    private Optional<ServiceDeployment> find(String arn) {
        return world.services().values().stream()
                .flatMap(s -> s.history().all().stream())
                .filter(d -> d.arn().equals(arn))
                .findFirst();
    }

    private ObjectNode describe(ObjectNode in) {
        ArrayNode found = Json.array();
        ArrayNode failures = Json.array();
        for (String arn : asked(in, "serviceDeploymentArns")) {
            find(arn).ifPresentOrElse(d -> found.add(d.view()), () -> failures.add(EcsServices.missing(arn)));
        }
        return EcsServices.answer("serviceDeployments", found, failures);
    }

    private ObjectNode revisions(ObjectNode in) {
        ArrayNode found = Json.array();
        ArrayNode failures = Json.array();
        for (String arn : asked(in, "serviceRevisionArns")) {
            Optional<ObjectNode> view = world.services().values().stream()
                    .flatMap(s -> s.history().all().stream())
                    .map(d -> d.revisionView(d.target()))
                    .filter(v -> Json.text(v, "serviceRevisionArn").equals(arn))
                    .findFirst();
            view.ifPresentOrElse(found::add, () -> failures.add(EcsServices.missing(arn)));
        }
        return EcsServices.answer("serviceRevisions", found, failures);
    }

    /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html */
    private ObjectNode stop(ObjectNode in) {
        String arn = Json.need(in, "serviceDeploymentArn");
        Service service = world.services().values().stream()
                .filter(s -> s.history().all().stream().anyMatch(d -> d.arn().equals(arn)))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.of("ServiceDeploymentNotFoundException", "The service deployment was not found."));
        ServiceDeployment deployment = find(arn).orElseThrow();
        if (!deployment.running()) {
            throw Refusal.of(
                    "ConflictException",
                    "The service deployment is in status " + deployment.status() + " and cannot stop.");
        }
        service.history().stop(deployment, Json.has(in, "stopType") ? Json.text(in, "stopType") : "ROLLBACK");
        ObjectNode out = Json.object().put("serviceDeploymentArn", arn);
        world.settle();
        return out;
    }
}
