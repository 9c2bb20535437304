package io.dpg.deploy.aws.internal.ecs;

import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.ServiceConnectConfiguration;

/**
 * What an application is like, as far as rollouts do not change it. Immutable.
 *
 * @param balanced whether a load balancer leads to it
 * @param twoGroups whether a second service beside it is possible and would be unseen
 * @param scaled whether something resizes it
 */
public record Facts(boolean balanced, boolean twoGroups, boolean scaled) {

    static Facts of(Snapshot now, boolean scaled) {
        boolean balanced = now.group() != null && !now.places().isEmpty();
        boolean daemon = now.blue().require().schedulingStrategy() == SchedulingStrategy.DAEMON;
        boolean one = now.blue().require().loadBalancers().size() == 1;
        return new Facts(balanced, balanced && one && !daemon && !foundOtherwise(now), scaled);
    }

    /** Names of Cloud Map and Service Connect would lead to the tasks of both services from their start. */
    static boolean foundOtherwise(Snapshot now) {
        boolean connected = now.blue()
                .primary()
                .map(d -> d.serviceConnectConfiguration())
                .filter(Facts::offers)
                .isPresent();
        return connected || !now.blue().require().serviceRegistries().isEmpty();
    }

    private static boolean offers(ServiceConnectConfiguration connect) {
        return Boolean.TRUE.equals(connect.enabled()) && !connect.services().isEmpty();
    }
}
