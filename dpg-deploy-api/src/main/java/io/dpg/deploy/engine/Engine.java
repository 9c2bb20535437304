package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.IfRunning;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutMetrics;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Runs rollouts: gives each a lease, a journal and a thread, and keeps track of those under way. Thread-safe. */
public final class Engine implements AutoCloseable {

    private final Settings settings;
    private final Time time;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, RunHandle> running = new ConcurrentHashMap<>();
    private final Set<RunHandle> open = ConcurrentHashMap.newKeySet();
    private final String nonce = Integer.toHexString(UUID.randomUUID().hashCode());
    private volatile boolean closed;

    /**
     * What an engine works with.
     *
     * @param journal where to record, or null for the target's own
     * @param fallback where to record where there is no other
     * @param executor gives each rollout a thread
     */
    public record Settings(
            Time time,
            @Nullable Journal journal,
            Journal fallback,
            Executor executor,
            String owner,
            String user,
            Duration leaseTtl,
            Vault vault,
            EventSink sink) {}

    /** Where secrets come from. */
    public interface Vault {
        /** Returns one fault for each secret that {@code spec} requires and that cannot be had. */
        List<Fault> missing(Spec spec);

        /** Returns the secrets by variable, and adds warnings to {@code warnings}. */
        Map<String, Secret> resolve(Spec spec, List<String> warnings);
    }

    /** Where events go. */
    public interface EventSink {
        /** Hands on {@code event}. */
        void publish(Event event);

        /** Returns whether anybody listens. */
        boolean heard();

        /** Gives listeners a moment to hear what was published. */
        void flush();

        /** Returns {@code text} without secrets. */
        String redact(String text);

        /** Returns {@code throwable}, or its like, without secrets. */
        Throwable redact(Throwable throwable);
    }

    /** Makes an engine. */
    public Engine(Settings settings) {
        this.settings = settings;
        this.time = settings.time();
    }

    /** Returns the plan for {@code spec}, having touched nothing. */
    public Plan plan(Spec spec) {
        return plan(spec, () -> {});
    }

    /** Plans, in at most twice the limit for calls: targets and secret stores are asked, and may hang. */
    private Plan plan(Spec spec, Runnable tick) {
        try {
            Duration most = spec.limits().call().multipliedBy(2);
            return time.call(() -> Planner.plan(spec, settings), most, Run.CALL_TICK, tick);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw resumable("it was interrupted before it began", e);
        } catch (RuntimeException e) {
            throw (RuntimeException) settings.sink().redact(e);
        } catch (Exception e) {
            Throwable clean = settings.sink().redact(e);
            throw new DeployException(
                    "Tried to plan " + spec.release() + " on " + spec.target().key() + ", but: " + clean.getMessage(),
                    DeployException.Details.NONE.remedy("look whether the platform and the secret stores answer"),
                    clean);
        }
    }

    /** Starts the rollout of {@code spec}. */
    public Rollout start(Spec spec) {
        open();
        Plan plan = plan(spec);
        Journal journal = journal(spec.target());
        String id = newId();
        RunHandle handle = handle(id, plan, journal);
        launch(handle, () -> fresh(spec, plan, journal, handle));
        return handle;
    }

    /** Goes on with the unfinished rollout of the target of {@code parts}, where there is one. */
    public Optional<Rollout> resume(Parts parts) {
        open();
        RunHandle here = running.get(parts.target().key());
        if (here != null) {
            return Optional.of(here); // it needs nobody to take it over from itself
        }
        Journal journal = journal(parts.target());
        Optional<String> id = Past.unfinished(journal, parts.target().key());
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Past past = new Past(journal.read(id.get()));
        RunHandle handle = handle(id.get(), past.start.plan(), journal);
        launch(handle, () -> resumed(parts, journal, handle));
        return Optional.of(handle);
    }

