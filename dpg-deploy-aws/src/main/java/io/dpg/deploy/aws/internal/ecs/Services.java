package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import io.dpg.deploy.aws.internal.AwsFault;
import io.dpg.deploy.spi.Fence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.DeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;

/** Creates and changes services, and waits until AWS shows what it accepted. Thread-safe. */
final class Services {

    /** How long an accepted change may take to show. */
    private static final Duration SHOWN = Duration.ofSeconds(30);

    /**
     * What the second service must have of its own, or what cannot be asked for of it: a role cannot be named where the
     * service-linked one is used (CreateService of the API reference), the rest is set for it.
     */
    static final Set<String> NOT_CARRIED = Set.of(
            "serviceName", "taskDefinition", "desiredCount", "tags", "loadBalancers", "serviceRegistries", "role");

    private final EcsApi api;
    private final Reader reader;

    Services(EcsApi api, Reader reader) {
        this.api = api;
        this.reader = reader;
    }

    /** Creates the service of {@code GREEN} like that of {@code BLUE}, with no tasks. */
    Service create(Fence fence, Service blue, Definition wanted, TargetGroup group) {
        CreateServiceRequest request = like(blue, api.app(), wanted.arn(), group.targetGroupArn(), fence);
        api.poll(SHOWN, () -> created(request))
                .orElseThrow(() -> api.retryable("Tried to create service " + request.serviceName()
                        + ", but ECS does not know yet that its target group belongs to a load balancer"));
        return shown(Slot.GREEN, s -> true, "create service " + request.serviceName());
    }

    /** Nothing where ECS has not heard yet that the target group was attached, which may take a moment. */
    private Optional<Boolean> created(CreateServiceRequest request) {
        try {
            api.clients().ecs().createService(request);
            return Optional.of(true);
        } catch (SdkException e) {
            if (String.valueOf(e.getMessage()).contains("does not have an associated load balancer")) {
                return Optional.empty();
            }
            // Somebody may have been faster, or the answer of an earlier try was lost; a look may not show it yet.
            if (String.valueOf(e.getMessage()).contains("not idempotent")
                    || reader.service(Slot.GREEN).isPresent()) {
                return Optional.of(true);
            }
            throw AwsFault.of(
                    "create service " + request.serviceName(), api.app().key(), e);
        }
    }

    /** Returns the request for a service like {@code blue}; pure. */
    static CreateServiceRequest like(Service blue, EcsApp app, String definition, String group, Fence fence) {
        CreateServiceRequest.Builder request = CreateServiceRequest.builder();
        Fields.carry(blue, request, NOT_CARRIED);
        blue.deployments().stream()
                .filter(d -> "PRIMARY".equals(d.status()))
                .findFirst()
                .ifPresent(d -> Fields.carry(d, request, onlyOfDeployments(d, blue)));
        if (!blue.capacityProviderStrategy().isEmpty()) {
            request.launchType((String) null); // AWS takes one of both
        }
        List<Tag> tags = Stream.concat(
                        blue.tags().stream()
                                .filter(t -> !t.key().startsWith(Labels.OURS)
                                        && !t.key().startsWith("aws:")),
                        Stream.of(tag(Labels.APPLICATION, app.service()), fence(fence)))
                .toList();
        return request.cluster(app.cluster())
                .serviceName(app.service(Slot.GREEN))
                .taskDefinition(definition)
                .desiredCount(0)
                .tags(tags)
                .loadBalancers(blue.loadBalancers().stream()
                        .map(l -> l.toBuilder()
                                .targetGroupArn(group)
                                .advancedConfiguration(
                                        (software.amazon.awssdk.services.ecs.model.AdvancedConfiguration) null)
                                .build())
                        .toList())
                .deploymentConfiguration(guarded(blue.deploymentConfiguration()))
                .build();
    }

    /** A deployment repeats some fields of its service; only those that the service does not have are taken from it. */
    private static Set<String> onlyOfDeployments(Deployment deployment, Service service) {
        Set<String> both = new java.util.HashSet<>(NOT_CARRIED);
        both.addAll(Fields.byName(service).keySet());
        return both;
    }

    /** ECS gives up by itself where nothing starts, but the way back is ours: two who go back would meet half-way. */
    static DeploymentConfiguration guarded(@Nullable DeploymentConfiguration own) {
        DeploymentConfiguration.Builder guarded = own == null ? DeploymentConfiguration.builder() : own.toBuilder();
        if (own == null || own.minimumHealthyPercent() == null) {
            guarded.minimumHealthyPercent(100);
        }
        if (own == null || own.maximumPercent() == null) {
            guarded.maximumPercent(200);
        }
        if (own != null && own.alarms() != null) {
            guarded.alarms(own.alarms().toBuilder().rollback(false).build());
        }
        return guarded.deploymentCircuitBreaker(DeploymentCircuitBreaker.builder()
                        .enable(true)
                        .rollback(false)
                        .build())
                .build();
    }

    /** Makes the service of {@code slot} run {@code instances} tasks of {@code wanted}; null to leave their number. */
    Service run(Slot slot, Service present, Definition wanted, @Nullable Integer instances) {
        String what = "make service " + present.serviceName() + " run " + wanted.revision()
                + (instances == null ? "" : ", " + instances + " tasks");
        boolean same = shows(present, wanted, instances);
        if (!same) {
            api.call(what, () -> api.clients().ecs().updateService(b -> b.cluster(
                            api.app().cluster())
                    .service(present.serviceName())
                    .taskDefinition(wanted.arn())
                    .desiredCount(instances)
                    .deploymentConfiguration(guarded(present.deploymentConfiguration()))));
        }
        return same ? present : shown(slot, s -> shows(s, wanted, instances), what);
    }

    private static boolean shows(Service service, Definition wanted, @Nullable Integer instances) {
        return Definition.revision(service.taskDefinition()).equals(wanted.revision())
                && (instances == null || instances.equals(service.desiredCount()));
    }

    /** Sets how many tasks the service of {@code slot} is to run. */
    Service scale(Slot slot, Service present, int instances) {
        String what = "make service " + present.serviceName() + " run " + instances + " tasks";
        if (Integer.valueOf(instances).equals(present.desiredCount())) {
            return present;
        }
        api.call(what, () -> api.clients().ecs().updateService(b -> b.cluster(
                        api.app().cluster())
                .service(present.serviceName())
                .desiredCount(instances)));
        return shown(slot, s -> Integer.valueOf(instances).equals(s.desiredCount()), what);
    }

    /** Waits until the service of {@code slot} is as {@code effect} says: AWS answers with the past for a while. */
    Service shown(Slot slot, Predicate<Service> effect, String what) {
        return api.poll(SHOWN, () -> reader.service(slot).filter(effect))
                .orElseThrow(() -> api.retryable("Tried to " + what + ", which AWS accepted, but it does not show"));
    }

    void tag(Service service, Map<String, String> tags) {
        api.call(
                "tag service " + service.serviceName(),
                () -> api.clients().ecs().tagResource(b -> b.resourceArn(service.serviceArn())
                        .tags(tags.entrySet().stream()
                                .map(e -> tag(e.getKey(), e.getValue()))
                                .toList())));
    }

    void untag(Service service, String key) {
        if (Attached.tag(service, key) != null) {
            api.call("untag service " + service.serviceName(), () -> api.clients()
                    .ecs()
                    .untagResource(b -> b.resourceArn(service.serviceArn()).tagKeys(key)));
        }
    }

    static Tag fence(Fence fence) {
        return tag(Labels.FENCE, String.valueOf(fence.number()));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
