package io.dpg.deploy.aws.internal.ecs;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.aws.internal.secret.ValueFrom;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;

/** Puts the parts together: what an ECS target does. Thread-safe. */
public final class Work {

    private final EcsApi api;
    private final Reader reader;
    private final Definitions definitions;
    private final Balancer balancer;
    private final Services services;
    private final Fencing fencing;
    private final Scaling scaling;
    private volatile @Nullable Facts facts;

    /** Works with {@code api}. */
    public Work(EcsApi api) {
        this.api = api;
        this.balancer = new Balancer(api);
        this.definitions = new Definitions(api, ValueFrom.of(api.clients())::resolve);
        this.reader = new Reader(api, definitions, balancer);
        this.services = new Services(api, reader);
        this.fencing = new Fencing(api, reader, services);
        this.scaling = new Scaling(api, services);
    }

    /** Returns what the application is like, as far as rollouts do not change it; looked at once. */
    public Facts facts() {
        Facts known = facts;
        if (known == null) {
            known = Facts.of(reader.read(), scaling.present());
            facts = known;
        }
        return known;
    }

    /** Looks. */
    public Observation observe() {
        Snapshot now = reader.read();
        return Groups.of(now, api.app(), reader.container(now), api.time().now(), definitions::get);
    }

    /** Shuts lower fences out. */
    public void claim(Fence fence) {
        fencing.claim(fence);
    }

    /** Launches a group, unseen by users. */
    public Change launch(Fence fence, GroupRequest request) {
        Slot slot = request.slot();
        Snapshot now = reader.readAnew();
        fencing.check(fence, now.fence());
        Definition wanted = definitions.wanted(base(now, slot), request, reader.container(now));
        SlotView view = now.slot(slot);
        boolean serves = view.exists() && now.traffic().share(slot) > 0;
        boolean same = view.exists() && view.wanted().revision().equals(wanted.revision());
        if (serves && !same) {
            throw api.fault("Tried to launch " + request.release() + " in " + slot
                    + ", but the group there has traffic; shift it first");
        }
        if (!serves && now.slot(slot.other()).exists()) {
            scaling.hold(now, slot.other());
        }
        if (!view.exists() && !now.slot(slot.other()).exists()) {
            // The listener leads here, but nobody is served: nor by what nobody has checked yet.
            weigh(now, Traffic.NONE);
        }
        Service service = view.service() == null ? create(fence, now, wanted) : view.require();
        fencing.check(fence);
        if (!same) {
            services.untag(service, Labels.UPDATING_FROM);
        }
        Service launched = services.run(slot, service, wanted, request.instances());
        if (!serves) {
            Attached.group(launched)
                    .ifPresent(group -> balancer.preview(api.app().testListener(), group));
        }
        return change(slot, launched, wanted);
    }

    private static Change change(Slot slot, Service service, Definition wanted) {
        SlotView view = new SlotView(slot, service, wanted, List.of(), List.of(), List.of());
        return new Change(wanted.revision(), view.generation());
    }

    /** A release starts from what serves, so that what others changed there is kept. */
    private static Definition base(Snapshot now, Slot slot) {
        Traffic traffic = now.traffic();
        Slot serving = traffic.share(slot.other()) > 0 ? slot.other() : slot;
        SlotView view = now.slot(serving);
        return view.definition() == null ? now.blue().wanted() : view.wanted();
    }

    /** ECS takes only target groups that a load balancer knows: the second one is attached first, without traffic. */
    private Service create(Fence fence, Snapshot now, Definition wanted) {
        TargetGroup blue = Optional.ofNullable(now.group())
                .orElseThrow(() -> api.fault(
                        "Tried to launch a second group of " + api.app().service()
                                + ", but the service has no load balancer to tell them apart; use Rolling"));
        TargetGroup twin = balancer.twin(blue);
        String arn = twin.targetGroupArn();
        balancer.write(now.places(), p -> p.attached(arn), p -> p.leadsTo(arn), "attach target group " + arn);
        fencing.check(fence);
        return services.create(fence, now.blue().require(), wanted, twin);
    }

    /** Resizes a group. */
    public Change scale(Fence fence, Slot slot, int instances) {
        Snapshot now = reader.read();
        fencing.check(fence, now.fence());
        SlotView view = now.slot(slot);
        if (view.service() == null) {
            throw api.fault("Tried to scale " + slot + ", but there is no service "
                    + api.app().service(slot));
        }
        return change(slot, services.scale(slot, view.require(), instances), view.wanted());
    }