    /** Says something to the unfinished rollout of {@code target}, whichever process runs it. */
    public boolean say(Target target, Message message) {
        RunHandle here = running.get(target.key());
        if (here != null) {
            here.signals().say(message);
            return true;
        }
        Journal journal = journal(target);
        Optional<String> id = Past.unfinished(journal, target.key());
        id.ifPresent(rollout -> journal.post(rollout, message));
        return id.isPresent();
    }

    /** Returns the rollouts that this engine runs. */
    public Collection<Rollout> running() {
        return List.copyOf(running.values());
    }

    /** Returns the journal of {@code target}. */
    public Journal journal(Target target) {
        Journal given = settings.journal();
        return given != null ? given : target.journal().orElse(settings.fallback());
    }

    /** Returns the time that everything goes by. */
    public Time time() {
        return time;
    }

    /** Gives listeners a moment, of at most a second, to hear what was published. */
    public void flush() {
        settings.sink().flush();
    }

    /** Returns who speaks where nobody else is named. */
    public String user() {
        return settings.user();
    }

    private RunHandle handle(String id, Plan plan, Journal journal) {
        return new RunHandle(id, plan, new Signals(journal, time, id, settings.sink()::redact), time, settings.user());
    }

    private String newId() {
        String at = time.now().toString().replaceAll("[-:]", "").replaceAll("\\..*|Z$", "");
        return at + "-" + nonce + "-" + count.incrementAndGet();
    }

    private interface Work {
        RolloutResult run() throws InterruptedException;
    }

    private void launch(RunHandle handle, Work work) {
        open.add(handle);
        try {
            settings.executor().execute(() -> run(handle, work));
        } catch (RuntimeException | Error refused) { // by the executor, or for want of a thread
            open.remove(handle);
            throw refused;
        }
    }

    /** Runs to the end. Nothing is thrown: a thread's last words would be printed, and not redacted. */
    private void run(RunHandle handle, Work work) {
        String key = handle.plan().target();
        handle.signals().runBy(Thread.currentThread());
        try {
            if (closed) {
                throw new Recorder.Lost("the deployer was closed", new IllegalStateException("closed"));
            }
            RolloutResult result = work.run();
            running.remove(key, handle);
            settings.sink().publish(new Event.Finished(new Event.Head(handle.id(), key, time.now()), result));
            handle.complete(result);
        } catch (InterruptedException e) {
            handle.lost(resumable("it was interrupted", e));
            Thread.currentThread().interrupt();
        } catch (Recorder.Lost e) {
            handle.lost(settings.sink().redact(resumable(String.valueOf(e.getMessage()), e)));
        } catch (Throwable e) { // whatever it is, whoever waits must hear of it
            handle.lost(settings.sink().redact(e));
        } finally {
            running.remove(key, handle);
            open.remove(handle);
            handle.signals().runBy(null);
        }
    }

    private static DeployException resumable(String why, Throwable cause) {
        return new DeployException(
                "Tried to carry on the rollout, but this process lost it: " + why,
                DeployException.Details.NONE.remedy(
                        "unless another process runs it now, go on with deployer.resume(target)"),
                cause);
    }

