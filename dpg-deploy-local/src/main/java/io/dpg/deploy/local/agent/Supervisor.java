package io.dpg.deploy.local.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Makes what runs equal to what is wanted, again and again. Everything it owns is guarded by its own lock; what may block
 * (processes, probes, draining) runs on other threads and comes back with a result.
 */
final class Supervisor {

    private static final long SECOND = 1_000_000_000L;
    private static final long FIRST_BACKOFF = SECOND / 5;
    private static final long LONGEST_BACKOFF = 10 * SECOND;
    private static final long LOOP_WINDOW = 60 * SECOND;
    private static final int FAULTS_TO_UNREADY = 3;

    final State state;
    final Secrets secrets = new Secrets();
    final Router router;
    private final Path folder;
    private final Launcher launcher;
    private long changes;
    private boolean shutDown;

    Supervisor(Path folder, State state, Router router) {
        this.folder = folder;
        this.state = state;
        this.router = router;
        this.launcher = new Launcher(folder.resolve("pipes"));
    }

    /** Takes over the instances that an earlier agent started, and notices those that have gone meanwhile. */
    synchronized void adopt(List<Json> saved) {
        List<Instance> stopping = new ArrayList<>();
        for (Json json : saved) {
            Spec spec = state.spec(json.text("revision"));
            SlotState slot = state.slot(json.text("slot"));
            if (spec == null) {
                continue;
            }
            Instance instance = new Instance(slot.name, json.small("number"), spec);
            instance.id = json.text("id");
            instance.port = json.small("port");
            instance.restarts = json.small("restarts");
            OsProcess process = OsProcess.adopt(json.number("pid"), json.number("started"), instance.id);
            if (process == null && json.flag("stopping")) {
                continue;
            }
            slot.instances.add(instance);
            if (process != null) {
                secrets.learn(spec.revision(), process.variables(spec.secrets()));
                running(instance, launcher.adopt(instance.id, process));
                if (json.flag("stopping")) {
                    stopping.add(instance);
                }
            }
        }
        // Only now: stopping writes the state, and an agent killed then must not have forgotten the rest.
        stopping.forEach(this::stop);
    }

    /** Runs until the agent ends. */
    void run() throws InterruptedException {
        while (true) {
            synchronized (this) {
                if (shutDown && state.slots().stream().allMatch(s -> s.instances.isEmpty())) {
                    return;
                }
                long wait = SECOND;
                try {
                    for (SlotState slot : state.slots()) {
                        reconcile(slot);
                        wait = Math.min(wait, startDue(slot));
                    }
                } catch (RuntimeException e) {
                    // A full disk, say. The proxy goes on serving whatever happens here, and the next look may succeed.
                    System.err.println(secrets.redactor().redact("The agent could not act, and tries again: " + e));
                }
                wait(Math.max(1, wait / 1_000_000));
            }
        }
    }

    /** Something changed: routes follow at once, and whoever watches is told. */
    synchronized void changed() {
        changes++;
        Map<String, List<Backend>> live = new HashMap<>();
        Map<String, List<Backend>> newest = new HashMap<>();
        Map<String, String> revisions = new HashMap<>();
        for (SlotState slot : state.slots()) {
            String wanted = String.valueOf(slot.newest());
            revisions.put(slot.name, wanted);
            List<Instance> routed = slot.instances.stream().filter(slot::routed).toList();
            live.put(slot.name, backends(routed));
            newest.put(
                    slot.name,
                    backends(routed.stream()
                            .filter(i -> i.spec.revision().equals(wanted))
                            .toList()));
        }
        router.table(new Router.Table(state.blue.weight, state.green.weight, live, newest, revisions));
        notifyAll();
    }

    private static List<Backend> backends(List<Instance> instances) {
        return instances.stream().map(i -> i.backend).filter(b -> b != null).toList();
    }

