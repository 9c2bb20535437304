package io.dpg.deploy.k8s.internal;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.k8s.TrafficRouter;
import io.dpg.deploy.k8s.internal.Permissions.Feature;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts the parts together: one object behind a target. Thread-safe. */
public final class Work implements AutoCloseable {

    private final Api api;
    private final Reader reader;
    private final Edits edits;
    private final Rehearsal rehearsal;
    private final Launching launching;
    private final Routing routing;
    private final Retiring retiring;
    private final Updating updating;
    private final Autoscalers autoscalers;
    private final Addresses addresses;
    private final Watching watching;
    private final GivingBack givingBack;

    /**
     * Works with {@code api}.
     *
     * @param router splits traffic, or null for the Service alone
     * @param host where node ports are reached, or null for where the API server is
     */
    public Work(Api api, @Nullable TrafficRouter router, @Nullable String host) {
        this.api = api;
        this.reader = new Reader(api, router);
        this.edits = new Edits(api, reader);
        Previews previews = new Previews(api, reader);
        Blueprints blueprints = new Blueprints(api, reader);
        this.rehearsal = new Rehearsal(api, blueprints);
        this.autoscalers = new Autoscalers(api);
        this.launching = new Launching(api, reader, edits, previews, blueprints);
        this.routing = new Routing(api, reader, edits, previews, autoscalers);
        this.retiring = new Retiring(api, reader, edits, previews);
        this.updating = new Updating(api, reader, edits, previews, blueprints, retiring);
        this.addresses = new Addresses(api, reader, host);
        this.watching = new Watching(api, reader);
        this.givingBack = new GivingBack(api, reader, edits, previews, routing, retiring, launching);
    }

    /** Looks. */
    public Observation observe() {
        return Groups.of(
                reader.read(), api.app(), api.time().now(), api.unsettledSince().orElse(null));
    }

    /** Returns whether an autoscaler resizes the application. */
    public boolean autoscaled() {
        return autoscalers.present();
    }

    /** Tells {@code onChange} of changes. */
    public AutoCloseable watch(Runnable onChange) {
        return watching.watch(onChange);
    }

    /** Shuts lower fences out. */
    public void claim(Fence fence) {
        edits.claim(fence);
    }

    /** Launches a group. */
    public Change launch(Fence fence, GroupRequest request) {
        return launching.launch(fence, request);
    }

    /** Resizes a group. */
    public Change scale(Fence fence, Slot slot, int instances) {
        return launching.scale(fence, slot, instances);
    }

    /** Routes traffic. */
    public void route(Fence fence, Traffic traffic) {
        routing.route(fence, traffic);
    }

    /** Replaces instances in place. */
    public Change update(Fence fence, GroupRequest request) {
        return updating.update(fence, request);
    }

    /** Ends a group. */
    public void retire(Fence fence, Slot slot) {
        retiring.retire(fence, slot);
    }

    /** Returns where the group in {@code slot} is reached without traffic. */
    public Optional<URI> preview(Slot slot) {
        return addresses.preview(slot);
    }

    /** Returns where users reach the application. */
    public Optional<URI> live() {
        return addresses.live();
    }

    /** Returns why a group is not healthy. */
    public String diagnose(Slot slot) {
        return Diagnosis.of(api, reader, slot);
    }

    /** Returns what can be run again. */
    public List<Known> history() {
        Snapshot now = reader.read();
        List<ReplicaSet> sets = Stream.concat(now.blue().sets().stream(), now.green().sets().stream())
                .sorted(Comparator.comparing((ReplicaSet s) -> s.getMetadata().getCreationTimestamp())
                        .reversed())
                .toList();
        Map<String, Known> known = new LinkedHashMap<>();
        for (ReplicaSet set : sets) {
            Known one = new Known(
                    Templates.revision(set), Templates.version(set.getSpec().getTemplate(), api.app()));
            known.putIfAbsent(one.revision().id(), one);
        }
        return List.copyOf(known.values());
    }

    /** Returns what speaks against {@code release} in {@code environment}. */
    public List<Fault> validate(Release release, Environment environment) {
        Set<Feature> also = environment.secrets().isEmpty() ? Set.of() : Set.of(Feature.ENVIRONMENT);
        List<Fault> missing = api.missingPermissions(also); // without these, nothing else can be looked at
        if (!missing.isEmpty()) {
            return missing;
        }
        Snapshot now = reader.read();
        List<Fault> faults = Validation.of(now, reader, api.app(), release);
        return faults.isEmpty() ? rehearsal.of(now, release, environment) : faults;
    }

    /** Returns the highest fence that the application has seen. */
    public long seen() {
        return givingBack.seen();
    }

    /** Leaves a plain Deployment and Service behind. */
    public void giveBack(Fence fence, Duration limit, Duration drain) {
        givingBack.giveBack(fence, limit, drain);
    }

    @Override
    public void close() {
        watching.close();
        addresses.close();
    }
}