    /** Routes traffic, in all places that lead to the application. */
    public void route(Fence fence, Traffic traffic) {
        Snapshot now = reader.readAnew();
        fencing.check(fence, now.fence());
        for (Slot slot : Slot.values()) {
            if (traffic.share(slot) > 0 && !now.slot(slot).exists()) {
                throw api.fault("Tried to route " + traffic + ", but nothing runs in " + slot);
            }
        }
        if (now.blue().group().isEmpty()) {
            if (traffic.share(Slot.BLUE) != 100) {
                throw api.fault("Tried to route " + traffic + ", but the service has no load balancer");
            }
            return;
        }
        weigh(now, traffic);
        fencing.check(fence);
        for (Slot slot : Slot.values()) {
            if (traffic.share(slot) == 100) {
                scaling.follow(now, slot);
            }
        }
    }

    private void weigh(Snapshot now, Traffic traffic) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (Slot slot : Slot.values()) {
            now.slot(slot).group().ifPresent(group -> weights.put(group, traffic.share(slot)));
        }
        balancer.write(now.places(), p -> p.weighted(weights), p -> p.shows(weights), "route " + traffic);
    }

    /** Replaces tasks in place. */
    public Change update(Fence fence, GroupRequest request) {
        Slot slot = request.slot();
        Snapshot now = reader.read();
        fencing.check(fence, now.fence());
        SlotView view = now.slot(slot);
        if (!view.exists()) {
            throw api.fault("Tried to update " + slot + " in place, but nothing runs there; launch it");
        }
        Definition wanted = definitions.wanted(view.wanted(), request, reader.container(now));
        if (!view.wanted().revision().equals(wanted.revision())) {
            String before = view.settled() ? null : view.tag(Labels.UPDATING_FROM);
            String from = before == null ? view.wanted().revision().id() : before;
            services.tag(view.require(), Map.of(Labels.UPDATING_FROM, from));
        }
        fencing.check(fence);
        return change(slot, services.run(slot, view.require(), wanted, null), wanted);
    }

    /** Ends a group; its service stays, with no tasks, for the next release. */
    public void retire(Fence fence, Slot slot) {
        Snapshot now = reader.readAnew();
        fencing.check(fence, now.fence());
        Traffic traffic = now.traffic();
        if (traffic.share(slot) > 0 && now.slot(slot).exists()) {
            throw api.fault("Tried to retire " + slot + ", but it has " + traffic.share(slot)
                    + " % of the traffic; shift it first");
        }
        SlotView view = now.slot(slot);
        if (view.service() != null) {
            services.scale(slot, view.require(), 0);
        }
        if (traffic.share(slot.other()) == 100) {
            scaling.follow(now, slot.other());
        }
    }

    /** Returns where the group in {@code slot} is reached without traffic. */
    public Optional<URI> preview(Slot slot) {
        String listener = api.app().testListener();
        Snapshot now = reader.read();
        String group = now.slot(slot).group().orElse(null);
        if (listener != null && group != null) {
            Optional<URI> found = balancer.listener(listener)
                    .filter(l -> new Place(l, listener, true, l.defaultActions()).weight(group) > 0)
                    .flatMap(l -> Addresses.of(balancer, l));
            if (found.isPresent()) {
                return found;
            }
        }
        return now.traffic().share(slot) == 100 ? live(now) : Optional.empty();
    }

    /** Returns where users reach the application. */
    public Optional<URI> live() {
        return live(reader.read());
    }

    private Optional<URI> live(Snapshot now) {
        return now.places().stream().findFirst().flatMap(p -> Addresses.of(balancer, p.listener()));
    }

    /** Returns why a group is not healthy. */
    public String diagnose(Slot slot) {
        Snapshot now = reader.read();
        return new Diagnosis(api, reader).of(now, slot);
    }

    /** Returns what can be run again. */
    public List<Known> history() {
        Snapshot now = reader.read();
        return definitions.history(now.blue().wanted().task().family(), reader.container(now));
    }

    /** Returns what speaks against {@code release} in {@code environment}. */
    public List<Fault> validate(Release release, Environment environment) {
        facts = null;
        Snapshot now = reader.readAnew();
        return Validation.of(now, api.app(), reader.container(now), release, environment);
    }
}