    private RolloutResult fresh(Spec spec, Plan planned, Journal journal, RunHandle handle)
            throws InterruptedException {
        Admission admission = new Admission(this, settings, journal);
        Admission.Ticket ticket = admission.enter(spec, handle);
        if (ticket.refusal() != null) {
            return rejected(handle, planned, ticket.refusal());
        }
        Lease lease = ticket.leaseOrThrow();
        Recorder recorder =
                new Recorder(journal, time, handle.id(), settings.leaseTtl(), settings.sink()::redact, lease, 0);
        boolean keepLease = false;
        try {
            running.put(spec.target().key(), handle);
            Plan plan = plan(spec, recorder::tick); // again, now that nobody else may act
            List<String> refusals = new ArrayList<>(plan.refusals());
            refusals.addAll(admission.baseline(spec, plan, recorder::tick));
            if (!refusals.isEmpty()) {
                return rejected(handle, plan, String.join("; ", refusals));
            }
            List<String> warnings = new ArrayList<>();
            Map<String, Secret> secrets = settings.vault().resolve(spec, warnings);
            Run run = new Run(handle.id(), spec, plan, time, recorder, handle.signals(), settings.sink(), secrets);
            handle.attach(run);
            recorder.append(
                    io.dpg.deploy.spi.JournalRecord.Kind.STARTED,
                    Start.of(spec, plan).write());
            run.events.publish(new Event.Started(run.head(), plan, false));
            warnings.forEach(run::warn);
            Driver.expectStable(plan, run.expected);
            return finished(run, new Driver(run).drive());
        } catch (Error crash) {
            keepLease = true; // as if the process had died here: only the lease's end may let others in
            throw crash;
        } finally {
            if (!keepLease) {
                recorder.release();
            }
        }
    }

    private RolloutResult finished(Run run, RolloutResult result) {
        run.state(RolloutStatus.State.FINISHED);
        return result;
    }

    private RolloutResult rejected(RunHandle handle, Plan plan, String reason) {
        RolloutResult.Summary summary = new RolloutResult.Summary(
                handle.id(),
                plan.target(),
                plan.application(),
                plan.version(),
                new RolloutMetrics(Duration.ZERO, null, null, 0, false),
                plan.stable() == null ? Observation.EMPTY : new Observation(List.of(plan.stable())),
                List.of());
        return new RolloutResult.Rejected(summary, settings.sink().redact(reason));
    }

    private RolloutResult resumed(Parts parts, Journal journal, RunHandle handle) throws InterruptedException {
        Lease lease =
                new Admission(this, settings, journal).takeOver(parts.target().key(), handle);
        Recorder recorder = null;
        boolean keepLease = false;
        try {
            running.put(parts.target().key(), handle);
            Resumption resumption = new Resumption(parts, journal.read(handle.id()));
            if (resumption.ended()) {
                throw new Recorder.Lost(
                        "another process has ended this rollout meanwhile", new IllegalStateException("ended"));
            }
            Spec spec = resumption.spec();
            recorder = new Recorder(
                    journal,
                    time,
                    handle.id(),
                    settings.leaseTtl(),
                    settings.sink()::redact,
                    lease,
                    resumption.past().next);
            Map<String, Secret> secrets = Map.of();
            String lacks = null;
            try {
                secrets = settings.vault().resolve(spec, new ArrayList<>());
            } catch (DeployException e) {
                lacks = "its secrets (" + e.getMessage() + ")"; // going back may well do without
            }
            Run run = new Run(
                    handle.id(),
                    spec,
                    resumption.past().start.plan(),
                    time,
                    recorder,
                    handle.signals(),
                    settings.sink(),
                    secrets);
            handle.attach(run);
            return finished(run, resumption.drive(run, lease, lacks));
        } catch (Error crash) {
            keepLease = true;
            throw crash;
        } finally {
            if (!keepLease) {
                Recorder.release(journal, recorder == null ? lease : recorder.lease());
            }
        }
    }

    private void open() {
        if (closed) {
            throw new IllegalStateException("This deployer is closed; make a new one");
        }
    }

    /** Returns whether a newer rollout is to supersede. */
    static boolean supersedes(Spec spec) {
        return spec.ifRunning() == IfRunning.SUPERSEDE;
    }

    /** Ends every rollout under way at its next look, resumable, and waits for that, at most 10 seconds. */
    @Override
    public void close() {
        closed = true;
        List<RunHandle> left = List.copyOf(open);
        left.forEach(h -> h.signals().close());
        Deadline end = new Deadline(Time.system(), Duration.ofSeconds(10));
        for (RunHandle handle : left) {
            try {
                handle.await(end.left());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException lost) {
                continue; // as it should be: the rollout is resumable
            }
        }
    }
}
