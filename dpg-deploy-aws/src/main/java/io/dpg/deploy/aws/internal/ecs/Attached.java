package io.dpg.deploy.aws.internal.ecs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;

/** What is attached to a service: tags of ours, and its load balancer. Pure. */
final class Attached {

    private Attached() {}

    /** Returns the value of the tag {@code key}, or null. */
    static @Nullable String tag(Service service, String key) {
        return service.tags().stream()
                .filter(t -> key.equals(t.key()))
                .map(Tag::value)
                .findFirst()
                .orElse(null);
    }

    /** Returns the highest fence that {@code service} has seen. */
    static long fence(Service service) {
        String noted = tag(service, Labels.FENCE);
        return noted != null && noted.matches("[0-9]{1,18}") ? Long.parseLong(noted) : 0;
    }

    static Optional<LoadBalancer> balancer(Service service) {
        return service.loadBalancers().stream()
                .filter(l -> l.targetGroupArn() != null)
                .findFirst();
    }

    /** Returns the ARN of the target group, where the service has one. */
    static Optional<String> group(Service service) {
        return balancer(service).map(LoadBalancer::targetGroupArn);
    }
}
