package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Slot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a target is about, as its user configured it. Immutable.
 *
 * @param cluster name or ARN of the cluster
 * @param service name of the service that is adopted as {@code BLUE}
 * @param container the container that runs the release, or null for the one that the load balancer reaches, or the only one
 * @param listener ARN of the listener whose actions are weighted, or null for all that lead to the service
 * @param rule ARN of the rule whose actions are weighted, or null likewise
 * @param testListener ARN of a listener for the candidate alone, or null
 * @param toleratedFailures how many tasks may fail before their group counts as failed
 * @param capacityWait how long a task may wait for capacity, for clusters that add some on demand
 */
public record EcsApp(
        String cluster,
        String service,
        @Nullable String container,
        @Nullable String listener,
        @Nullable String rule,
        @Nullable String testListener,
        int toleratedFailures,
        Duration capacityWait) {

    private static final String GREEN = "-green";

    /** Returns the target's key. */
    public String key() {
        return "ecs:" + clusterName() + "/" + service;
    }

    /** Returns the cluster's name, whether it was given by name or by ARN. */
    public String clusterName() {
        return cluster.substring(cluster.lastIndexOf('/') + 1);
    }

    /** Returns the name of the service of {@code slot}. */
    String service(Slot slot) {
        return slot == Slot.BLUE ? service : service + GREEN;
    }
}
