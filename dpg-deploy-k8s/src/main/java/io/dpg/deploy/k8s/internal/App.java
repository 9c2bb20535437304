package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Slot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a target is about, as its user configured it. Immutable.
 *
 * @param namespace the namespace
 * @param name the Deployment that is adopted as {@code BLUE}
 * @param service the Service that users reach, or null for the one that selects the Deployment's pods
 * @param container the container that runs the release, or null for the only one or the one named like the Deployment
 * @param port name or number of the Service port to check, or null for the first
 * @param preStop how long pods that are to end still answer, so that nobody finds the door shut; zero for not at all
 * @param toleratedRestarts how many times a container may end before its group counts as failed
 * @param nodeWait how long a pod may wait for a node, for clusters that add nodes on demand
 * @param settle how long after an outage of the API server nodes may still send requests where they went before
 */
public record App(
        String namespace,
        String name,
        @Nullable String service,
        @Nullable String container,
        @Nullable String port,
        Duration preStop,
        int toleratedRestarts,
        Duration nodeWait,
        Duration settle) {

    /** Returns the target's key. */
    public String key() {
        return "k8s:" + namespace + "/deployment/" + name;
    }

    /** Returns the name of the Deployment of {@code slot}. */
    public String deployment(Slot slot) {
        return slot == Slot.BLUE ? name : name + "-green";
    }

    /** Returns the slot whose Deployment is named {@code deployment}, or null. */
    @Nullable
    Slot slot(String deployment) {
        return deployment.equals(name) ? Slot.BLUE : deployment.equals(name + "-green") ? Slot.GREEN : null;
    }

    /** Returns the name of the Secret with the resolved secrets of {@code slot}. */
    String secret(Slot slot) {
        return name + "-" + label(slot) + "-env";
    }

    /** Returns the value of the slot label. */
    static String label(Slot slot) {
        return slot == Slot.BLUE ? "blue" : "green";
    }
}
