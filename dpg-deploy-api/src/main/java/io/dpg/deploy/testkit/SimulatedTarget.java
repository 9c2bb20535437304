package io.dpg.deploy.testkit;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A target that exists in memory only, with everything that goes wrong with real ones: slow, failing, flapping, lost and
 * late calls, conflicts, stale reads, changes by others, and the death of the deployer at any call. Give it
 * {@link VirtualTime} and whole rollouts take microseconds. Thread-safe.
 */
public final class SimulatedTarget implements Target {

    /** How far in the past a stale read may be. */
    static final Duration STALENESS = Duration.ofSeconds(3);

    private final String key;
    private final Time time;
    private final Set<Capability> capabilities = EnumSet.of(
            Capability.TWO_GROUPS,
            Capability.WEIGHTED_TRAFFIC,
            Capability.PREVIEW_ENDPOINT,
            Capability.IN_PLACE_UPDATE);
    private final Map<String, Behaviour> behaviours = new HashMap<>();
    private final Map<Slot, SimulatedGroup> groups = new EnumMap<>(Slot.class);
    private final List<Known> history = new ArrayList<>();
    private final List<Late> late = new ArrayList<>();
    private final List<ChangeObserver> observers = new ArrayList<>();
    private final TrafficLog traffic = new TrafficLog();
    private long generation;
    private long fence;
    private long calls;
    private Mishap.Script script = (call, number) -> Mishap.NONE;
    private Observation before = Observation.EMPTY;
    private long changedAt;
    private Observation seen = Observation.EMPTY;

    private record Late(long due, @Nullable Slot slot, Runnable effect) {}

    /** Makes an empty target named {@code name} that goes by {@code time}. */
    public SimulatedTarget(String name, Time time) {
        this.key = "simulated:" + name;
        this.time = time;
    }

    /** Makes the instances of {@code version} behave like {@code behaviour}; default {@link Behaviour#GOOD}. */
    public synchronized SimulatedTarget version(String version, Behaviour behaviour) {
        behaviours.put(version, behaviour);
        return this;
    }

    /** Lets {@code version} serve in blue with {@code instances} ready instances, as if promoted long ago. */
    public synchronized SimulatedTarget serving(String version, int instances) {
        Revision revision = new Revision("rev-" + version);
        SimulatedGroup group = new SimulatedGroup(Slot.BLUE, version, revision);
        group.resize(
                instances, Behaviour.GOOD, time.nanos() - Duration.ofHours(1).toNanos());
        group.generation(++generation);
        groups.put(Slot.BLUE, group);
        history.add(0, new Known(revision, version));
        traffic.set(time.now().minus(Duration.ofHours(1)), Traffic.all(Slot.BLUE));
        before = show();
        return this;
    }

    /** Replaces the capabilities; default: all but the approximate ones. */
    public synchronized SimulatedTarget capabilities(Capability... only) {
        capabilities.clear();
        capabilities.addAll(List.of(only));
        return this;
    }

    /** Decides what goes wrong from now on; default nothing. */
    public synchronized SimulatedTarget mishaps(Mishap.Script script) {
        this.script = script;
        return this;
    }

    /** Adds an observer of accepted changes. */
    public synchronized SimulatedTarget observer(ChangeObserver observer) {
        observers.add(observer);
        return this;
    }

    /** Lets somebody else route traffic, past every fence. */
    public synchronized void routeByHand(Traffic other) {
        settle();
        before = show();
        changedAt = time.nanos();
        traffic.set(time.now(), other);
    }

    /** Lets somebody else (an autoscaler, a person) resize the group in {@code slot}, if there is one. */
    public synchronized void scaleByHand(Slot slot, int instances) {
        settle();
        before = show();
        changedAt = time.nanos();
        SimulatedGroup group = groups.get(slot);
        if (group != null) {
            group.resize(instances, behaviour(group.version()), time.nanos());
        }
    }

    /** Lets the platform forget how to run every revision but those that run. */
    public synchronized void forgetHistory() {
        history.removeIf(
                k -> groups.values().stream().noneMatch(g -> g.revision().equals(k.revision())));
        history.add(new Known(new Revision("some-other-revision"), "some-other-version"));
    }

    /** Returns whether the group in {@code slot} had any traffic after {@code from} until {@code to}. */
    synchronized boolean served(Slot slot, Instant from, Instant to) {
        return traffic.served(slot, from, to);
    }

    /** Returns the target as it is, without mishaps. */
    public synchronized Observation truth() {
        settle();
        return show();
    }

    /** Returns the number of calls so far, of whatever kind. */
    public synchronized long calls() {
        return calls;
    }

    /** Returns how {@code version} behaves. */
    public synchronized Behaviour behaviour(String version) {
        return behaviours.getOrDefault(version, Behaviour.GOOD);
    }

