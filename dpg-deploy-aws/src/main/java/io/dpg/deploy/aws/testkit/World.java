package io.dpg.deploy.aws.testkit;

import io.dpg.deploy.spi.Time;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All that there is in the fake account. Guarded by the endpoint's lock. */
final class World {

    private final Agenda agenda;
    private final Ids ids = new Ids();
    private final Behaviours behaviours = new Behaviours();
    private final TaskDefinitions definitions = new TaskDefinitions();
    private final Balancer balancer = new Balancer(this);
    private final Scheduler scheduler = new Scheduler(this);
    private final Logs logs = new Logs(this);
    private final Scaling scaling = new Scaling(this);
    private final FakeFaults faults = new FakeFaults();
    private final FakeTraffic traffic;
    private final Set<String> clusters = new TreeSet<>();
    private final Map<String, Service> services = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> tags = new LinkedHashMap<>();
    private final Set<Instant> nudges = new TreeSet<>();
    private final Deque<Sight> past = new ArrayDeque<>();
    private @Nullable Sight present;
    private boolean playing;
    private FakeTiming timing = FakeTiming.standard();

    World(Time time, Object lock) {
        agenda = new Agenda(time);
        traffic = new FakeTraffic(this, lock);
    }

    Agenda agenda() {
        return agenda;
    }

    Instant now() {
        return agenda.now();
    }

    Ids ids() {
        return ids;
    }

    Behaviours behaviours() {
        return behaviours;
    }

    TaskDefinitions definitions() {
        return definitions;
    }

    Balancer balancer() {
        return balancer;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Logs logs() {
        return logs;
    }

    Scaling scaling() {
        return scaling;
    }

    FakeFaults faults() {
        return faults;
    }

    FakeTraffic traffic() {
        return traffic;
    }

    FakeTiming timing() {
        return timing;
    }

    void timing(FakeTiming now) {
        timing = now;
    }

    Set<String> clusters() {
        return clusters;
    }

    Map<String, Service> services() {
        return services;
    }

    /** Returns the tags of a thing, which may be changed. */
    Map<String, String> tags(String arn) {
        return tags.computeIfAbsent(arn, key -> new LinkedHashMap<>());
    }

    Map<String, Map<String, String>> tags() {
        return tags;
    }

    /** Has the schedulers look again at that time, if it is to come. */
    void nudge(Instant at) {
        if (at.isAfter(now()) && nudges.add(at)) {
            agenda.at(at, () -> nudges.remove(at));
        }
    }

    /** Plays all that happened since the last request. */
    void catchUp() {
        if (playing) {
            return; // somebody looks at the present from within
        }
        playing = true;
        try {
            agenda.catchUp(traffic::pass, this::settle);
            settle();
        } finally {
            playing = false;
        }
    }

    /** Lets the schedulers do what follows from what just happened. */
    void settle() {
        List.copyOf(services.values()).forEach(scheduler::settle);
        present = null;
        if (!faults.lag().isZero()) {
            past.addLast(sight());
        }
        Instant oldest = now().minus(faults.lag());
        // one that is older than the lag is kept: it is what a read sees
        while (past.size() > 1
                && !past.stream().skip(1).findFirst().orElseThrow().at().isAfter(oldest)) {
            past.removeFirst();
        }
        if (faults.lag().isZero()) {
            past.clear();
        }
    }

    /** Returns what a read sees: the present, or what was before the scripted lag. */
    Sight seen() {
        return past.isEmpty() || faults.lag().isZero() ? sight() : past.getFirst();
    }

    private Sight sight() {
        if (present == null) {
            present = Sight.of(this);
        }
        return present;
    }
}
