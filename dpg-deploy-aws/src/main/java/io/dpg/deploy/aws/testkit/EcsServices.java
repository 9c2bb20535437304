package io.dpg.deploy.aws.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Clusters and services of ECS; pages and errors by https://docs.aws.amazon.com/AmazonECS/latest/APIReference/. */
final class EcsServices {

    /** What UpdateService changes only by a new deployment; see API_UpdateService. */
    private static final Set<String> REDEPLOYS = Set.of(
            "networkConfiguration",
            "capacityProviderStrategy",
            "platformVersion",
            "loadBalancers",
            "serviceRegistries",
            "serviceConnectConfiguration",
            "volumeConfigurations",
            "placementConstraints",
            "placementStrategy",
            "propagateTags",
            "enableECSManagedTags",
            "enableExecuteCommand");

    private static final Set<String> NO_SETTINGS = Set.of(
            "cluster",
            "service",
            "serviceName",
            "taskDefinition",
            "desiredCount",
            "forceNewDeployment",
            "tags",
            "clientToken");

    private final World world;

    EcsServices(World world) {
        this.world = world;
    }

    Map<String, Operation> operations() {
        return Map.of(
                "DescribeClusters", this::describeClusters,
                "DescribeServices", this::describe,
                "ListServices", this::list,
                "CreateService", this::create,
                "UpdateService", this::update,
                "DeleteService", this::delete);
    }

    /** Returns the name of the cluster, which must exist. */
    static String cluster(World world, JsonNode in) {
        String name = Json.has(in, "cluster") ? Arns.last(Json.text(in, "cluster")) : "default";
        if (!world.clusters().contains(name)) {
            throw Refusal.of("ClusterNotFoundException", "Cluster not found.");
        }
        return name;
    }

    private ObjectNode describeClusters(ObjectNode in) {
        List<String> names = Json.has(in, "clusters") ? Json.texts(in, "clusters") : List.of("default");
        if (names.size() > 100) {
            throw Refusal.parameter("Clusters cannot exceed 100.");
        }
        ArrayNode found = Json.array();
        ArrayNode failures = Json.array();
        for (String reference : names) {
            String name = Arns.last(reference);
            if (world.clusters().contains(name)) {
                found.add(Json.object()
                        .put("clusterArn", Arns.cluster(name))
                        .put("clusterName", name)
                        .put("status", "ACTIVE")
                        .put(
                                "activeServicesCount",
                                world.services().values().stream()
                                        .filter(s -> s.cluster().equals(name) && s.active())
                                        .count()));
            } else {
                failures.add(missing(Arns.cluster(name)));
            }
        }
        return answer("clusters", found, failures);
    }

    static ObjectNode missing(String arn) {
        return Json.object().put("arn", arn).put("reason", "MISSING");
    }

    static ObjectNode answer(String key, ArrayNode found, ArrayNode failures) {
        ObjectNode out = Json.object();
        out.set(key, found);
        out.set("failures", failures);
        return out;
    }

    private ObjectNode describe(ObjectNode in) {
        String cluster = cluster(world, in);
        List<String> names = Json.texts(in, "services");
        if (names.isEmpty()) {
            throw Refusal.parameter("Services cannot be empty.");
        }
        if (names.size() > 10) {
            throw Refusal.parameter("Services cannot exceed 10.");
        }
        ArrayNode found = Json.array();
        ArrayNode failures = Json.array();
        for (String reference : names) {
            String arn = Arns.service(cluster, Arns.last(reference));
            ObjectNode view = world.seen().services().get(arn);
            if (view == null) {
                failures.add(missing(arn));
                continue;
            }
            view = view.deepCopy();
            if (Json.texts(in, "include").contains("TAGS")) {
                view.set("tags", Json.tags(world.seen().tags().getOrDefault(arn, Map.of()), "key", "value"));
            }
            found.add(view);
        }
        return answer("services", found, failures);
    }

    private ObjectNode list(ObjectNode in) {
        String cluster = cluster(world, in);
        List<String> all = world.seen().services().values().stream()
                .filter(s -> Json.text(s, "clusterArn").equals(Arns.cluster(cluster)))
                .filter(s -> !Json.text(s, "status").equals("INACTIVE"))
                .map(s -> Json.text(s, "serviceArn"))
                .toList();
        Page<String> page =
                Page.of(all, Json.number(in, "maxResults", 10), world.faults().page(), Json.text(in, "nextToken"));
        return paged("serviceArns", page);
    }

    static ObjectNode paged(String key, Page<String> page) {
        ObjectNode out = Json.object();
        ArrayNode items = Json.array();
        page.items().forEach(items::add);
        out.set(key, items);
        if (!page.next().isEmpty()) {
            out.put("nextToken", page.next());
        }
        return out;
    }

