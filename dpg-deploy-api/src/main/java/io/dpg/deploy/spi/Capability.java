package io.dpg.deploy.spi;

/** What a target can do; strategies are refused, with a reason, on targets that cannot carry them out. */
public enum Capability {
    /** Two groups can run side by side. */
    TWO_GROUPS,
    /** Any whole percentage of traffic can be routed to a slot. */
    WEIGHTED_TRAFFIC,
    /** Percentages are approximated, for example by the number of instances. */
    APPROXIMATE_TRAFFIC,
    /** A group can be reached before it has traffic. */
    PREVIEW_ENDPOINT,
    /** The platform or a person resizes groups as a matter of course; another size is reported and adopted. */
    AUTOSCALED,
    /** Instances of a group can be replaced one by one. */
    IN_PLACE_UPDATE,
    /**
     * The platform brings a release and shifts the traffic itself, as a {@link Shifting} says, and shows that as an update
     * in place that ends when it is done. Strategies are translated ({@code Strategy.byPlatform}).
     */
    PLATFORM_SHIFTED
}
