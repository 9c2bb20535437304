package io.dpg.deploy.spi;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One deployable thing of a platform.
 *
 * <p>Requests are idempotent and return when the platform accepted them; the engine then calls {@link #observe()} until
 * the effect shows. They throw {@link StaleFenceException} when a higher fence was seen, {@link ConflictException} when
 * the object changed meanwhile, and {@link io.dpg.deploy.DeployException} otherwise, {@code retryable} where repeating
 * may help. A call whose outcome is unknown (a timeout, say) may throw; the engine looks and repeats.
 *
 * <p>Implementations are thread-safe and hold no state of a rollout. Every call is bounded in time.
 * {@code TargetContract} in the test kit plays all of this.
 */
public interface Target {

    /** Returns the identity that locks and journals use, such as {@code k8s:production/deployment/dpg-api}. */
    String key();

    /** Returns what the target can do. */
    Set<Capability> capabilities();

    /** Returns the truth now, never a cache. */
    Observation observe();

    /**
     * Calls {@code onChange} when something may have changed, until the result is closed. The engine looks for itself
     * when called, and polls with growing pauses besides, so that missed calls only cost time. Platforms that cannot
     * push keep this default, which never calls.
     */
    default AutoCloseable watch(Runnable onChange) {
        return () -> {};
    }

    /**
     * Returns how far apart looks are to be once the first ones are made, for platforms that cannot push and limit calls.
     * Default zero: as often as the engine likes, every 2 seconds in the end.
     */
    default Duration lookEvery() {
        return Duration.ZERO;
    }

    /**
     * Makes the target refuse every lower fence from now on. Called when a rollout begins and when one is taken over, so
     * that a process that lost its lease in the middle of a call cannot act when it wakes up. Targets that have nowhere
     * to keep a fence keep this default, which does nothing: then only the journal guards.
     *
     * @throws StaleFenceException if a higher fence was seen
     */
    default void claim(Fence fence) {}

    /**
     * Makes the slot hold {@code request.instances()} instances of what is asked for, replacing or resizing what is
     * there. Gives the slot no traffic.
     */
    Change launch(Fence fence, GroupRequest request);

    /** Makes the group in {@code slot} want {@code instances} instances. */
    Change scale(Fence fence, Slot slot, int instances);

    /** Gives each slot its share of the production requests. */
    void route(Fence fence, Traffic traffic);

    /**
     * Makes at least {@code request.instances()} instances of the group in the slot run what is asked for, replacing one
     * at a time, no replaced instance stopped before its replacement is ready and it has drained; or, with
     * {@link GroupRequest#shifting()}, has the platform bring them beside the others and shift the traffic.
     *
     * @throws UnsupportedOperationException without {@link Capability#IN_PLACE_UPDATE}
     */
    default Change update(Fence fence, GroupRequest request) {
        throw new UnsupportedOperationException(key() + " cannot replace instances in place");
    }

    /**
     * Stops and removes the group in {@code slot}; nothing where none is. Refuses a group that has traffic. A group whose
     * instances are still ending may be shown with nothing desired until they have.
     */
    void retire(Fence fence, Slot slot);

    /** Returns where the newest revision in {@code slot} can be reached whether or not it has traffic. */
    Optional<URI> endpoint(Slot slot);

    /** Returns where users reach the application. */
    Optional<URI> liveEndpoint();

    /** Returns why the group in {@code slot} is not healthy: events, exit codes, last log lines. */
    String diagnose(Slot slot);

    /** Returns the revisions that the platform can run again, newest first, the current ones included. */
    default List<Known> history() {
        return List.of();
    }

    /**
     * Returns what already speaks against launching {@code release} with the variables, resources and names of secrets of
     * {@code environment}; checked when planning, touches nothing.
     */
    default List<Fault> validate(Release release, Environment environment) {
        return List.of();
    }

    /**
     * Returns what speaks against the platform's shifting traffic as {@code shifting} says; checked when planning, for
     * targets with {@link Capability#PLATFORM_SHIFTED} only.
     */
    default List<Fault> validate(Shifting shifting) {
        return List.of();
    }

    /** Returns the journal that lives where the application lives, where there is one. */
    default Optional<Journal> journal() {
        return Optional.empty();
    }
}
