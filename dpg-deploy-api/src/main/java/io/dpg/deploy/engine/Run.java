package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.engine.Outcomes.AbortAsked;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One rollout under way: its state, and the few ways in which anything of it looks, acts and waits. Used by the
 * rollout's own thread; {@link #status()} by any.
 */
final class Run {

    static final Duration CALL_TICK = Duration.ofMillis(200);
    private static final Duration PROGRESS = Duration.ofSeconds(1);
    /** How many looks must agree on what may be a stale answer, and how far apart. */
    static final int CONFIRMING_LOOKS = 4;

    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    final Spec spec;
    final Time time;
    final Recorder recorder;
    final Signals signals;
    final Engine.EventSink events;
    final Map<String, Secret> secrets;
    final Expectation expected;
    final Background background;
    private final Interference interference;
    final Map<Slot, Change> changes = new EnumMap<>(Slot.class);
    final List<String> warnings = new ArrayList<>();
    final String id;

    volatile Plan plan;
    Plan forward;
    private volatile RolloutStatus.State state = RolloutStatus.State.RUNNING;
    private volatile Observation observed;
    private volatile int number;
    boolean goingBack;
    boolean candidateHadTraffic;
    boolean candidateAsked;
    /** The candidate itself failed, or somebody aborted: it gets no traffic any more, whatever happens. */
    boolean condemned;

    int stepsDone;
    /** How many messages earlier gates have used up: a consent opens one gate. */
    int heard;

    Instant startedAt;

    @Nullable
    Instant candidateSince;

    /** Since when stable has no traffic any more, or is about to lose it; null while it has some. */
    @Nullable
    Instant baselineEnded;

    @Nullable
    Instant detectedAt;

    @Nullable
    Instant recoveredAt;

    /** When the candidate last got more traffic or more instances; what was said before says little. */
    long exposedAt;

    private @Nullable Deadline deadline;
    private long progressAt;

    Run(
            String id,
            Spec spec,
            Plan plan,
            Time time,
            Recorder recorder,
            Signals signals,
            Engine.EventSink events,
            Map<String, Secret> secrets) {
        this.id = id;
        this.spec = spec;
        this.plan = plan;
        this.forward = plan;
        Group stable = plan.stable();
        this.observed = stable == null ? Observation.EMPTY : new Observation(List.of(stable));
        this.time = time;
        this.recorder = recorder;
        this.signals = signals;
        this.events = events;
        this.secrets = secrets;
        this.expected = new Expectation(spec.target().capabilities());
        this.background = new Background(this);
        this.interference = new Interference(this);
        this.startedAt = time.now();
        this.exposedAt = time.nanos();
    }

    Fence fence() {
        return recorder.lease().fence();
    }

    RolloutStatus.State state() {
        return state;
    }

    void state(RolloutStatus.State next) {
        state = next;
    }

    RolloutStatus status() {
        Plan present = plan;
        int step = number;
        String what = step >= 1 && step <= present.steps().size()
                ? present.steps().get(step - 1).describe()
                : "";
        return new RolloutStatus(id, state, step, present.steps().size(), what, observed);
    }

    Event.Head head() {
        return new Event.Head(id, spec.target().key(), time.now());
    }

    void warn(String text) {
        String clean = events.redact(text);
        warnings.add(clean);
        events.publish(new Event.Warning(head(), clean));
    }

    /** Begins the wait of step {@code number}. */
    Deadline begin(Step step, int stepNumber) {
        number = stepNumber;
        deadline = new Deadline(time, step.limit());
        progressAt = time.nanos();
        return deadline;
    }

    /** Lets signals and lease have their say. Everything that waits comes by here. */
    void checkpoint() throws InterruptedException {
        tick();
        if (!goingBack && signals.paused()) {
            interference.pause("paused by request", false);
        }
    }

    void tick() {
        if (signals.closing()) {
            throw new Recorder.Lost("The deployer was closed; the rollout is resumable", new InterruptedException());
        }
        recorder.tick();
        signals.read();
        String by = signals.abortBy();
        if (by != null && !goingBack) {
            throw new AbortAsked(by);
        }
        if (!goingBack) {
            background.visit();
        }
    }

    /** Shuts out everybody who had the right to act before. */
    void claim() throws InterruptedException {
        act("claim the target", () -> {
            spec.target().claim(fence());
            return true;
        });
    }

    /** Returns the target as it is now, having noticed what somebody else changed. */
    Observation look() throws InterruptedException {
        checkpoint();
        Observation now = observe();
        return goingBack ? now : interference.without(now);
    }

    Observation observe() throws InterruptedException {
        Backoff backoff = Backoff.repeats();
        while (true) {
            try {
                observed = clean(call(spec.target()::observe), events::redact);
                return observed;
            } catch (StepFailed | AbortAsked | Recorder.Lost e) {
                throw e;
            } catch (Exception e) {
                repeatOrFail("look at the target", e, backoff);
            }
        }
    }

    /** What platforms say of a group may quote what its processes printed. */
    static Observation clean(Observation seen, UnaryOperator<String> redact) {
        if (seen.groups().stream().allMatch(g -> g.conditions().isEmpty())) {
            return seen;
        }
        return new Observation(
                seen.groups().stream().map(g -> g.withMessages(redact)).toList());
    }

    /** What must be so before a change, looked at until it is. */
    interface Guard {
        void hold() throws InterruptedException;
    }

    /** Carries out a change, repeating it while that may help. */
    <T> T act(String what, Callable<T> change) throws InterruptedException {
        return act(what, this::observe, change);
    }