    /** Returns the version that runs at {@code endpoint}, an answer of {@link #endpoint} or {@link #liveEndpoint}. */
    public synchronized Optional<String> versionAt(URI endpoint) {
        String at = endpoint.getSchemeSpecificPart();
        return truth().groups().stream()
                .filter(g ->
                        at.equals("live") ? g.weight() > 0 : at.equals(g.slot().name()))
                .max((a, b) -> Integer.compare(a.weight(), b.weight()))
                .map(g -> g.inPlace() == null ? g.version() : g.inPlace().version());
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public synchronized Set<Capability> capabilities() {
        return Set.copyOf(capabilities);
    }

    @Override
    public synchronized Observation observe() {
        Mishap mishap = script.next("observe", calls++);
        settle();
        if (mishap instanceof Mishap.Stale && time.nanos() - changedAt < STALENESS.toNanos()) {
            seen = before;
            return before;
        }
        MishapPlayer.play("observe", mishap, time, this::settle, () -> seen = show());
        return seen;
    }

    @Override
    public synchronized void claim(Fence with) {
        if (with.number() < fence) {
            throw new StaleFenceException(key, with.number(), fence);
        }
        fence = with.number();
    }

    @Override
    public synchronized Change launch(Fence with, GroupRequest request) {
        return change(
                "launch",
                with,
                request.slot(),
                null,
                () -> {
                    Slot slot = request.slot();
                    Revision revision = revision(request);
                    SimulatedGroup group = groups.get(slot);
                    if (group == null || !group.revision().equals(revision) || group.updating()) {
                        if (traffic.now().share(slot) > 0) {
                            throw new DeployException(
                                    "Tried to replace " + slot + ", but it has traffic", DeployException.Details.NONE);
                        }
                        group = new SimulatedGroup(slot, request.release().version(), revision);
                        groups.put(slot, group);
                        remember(revision, request.release().version());
                    }
                    group.resize(request.instances(), behaviour(group.version()), time.nanos());
                    group.generation(generation);
                    return revision;
                },
                () -> revision(request));
    }

    @Override
    public synchronized Change scale(Fence with, Slot slot, int instances) {
        return change(
                "scale",
                with,
                slot,
                null,
                () -> {
                    SimulatedGroup group = existing(slot);
                    group.resize(instances, behaviour(group.version()), time.nanos());
                    group.generation(generation);
                    return group.revision();
                },
                () -> existing(slot).revision());
    }

    @Override
    public synchronized Change update(Fence with, GroupRequest request) {
        return change(
                "update",
                with,
                request.slot(),
                null,
                () -> {
                    SimulatedGroup group = existing(request.slot());
                    Revision revision = revision(request);
                    String version = request.release().version();
                    group.update(version, revision, request.instances(), behaviour(version), time.nanos());
                    group.generation(generation);
                    remember(revision, version);
                    return revision;
                },
                () -> revision(request));
    }

    @Override
    public synchronized void route(Fence with, Traffic wanted) {
        change(
                "route",
                with,
                null,
                wanted,
                () -> {
                    traffic.set(time.now(), wanted);
                    return new Revision("none");
                },
                () -> new Revision("none"));
    }

    @Override
    public synchronized void retire(Fence with, Slot slot) {
        change(
                "retire",
                with,
                slot,
                null,
                () -> {
                    if (traffic.now().share(slot) > 0) {
                        throw new DeployException(
                                "Tried to retire " + slot + ", but it has traffic", DeployException.Details.NONE);
                    }
                    groups.remove(slot);
                    return new Revision("none");
                },
                () -> new Revision("none"));
    }

    @Override
    public Optional<URI> endpoint(Slot slot) {
        return Optional.of(URI.create("sim:" + slot.name()));
    }

    @Override
    public Optional<URI> liveEndpoint() {
        return Optional.of(URI.create("sim:live"));
    }

    @Override
    public String diagnose(Slot slot) {
        return "simulated diagnosis of " + slot;
    }

    @Override
    public synchronized List<Known> history() {
        return List.copyOf(history);
    }

    private Change change(
            String call,
            Fence with,
            @Nullable Slot slot,
            @Nullable Traffic routed,
            Supplier<Revision> effect,
            Supplier<Revision> answer) {
        Mishap mishap = script.next(call, calls++);
        if (mishap instanceof Mishap.Meanwhile meanwhile) {
            meanwhile.action().run();
        }
        if (with.number() < fence) {
            throw new StaleFenceException(key, with.number(), fence);
        }
        fence = with.number();
        settle();
        Change change = new Change(answer.get(), ++generation);
        MishapPlayer.play(call, mishap, time, this::settle, () -> {
            observers.forEach(o -> o.accepted(call, slot, routed, seen, with));
            Observation was = show();
            late.removeIf(l -> l.slot() == slot); // the newest request for a thing is the one that counts
            if (mishap instanceof Mishap.Late slow) {
                late.add(new Late(time.nanos() + slow.delay().toNanos(), slot, effect::get));
            } else if (!(mishap instanceof Mishap.EffectLost)) {
                effect.get();
            }
            before = was;
            changedAt = time.nanos();
        });
        return change;
    }

    private void settle() {
        long now = time.nanos();
        for (int i = 0; i < late.size(); ) {
            if (late.get(i).due() <= now) {
                before = show();
                changedAt = now;
                try {
                    late.remove(i).effect().run();
                } catch (DeployException refused) {
                    continue; // what was possible when accepted is not any more; the platform drops it
                }
            } else {
                i++;
            }
        }
    }

    private Observation show() {
        if (groups.isEmpty()) {
            return Observation.EMPTY;
        }
        long now = time.nanos();
        List<Group> shown = new ArrayList<>(2);
        groups.forEach((slot, group) -> shown.add(group.show(now, traffic.now().share(slot))));
        return new Observation(shown);
    }

    private Revision revision(GroupRequest request) {
        Revision asked = request.revision();
        if (asked == null) {
            return new Revision("rev-" + request.release().version());
        }
        if (history.stream().noneMatch(k -> k.revision().equals(asked))) {
            throw new DeployException(
                    "Tried to run revision " + asked + " again, but the platform does not know it",
                    DeployException.Details.NONE);
        }
        return asked;
    }

    private SimulatedGroup existing(Slot slot) {
        SimulatedGroup group = groups.get(slot);
        if (group == null) {
            throw new DeployException("Tried to change " + slot + ", but it is empty", DeployException.Details.NONE);
        }
        return group;
    }

    private void remember(Revision revision, String version) {
        Known known = new Known(revision, version);
        history.remove(known);
        history.add(0, known);
    }
}
