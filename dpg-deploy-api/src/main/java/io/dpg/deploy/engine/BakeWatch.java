package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.engine.Outcomes.AbortAsked;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Watches a candidate for a time: its health as the platform sees it, and what analyses say. */
final class BakeWatch {

    /** A candidate that lacks instances on this many looks in a row has failed; one look may be a passing restart. */
    private static final int UNHEALTHY_LOOKS = 3;

    private static final Duration SLOWEST_LOOK = Duration.ofSeconds(10);
    private static final Duration FASTEST_LOOK = Duration.ofMillis(100);

    private final Run run;
    private final Step.Bake step;
    private final List<Looker> lookers = new ArrayList<>();
    private int unhealthy;

    BakeWatch(Run run, Step.Bake step) {
        this.run = run;
        this.step = step;
    }

    /** One analysis under way. */
    private static final class Looker {
        final Analysis analysis;
        final Analysis.Run run;
        long next;
        Judgement verdict = Judgement.inconclusive("has not looked yet");

        Looker(Analysis analysis, Analysis.Run run, long first) {
            this.analysis = analysis;
            this.run = run;
            this.next = first;
        }
    }

    void watch() throws InterruptedException {
        Observation now = run.look();
        Instant since = run.time.now();
        start(now, since);
        Duration every = clamp(step.time().dividedBy(60));
        long nextLook = run.time.nanos() + every.toNanos();
        while (true) {
            Duration left = step.time().minus(run.deadline().elapsed());
            boolean over = left.isNegative() || left.isZero();
            if (over && conclusive()) {
                return;
            }
            if (run.signals.promoted()) {
                run.warn("the watch was cut short by request, " + Plan.text(over ? Duration.ZERO : left) + " early");
                return;
            }
            if (run.deadline().passed()) {
                throw new StepFailed(
                        "no verdict within " + Plan.text(step.limit()) + ", and no data is never a pass: " + open(),
                        true);
            }
            run.progress(over ? Duration.ZERO : left);
            sleep(nextLook, over ? run.deadline().left() : left);
            run.checkpoint();
            if (run.time.nanos() >= nextLook) {
                now = run.look();
                healthy(now);
                nextLook = run.time.nanos() + every.toNanos();
            }
            for (Looker looker : lookers) {
                if (run.time.nanos() >= looker.next) {
                    look(looker, now, since);
                }
            }
        }
    }

    private void start(Observation now, Instant since) throws InterruptedException {
        for (String name : step.analyses()) {
            Analysis analysis = run.spec.analyses().stream()
                    .filter(a -> a.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new StepFailed("analysis '" + name + "' is not known to this process", false));
            long first =
                    run.time.nanos() + Run.min(analysis.interval(), step.time()).toNanos();
            Analysis.Run begun = bounded("start", name, () -> analysis.start(context(now, since)));
            lookers.add(new Looker(analysis, begun, first));
        }
    }

    private <T> T bounded(String what, String name, Callable<T> outside) throws InterruptedException {
        try {
            return run.call(outside);
        } catch (InterruptedException | AbortAsked | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            throw new StepFailed("analysis '" + name + "' could not " + what + ": " + run.text(e), false);
        }
    }

    private AnalysisContext context(Observation now, Instant since) {
        Slot slot = step.candidate();
        Optional<Group> baseline =
                run.plan.inPlace() || run.plan.stable() == null ? Optional.empty() : now.group(slot.other());
        return new AnalysisContext(now.group(slot).orElse(null), baseline.orElse(null), since, run.time.now());
    }

    private void look(Looker looker, Observation now, Instant since) throws InterruptedException {
        Judgement judgement;
        try {
            AnalysisContext context = context(now, since);
            judgement = run.call(() -> looker.run.look(context));
        } catch (InterruptedException | AbortAsked | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            judgement = Judgement.error(run.text(e));
        }
        looker.next = run.time.nanos() + looker.analysis.interval().toNanos();
        looker.verdict = judgement.because(run.events.redact(judgement.reason()));
        String name = looker.analysis.name();
        run.events.publish(new Event.Judged(run.head(), name, looker.verdict));
        if (judgement.verdict() == Verdict.FAIL) {
            throw new StepFailed("analysis '" + name + "' failed: " + looker.verdict.reason(), true);
        }
    }

    /** Returns whether every analysis passes now; one that fails in the end fails the rollout. */
    private boolean conclusive() throws InterruptedException {
        for (Looker looker : lookers) {
            Judgement last = bounded("conclude", looker.analysis.name(), looker.run::conclude);
            if (last.verdict() == Verdict.FAIL) {
                throw new StepFailed(
                        "analysis '" + looker.analysis.name() + "' failed: " + run.events.redact(last.reason()), true);
            }
            looker.verdict = last.because(run.events.redact(last.reason()));
        }
        return lookers.stream().allMatch(l -> l.verdict.verdict() == Verdict.PASS);
    }

    private String open() {
        List<String> open = new ArrayList<>();
        for (Looker looker : lookers) {
            if (looker.verdict.verdict() != Verdict.PASS) {
                open.add("'" + looker.analysis.name() + "' " + looker.verdict.reason());
            }
        }
        return String.join("; ", open);
    }

    private void healthy(Observation now) {
        run.failOnFatal(now, step.candidate());
        int share = now.weight(step.candidate());
        boolean enough = now.ready(step.candidate()) >= Group.needed(share, run.plan.full());
        unhealthy = enough ? 0 : unhealthy + 1;
        if (unhealthy >= UNHEALTHY_LOOKS || (share > 0 && now.ready(step.candidate()) == 0)) {
            throw new StepFailed("the candidate lost instances while it was watched: " + now, true);
        }
    }

    private void sleep(long nextLook, Duration left) throws InterruptedException {
        long now = run.time.nanos();
        long until = Math.min(nextLook, now + left.toNanos());
        for (Looker looker : lookers) {
            until = Math.min(until, looker.next);
        }
        if (run.events.heard()) {
            until = Math.min(until, now + Duration.ofSeconds(1).toNanos());
        }
        run.nap(Duration.ofNanos(Math.max(0, until - now)));
    }

    private static Duration clamp(Duration every) {
        Duration fast = every.compareTo(FASTEST_LOOK) < 0 ? FASTEST_LOOK : every;
        return Run.min(fast, SLOWEST_LOOK);
    }
}