    private ObjectNode create(ObjectNode in) {
        String cluster = cluster(world, in);
        String name = Json.need(in, "serviceName");
        Service known = world.services().get(Arns.service(cluster, name));
        String token = Json.text(in, "clientToken");
        if (known != null && known.active() && !token.isEmpty() && token.equals(known.token())) {
            return answer(known); // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
        }
        if (known != null && known.active()) {
            throw Refusal.parameter("Creation of service was not idempotent.");
        }
        if (known != null && known.status().equals("DRAINING")) {
            throw Refusal.parameter("Unable to Start a service that is still Draining.");
        }
        ObjectNode definition = world.definitions().use(Json.need(in, "taskDefinition"));
        ObjectNode settings = settings(in);
        checkBalancers(settings, definition, false);
        Service service = new Service(world, cluster, name, settings, definition, Json.number(in, "desiredCount", 0));
        service.token(token);
        world.services().put(service.arn(), service);
        world.tags(service.arn()).clear();
        EcsTags.put(world.tags(service.arn()), Json.list(in, "tags"));
        world.settle();
        return answer(service);
    }

    private static ObjectNode settings(ObjectNode in) {
        ObjectNode settings = in.deepCopy();
        NO_SETTINGS.forEach(settings::remove);
        return settings;
    }

    private void checkBalancers(ObjectNode settings, ObjectNode definition, boolean attached) {
        ServiceDeployments.check(settings);
        List<JsonNode> balancers = Json.list(settings, "loadBalancers");
        if (balancers.isEmpty() && Json.number(settings, "healthCheckGracePeriodSeconds", 0) > 0) {
            throw Refusal.parameter(
                    "Health check grace period is only valid for services configured to use load balancers");
        }
        for (JsonNode balancer : attached ? List.<JsonNode>of() : balancers) {
            String group = Json.text(balancer, "targetGroupArn");
            if (!world.balancer().groups().containsKey(group)) {
                throw Refusal.parameter("The target group with targetGroupArn " + group + " does not exist.");
            }
            if (world.balancer().balancersOf(group).isEmpty()) {
                throw Refusal.parameter("The target group with targetGroupArn " + group
                        + " does not have an associated load balancer.");
            }
        }
        for (JsonNode balancer : balancers) {
            String container = Json.text(balancer, "containerName");
            if (Json.list(definition, "containerDefinitions").stream()
                    .noneMatch(c -> Json.text(c, "name").equals(container))) {
                throw Refusal.parameter("The container " + container + " does not exist in the task definition.");
            }
        }
    }

    private Service known(ObjectNode in) {
        String cluster = cluster(world, in);
        Service service = world.services().get(Arns.service(cluster, Arns.last(Json.need(in, "service"))));
        if (service == null) {
            throw Refusal.of("ServiceNotFoundException", "Service not found.");
        }
        return service;
    }

    private ObjectNode update(ObjectNode in) {
        Service service = known(in);
        if (!service.active()) {
            throw Refusal.of("ServiceNotActiveException", "Service was not ACTIVE.");
        }
        ObjectNode before = service.primary().definition();
        ObjectNode definition =
                Json.has(in, "taskDefinition") ? world.definitions().use(Json.text(in, "taskDefinition")) : before;
        ObjectNode changed = settings(in);
        ObjectNode settings = service.settings().deepCopy();
        settings.setAll(changed);
        checkBalancers(settings, definition, !Json.has(in, "loadBalancers"));
        boolean redeploys = Json.is(in, "forceNewDeployment")
                || !Json.text(definition, "taskDefinitionArn")
                        .equals(service.primary().taskDefinition())
                || changed.properties().stream()
                        .anyMatch(e -> REDEPLOYS.contains(e.getKey())
                                && !e.getValue().equals(service.settings().get(e.getKey())));
        service.settings().setAll(changed);
        service.desired(Json.number(in, "desiredCount", service.desired()));
        if (redeploys) {
            service.deploy(definition);
        }
        world.settle();
        return answer(service);
    }

    private ObjectNode delete(ObjectNode in) {
        Service service = known(in);
        if (service.status().equals("INACTIVE")) {
            throw Refusal.of("ServiceNotFoundException", "Service not found.");
        }
        if (!Json.is(in, "force") && service.desired() > 0) {
            throw Refusal.parameter("The service cannot be stopped while it is scaled above 0.");
        }
        service.desired(0);
        service.status("DRAINING");
        ObjectNode out = answer(service);
        world.settle();
        return out;
    }

    private ObjectNode answer(Service service) {
        ObjectNode out = Json.object();
        ObjectNode view = service.view();
        view.set("tags", Json.tags(world.tags(service.arn()), "key", "value"));
        out.set("service", view);
        return out;
    }
}