    /** Writes the state; a failure is reported where there is somebody to report it to. */
    void save() {
        try {
            state.save();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until something changed after {@code seen}, at most {@code millis}; returns what to wait for next. */
    synchronized long awaitChange(long seen, long millis) throws InterruptedException {
        long deadline = Clock.nanos() + millis * 1_000_000;
        while (changes == seen) {
            long left = (deadline - Clock.nanos()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return changes;
    }

    /** Waits, at most {@code millis}, until adopted instances were found ready, so that no request finds none. */
    synchronized void awaitAdopted(long millis) throws InterruptedException {
        long deadline = Clock.nanos() + millis * 1_000_000;
        while (state.slots().stream()
                .flatMap(s -> s.instances.stream())
                .anyMatch(i -> i.phase == Instance.Phase.RUNNING && !i.ready)) {
            long left = (deadline - Clock.nanos()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Stops everything; {@link #run} ends when that is done. */
    synchronized void shutDown() {
        shutDown = true;
        for (SlotState slot : state.slots()) {
            slot.weight = 0;
            slot.desired = 0;
            slot.target = null;
            slot.retiring = slot.revision != null;
        }
        save();
        changed();
    }

    private void reconcile(SlotState slot) {
        if (slot.revision == null) {
            List.copyOf(slot.instances).forEach(this::stop);
        } else {
            Reconciliation.of(slot).apply(this);
            if (slot.retiring && slot.instances.isEmpty()) {
                slot.clear();
                save();
                changed();
            }
        }
        slot.conditions.removeIf(c -> Clock.nanos() - c.nanos() > LOOP_WINDOW && slot.ready() >= slot.desired);
    }

    /** Starts what is due and returns the nanoseconds until something else will be. */
    private long startDue(SlotState slot) {
        long wait = SECOND;
        for (Instance instance : List.copyOf(slot.instances)) {
            if (instance.phase == Instance.Phase.WAITING) {
                long left = instance.startAt - Clock.nanos();
                if (left <= 0) {
                    start(instance);
                } else {
                    wait = Math.min(wait, left);
                }
            }
        }
        return wait;
    }

    /** Adds an instance of {@code revision}. */
    void add(SlotState slot, @Nullable String revision) {
        Spec spec = state.spec(revision);
        if (spec != null) {
            Instance instance = new Instance(slot.name, ++slot.numbers, spec);
            instance.startAt = Clock.nanos();
            slot.instances.add(instance);
        }
    }

    private void start(Instance instance) {
        SlotState slot = state.slot(instance.slot);
        List<String> missing = secrets.missing(instance.spec);
        if (!missing.isEmpty()) {
            slot.report(
                    "SecretsUnknown",
                    "The agent restarted and no longer knows the secrets for " + String.join(", ", missing)
                            + ", so it cannot start instances of " + instance.spec.revision()
                            + "; launch the release again",
                    true);
            instance.startAt = Clock.nanos() + LONGEST_BACKOFF;
            changed();
            return;
        }
        instance.id = UUID.randomUUID().toString();
        instance.process = null;
        instance.startFault = null;
        instance.wasReady = false;
        instance.ended = new CountDownLatch(1);
        try {
            instance.port = Ports.free();
            save(); // before the start: a crash in between must not lose the process
            running(
                    instance,
                    launcher.start(instance.id, instance.spec, instance.port, secrets.of(instance.spec.revision())));
            save();
        } catch (IOException e) {
            instance.exitCode = null;
            instance.startFault = secrets.redactor().redact(String.valueOf(e.getMessage()));
            exited(instance, instance.id);
        }
    }

    private void running(Instance instance, Launcher.Started started) {
        String id = instance.id;
        OsProcess process = started.process();
        instance.phase = Instance.Phase.RUNNING;
        instance.process = process;
        instance.ready = false;
        instance.probeFaults = 0;
        instance.backend =
                new Backend(instance.slot, instance.spec.revision(), instance.port, () -> drained(instance.slot));
        LogPump log = null;
        if (started.output() != null) {
            Path file = folder.resolve("logs").resolve(instance.name() + ".log");
            log = new LogPump(started.output(), file, secrets::redactor, () -> secrets.missing(instance.spec)
                    .isEmpty());
            Workers.start("log", log);
        }
        LogPump output = log;
        instance.log = output;
        instance.endOutput = () -> endOutput(started.keeper(), output);
        Runnable onExit = () -> {
            endOutput(started.keeper(), output);
            exited(instance, id);
        };
        process.onExit(onExit);
        Workers.start("probe", new ProbeLoop(this, instance, process, onExit));
    }

    private static void endOutput(AutoCloseable keeper, @Nullable LogPump log) {
        try {
            keeper.close();
        } catch (Exception e) {
            // the pipe is gone already
        }
        if (log != null) {
            log.awaitEnd(300); // so that the last words are in the report; a grandchild may hold the pipe for longer
        }
    }

    /** A probe of the start {@code id} ended with {@code fault}, null where the instance is ready. */
    synchronized void probed(Instance instance, String id, @Nullable String fault) {
        if (!instance.id.equals(id) || instance.phase != Instance.Phase.RUNNING) {
            return;
        }
        instance.lastFault = fault;
        instance.probeFaults = fault == null ? 0 : instance.probeFaults + 1;
        boolean ready = fault == null || (instance.ready && instance.probeFaults < FAULTS_TO_UNREADY);
        if (ready && instance.ready && Clock.nanos() - instance.readySince > LOOP_WINDOW) {
            instance.backoff = 0;
        }
        if (ready != instance.ready) {
            instance.ready = ready;
            instance.wasReady |= ready;
            instance.readySince = Clock.nanos();
            changed();
        }
    }

    /** The process of the start {@code id} has ended, or could not be started. */
    synchronized void exited(Instance instance, String id) {
        if (!instance.id.equals(id) || instance.phase == Instance.Phase.STOPPING || instance.ended.getCount() == 0) {
            return; // stopping is somebody's business already, and every end is counted once
        }
        OsProcess process = instance.process;
        SlotState slot = state.slot(instance.slot);
        long now = Clock.nanos();
        instance.ended.countDown();
        if (process != null) {
            instance.exitCode = process.exitCode().orElse(null);
        }
        instance.lastLines = instance.lines();
        instance.exits.addLast(now);
        instance.exits.removeIf(at -> now - at > LOOP_WINDOW);
        if (!instance.wasReady || instance.exits.size() >= 2) {
            slot.report("CrashLoop", Reports.crash(instance), true);
        }
        release(instance);
        instance.phase = Instance.Phase.WAITING;
        instance.restarts++;
        instance.startAt = now + Math.min(LONGEST_BACKOFF, FIRST_BACKOFF << Math.min(instance.backoff, 10));
        instance.backoff++;
        changed();
    }

    private void release(Instance instance) {
        Backend backend = instance.backend;
        if (backend != null) {
            backend.close();
        }
        launcher.forget(instance.id);
        instance.ready = false;
        instance.process = null;
        instance.backend = null;
        instance.log = null;
    }

    /** Takes {@code instance} out of the routes, lets its requests end, and ends it. */
    void stop(Instance instance) {
        if (instance.stopping()) {
            return;
        }
        OsProcess process = instance.process;
        Backend backend = instance.backend;
        Runnable endOutput = instance.endOutput;
        instance.phase = Instance.Phase.STOPPING;
        instance.ended.countDown();
        changed();
        if (backend != null) {
            backend.close();
        }
        save();
        Workers.start("stop", () -> {
            try {
                if (process != null) {
                    if (backend != null && process.alive()) {
                        backend.drained(instance.spec.drainMillis() * 1_000_000);
                    }
                    process.stop(instance.spec.drainMillis());
                    endOutput.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                stopped(instance);
            }
        });
    }

    private synchronized void stopped(Instance instance) {
        release(instance);
        state.slot(instance.slot).instances.remove(instance);
        changed();
        save();
    }

    /** The last open request of an instance ended; tell whoever waits for a slot without traffic to be empty. */
    private void drained(String slot) {
        if (state.slot(slot).weight == 0) { // a stale value only costs or saves a wake-up
            changed();
        }
    }

    /** Returns the instances to stop first: those that serve nobody, then the youngest. */
    static Comparator<Instance> leastMissed() {
        return Comparator.comparing(Instance::serves)
                .thenComparing(Comparator.comparingInt((Instance i) -> i.number).reversed());
    }
}