    /** Carries out a change, repeating it while that may help and {@code guard} still holds. */
    <T> T act(String what, Guard guard, Callable<T> change) throws InterruptedException {
        Backoff backoff = Backoff.repeats();
        while (true) {
            checkpoint();
            try {
                return call(change);
            } catch (StepFailed | AbortAsked | Recorder.Lost e) {
                throw e;
            } catch (StaleFenceException e) {
                throw new Recorder.Lost(String.valueOf(e.getMessage()), e);
            } catch (Exception e) {
                repeatOrFail(what, e, backoff);
                guard.hold(); // minutes may have passed, and a conflict means that something changed
            }
        }
    }

    private void repeatOrFail(String what, Exception e, Backoff backoff) throws InterruptedException {
        if (e instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        boolean again = e instanceof TimeoutException || (e instanceof DeployException d && d.retryable());
        Deadline end = deadline();
        if (!again || end.passed()) {
            throw new StepFailed("Tried to " + what + ", but: " + text(e), true);
        }
        rest(backoff.next());
    }

    /** Calls outside code, bounded by the limit for calls; the lease lives on and an abort is noticed meanwhile. */
    <T> T call(Callable<T> outside) throws Exception {
        return call(outside, spec.limits().call());
    }

    <T> T call(Callable<T> outside, Duration limit) throws Exception {
        return time.call(outside, limit, CALL_TICK, this::tick);
    }

    /** Calls outside code that must not be given up for an abort. */
    <T> T callUnabortable(Callable<T> outside, Duration limit) throws Exception {
        return time.call(outside, limit, CALL_TICK, recorder::tick);
    }

    /** Waits until {@code shown}, failing at once on a fatal condition of {@code watched} and at the deadline. */
    Observation await(String what, @Nullable Slot watched, Predicate<Observation> shown, @Nullable Guard repeat)
            throws InterruptedException {
        Backoff backoff = Backoff.looks(spec.target().lookEvery());
        Deadline end = deadline();
        long repeatEvery = Backoff.untilAskedAgain(end.limit()).toNanos();
        long repeatAt = time.nanos() + repeatEvery;
        try (Watch changes = Watch.of(spec.target(), signals)) {
            while (true) {
                Observation now = look();
                if (shown.test(now)) {
                    return now;
                }
                if (watched != null) {
                    failOnFatal(now, watched);
                }
                if (end.passed()) {
                    throw new StepFailed(
                            "Tried to " + what + ", but that did not show within " + Plan.text(end.limit()) + ": "
                                    + now,
                            true);
                }
                if (repeat != null && time.nanos() >= repeatAt) {
                    // An accepted change that never shows may have been lost; saying it again is harmless.
                    repeat.hold();
                    repeatAt = time.nanos() + repeatEvery;
                }
                progress(null);
                changes.nap(Durations.min(backoff.next(), end.left()), this);
            }
        }
    }

    /** Returns whom an analysis compares now. */
    AnalysisContext context(Slot slot, Instant since) {
        Group baseline = plan.inPlace() || plan.stable() == null
                ? null
                : observed.group(slot.other()).orElse(null);
        Group candidate = observed.group(slot).filter(this::isCandidate).orElse(null);
        return new AnalysisContext(candidate, baseline, since, time.now(), baselineEnded);
    }

    /** In place, and in a stale look, the slot of the candidate may still show what was there before. */
    private boolean isCandidate(Group group) {
        Change change = changes.get(group.slot());
        if (change == null) {
            return !plan.inPlace();
        }
        Group.InPlace moving = group.inPlace();
        return group.revision().equals(change.revision())
                || (moving != null && moving.revision().equals(change.revision()));
    }

    /** Returns whether one of a few looks shows {@code shown}: some platforms answer with the past now and then. */
    boolean confirmed(Predicate<Observation> shown) throws InterruptedException {
        for (int looks = 1; ; looks++) {
            if (shown.test(look())) {
                return true;
            }
            if (looks == CONFIRMING_LOOKS) {
                return false;
            }
            rest(BETWEEN_LOOKS);
        }
    }

    void failOnFatal(Observation now, Slot slot) {
        Change change = changes.get(slot);
        if (change == null) {
            return;
        }
        now.group(slot).flatMap(g -> g.failureSince(change.generation())).ifPresent(c -> {
            throw new StepFailed(c.reason() + ": " + c.message(), true);
        });
    }

    /** Sleeps, but never past the next renewal of the lease, and not while somebody waits to be heard. */
    void nap(Duration duration) throws InterruptedException {
        if (!signals.pending()) {
            time.sleep(background.until(Durations.min(duration, recorder.every())));
        }
    }

    /** Lets all of {@code duration} pass, whoever wakes this thread meanwhile. */
    void rest(Duration duration) throws InterruptedException {
        Deadline end = new Deadline(time, duration);
        while (!end.passed()) {
            nap(end.left());
            tick();
        }
    }

    void progress(@Nullable Duration remaining) {
        if (events.heard() && time.nanos() - progressAt >= PROGRESS.toNanos() / 4) {
            progressAt = time.nanos();
            int of = plan.steps().size();
            Step step = plan.steps().get(number - 1);
            events.publish(
                    new Event.StepProgress(head(), number, of, step, deadline().elapsed(), remaining, observed));
        }
    }

    Deadline deadline() {
        Deadline present = deadline;
        if (present == null) {
            present = new Deadline(time, spec.limits().change());
            deadline = present;
        }
        return present;
    }

    /** Gives what comes next, outside any step, a time of its own. */
    void deadline(Duration limit) {
        deadline = new Deadline(time, limit);
    }

    String text(Throwable e) {
        String message = e instanceof TimeoutException ? "no answer: " + e.getMessage() : e.getMessage();
        return events.redact(message == null ? e.getClass().getSimpleName() : message);
    }
}
