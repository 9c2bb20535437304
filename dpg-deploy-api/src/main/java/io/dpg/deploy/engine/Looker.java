package io.dpg.deploy.engine;

import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.engine.Outcomes.AbortAsked;
import io.dpg.deploy.engine.Outcomes.CandidateBad;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One analysis under way. It looks beside the rollout's thread, which only comes by to begin a look and to take its
 * verdict: a source that answers slowly delays neither a step nor another analysis.
 */
final class Looker {

    private final Run run;
    private final Analysis analysis;
    private final Analysis.Run watch;
    /** Held by whoever uses {@link #watch}: a look that was given up may not have ended yet. */
    private final ReentrantLock use = new ReentrantLock();

    private long next;
    private Judgement verdict = Judgement.inconclusive("has not looked yet");
    private @Nullable Future<Judgement> pending;
    private long begun;
    private boolean looked;

    /** Why the newest look said nothing, which the analysis itself may not know of; null where it said something. */
    private @Nullable Judgement unanswered;

    private Looker(Run run, Analysis analysis, Analysis.Run watch, long first) {
        this.run = run;
        this.analysis = analysis;
        this.watch = watch;
        this.next = first;
    }

    /** Begins; the first look is an interval from now, or at the end of {@code time} where that is earlier or asked for. */
    static Looker begin(Run run, String name, AnalysisContext context, Duration time) throws InterruptedException {
        Analysis analysis = run.spec
                .analysis(name)
                .orElseThrow(() -> new StepFailed("analysis '" + name + "' is not known to this process", false));
        try {
            Analysis.Run watch = run.call(() -> analysis.start(context));
            Duration first = analysis.looksAtEnd() ? time : Durations.min(analysis.interval(), time);
            return new Looker(run, analysis, watch, run.time.nanos() + first.toNanos());
        } catch (InterruptedException | AbortAsked | StepFailed | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            throw new StepFailed("analysis '" + name + "' could not start: " + run.text(e), false);
        }
    }

    String name() {
        return analysis.name();
    }

    /** Returns whether this looks only once, when the time is over. */
    boolean judgesAtEnd() {
        return analysis.looksAtEnd();
    }

    /** Returns when this wants to be visited, in nanoseconds of the rollout's clock. */
    long next() {
        return pending == null ? next : run.time.nanos() + Duration.ofMillis(50).toNanos();
    }

    /** Returns whether a look that began at {@code nanos} of the rollout's clock or later has said something. */
    boolean lookedSince(long nanos) {
        return looked && pending == null && begun >= nanos;
    }

    /** Makes the next look due, if that is not under way. */
    void due() {
        next = Math.min(next, run.time.nanos());
    }

    /**
     * Begins a look that is due, and takes the verdict of one that ended.
     *
     * @throws CandidateBad if the candidate failed
     */
    void visit(Supplier<AnalysisContext> context) throws InterruptedException {
        if (pending == null) {
            if (run.time.nanos() < next) {
                return;
            }
            begun = run.time.nanos();
            AnalysisContext now = context.get();
            pending = run.time.start(() -> alone(() -> watch.look(now)));
        }
        Duration limit = run.spec.limits().call();
        if (pending.isDone()) {
            take(result(pending));
        } else if (run.time.nanos() - begun > limit.toNanos()) {
            stop();
            take(unanswered = Judgement.error("no answer within " + Plan.text(limit)));
        }
    }

    private <T> T alone(Callable<T> call) throws Exception {
        use.lockInterruptibly();
        try {
            return call.call();
        } finally {
            use.unlock();
        }
    }

    private Judgement result(Future<Judgement> done) throws InterruptedException {
        try {
            Judgement judgement = done.get();
            unanswered = judgement == null ? Judgement.error("the analysis said nothing") : null;
            return judgement == null ? unanswered : judgement;
        } catch (ExecutionException e) {
            return unanswered = Judgement.error(run.text(e.getCause() == null ? e : e.getCause()));
        }
    }

    private void take(Judgement judgement) {
        pending = null;
        looked = true;
        next = run.time.nanos() + analysis.interval().toNanos();
        verdict = judgement.because(run.events.redact(judgement.reason()));
        run.events.publish(new Event.Judged(run.head(), name(), verdict));
        failOnBad();
    }

    /**
     * Returns whether the analysis passes now that its time is over.
     *
     * @throws CandidateBad if it fails in the end
     */
    boolean passes() throws InterruptedException {
        if (pending != null || use.isLocked()) {
            return false; // what it is about to say counts too
        }
        try {
            Judgement last = run.call(() -> alone(watch::conclude));
            verdict = last.because(run.events.redact(last.reason()));
        } catch (InterruptedException | AbortAsked | StepFailed | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            throw new StepFailed("analysis '" + name() + "' could not conclude: " + run.text(e), false);
        }
        failOnBad();
        if (unanswered != null && verdict.verdict() == Verdict.PASS) {
            verdict = unanswered.because(
                    run.events.redact("the newest look brought no answer (" + unanswered.reason() + ")"));
        }
        return verdict.verdict() == Verdict.PASS;
    }

    private void failOnBad() {
        if (verdict.verdict() == Verdict.FAIL) {
            throw new CandidateBad("analysis '" + name() + "' failed: " + verdict.reason());
        }
    }

    /** Returns what {@code lookers} lack for a pass. */
    static String open(List<Looker> lookers) {
        return lookers.stream()
                .filter(l -> l.verdict.verdict() != Verdict.PASS)
                .map(l -> "'" + l.name() + "' " + l.verdict.reason())
                .collect(Collectors.joining("; "));
    }

    void stop() {
        Future<Judgement> present = pending;
        if (present != null) {
            present.cancel(true);
            pending = null;
        }
    }
}
