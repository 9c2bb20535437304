package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/** Reads everything about an application from AWS, fresh each time, in as few calls as can be. Thread-safe. */
final class Reader {

    /** What DescribeTasks takes at once (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html). */
    private static final int BATCH = 100;
    /** As many tasks as a service may have ({@code quotas}: 5,000). */
    private static final int PAGES = 60;

    private final EcsApi api;
    private final Definitions definitions;
    private final Balancer balancer;
    private volatile @Nullable Where where;

    Reader(EcsApi api, Definitions definitions, Balancer balancer) {
        this.api = api;
        this.definitions = definitions;
        this.balancer = balancer;
    }

    Snapshot read() {
        Map<Slot, Service> services = services();
        Service blue = services.get(Slot.BLUE);
        if (blue == null) {
            throw api.fault("Tried to find service " + api.app().service() + " in cluster "
                    + api.app().cluster()
                    + ", but there is none; create it first (0 tasks will do), or correct name, cluster and region");
        }
        Where before = where;
        Where now = where(blue);
        return new Snapshot(
                view(Slot.BLUE, blue),
                view(Slot.GREEN, services.get(Slot.GREEN)),
                now.group,
                now == before ? balancer.again(now.places) : now.places);
    }

    /** Looks anew for what forwards to the application, as before each change: others may have added a rule. */
    Snapshot readAnew() {
        where = null;
        return read();
    }

    /** What leads to the application changes seldom; its weights are read each time. */
    private Where where(Service blue) {
        String arn = Attached.group(blue).orElse("");
        Where known = where;
        if (known == null || !known.arn.equals(arn)) {
            TargetGroup group = arn.isEmpty() ? null : balancer.group(arn).orElse(null);
            known = new Where(arn, group, group == null ? List.of() : balancer.places(group));
            where = known;
        }
        return known;
    }

    private record Where(String arn, @Nullable TargetGroup group, List<Place> places) {}

    /** Returns the services that there are. One that was deleted stays for a while, and is none. */
    Map<Slot, Service> services() {
        EcsApp app = api.app();
        List<String> names = List.of(app.service(Slot.BLUE), app.service(Slot.GREEN));
        DescribeServicesResponse read = api.call("read the services of " + app.key(), () -> api.clients()
                .ecs()
                .describeServices(b -> b.cluster(app.cluster()).services(names).include(ServiceField.TAGS)));
        Map<Slot, Service> found = new HashMap<>();
        for (Service service : read.services()) {
            for (Slot slot : Slot.values()) {
                if (app.service(slot).equals(service.serviceName()) && !"INACTIVE".equals(service.status())) {
                    found.put(slot, service);
                }
            }
        }
        return found;
    }

    Optional<Service> service(Slot slot) {
        return Optional.ofNullable(services().get(slot));
    }

    private SlotView view(Slot slot, @Nullable Service service) {
        if (service == null) {
            return SlotView.none(slot);
        }
        if (idle(service)) {
            return new SlotView(
                    slot, service, definitions.get(service.taskDefinition()), List.of(), List.of(), List.of());
        }
        List<Task> running = tasks(service, DesiredStatus.RUNNING);
        boolean quiet = service.deployments().stream().allMatch(Reader::quiet);
        List<Task> stopped = quiet ? List.of() : tasks(service, DesiredStatus.STOPPED);
        List<TargetHealthDescription> health =
                Attached.group(service).map(balancer::health).orElse(List.of());
        List<Task> alive = new ArrayList<>(running);
        stopped.stream().filter(t -> !"STOPPED".equals(t.lastStatus())).forEach(alive::add);
        return new SlotView(
                slot,
                service,
                definitions.get(service.taskDefinition()),
                alive,
                stopped, // ECS says why a task ends as soon as it ends it
                health);
    }

    private static boolean idle(Service service) {
        return zero(service.desiredCount()) && zero(service.runningCount()) && zero(service.pendingCount());
    }

    private static boolean zero(@Nullable Integer count) {
        return count != null && count == 0;
    }

    /** Where all tasks that are wanted run, and nothing failed, there is nothing to learn from those that have stopped. */
    private static boolean quiet(Deployment deployment) {
        boolean complete = deployment.runningCount() != null
                && deployment.runningCount().equals(deployment.desiredCount())
                && (deployment.failedTasks() == null || deployment.failedTasks() == 0);
        return complete && "PRIMARY".equals(deployment.status());
    }

    /** Returns the tasks of {@code service} that are to be so; those to be stopped may still run. */
    List<Task> tasks(Service service, DesiredStatus status) {
        List<String> arns = new ArrayList<>();
        String token = null;
        for (int page = 0; page < PAGES && (page == 0 || token != null); page++) {
            String from = token;
            Optional<ListTasksResponse> read = api.find(
                    "list the tasks of " + service.serviceName(),
                    () -> api.clients().ecs().listTasks(b -> b.cluster(api.app().cluster())
                            .serviceName(service.serviceName())
                            .desiredStatus(status)
                            .nextToken(from)));
            read.ifPresent(r -> arns.addAll(r.taskArns()));
            token = read.map(ListTasksResponse::nextToken).orElse(null);
        }
        List<Task> tasks = new ArrayList<>();
        for (int at = 0; at < arns.size(); at += BATCH) {
            List<String> batch = arns.subList(at, Math.min(arns.size(), at + BATCH));
            tasks.addAll(api.call("read the tasks of " + service.serviceName(), () -> api.clients()
                    .ecs()
                    .describeTasks(b -> b.cluster(api.app().cluster()).tasks(batch))
                    .tasks()));
        }
        return tasks;
    }

    /** Returns the container that runs the release: the one named, else the one that the load balancer reaches. */
    @Nullable
    String container(Snapshot now) {
        return api.app().container() != null
                ? api.app().container()
                : now.blue()
                        .balancer()
                        .map(LoadBalancer::containerName)
                        .or(() -> now.blue().definition() == null
                                ? Optional.empty()
                                : now.blue().wanted().container(null).map(c -> c.name()))
                        .orElse(null);
    }
}
