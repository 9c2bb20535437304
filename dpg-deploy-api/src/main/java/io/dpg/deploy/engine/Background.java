package io.dpg.deploy.engine;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Analyses that look over several steps, whatever the rollout is doing meanwhile. */
final class Background {

    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Run run;
    private final List<Looker> lookers = new ArrayList<>();
    private boolean visiting;
    private boolean held;

    Background(Run run) {
        this.run = run;
    }

    /** Begins the watch that {@code steps} begin before {@code from} and have not concluded by then. */
    void resume(List<Step> steps, int from) throws InterruptedException {
        Step.Watch open = null;
        for (Step step : steps.subList(0, from)) {
            if (step instanceof Step.Watch watch) {
                open = watch;
            } else if (step instanceof Step.Conclude) {
                open = null;
            }
        }
        if (open != null) {
            run.observe(); // whom it watches
            begin(open);
        }
    }

    /** Begins a watch. What an earlier attempt at the same step began ends: evidence is never mixed. */
    void begin(Step.Watch step) throws InterruptedException {
        stop();
        Slot slot = step.candidate();
        List<Looker> begun = new ArrayList<>();
        for (String name : step.analyses()) {
            // One that judges only at the end is made to look by conclude.
            begun.add(Looker.begin(run, name, run.context(slot, since()), Duration.ofDays(3_650)));
        }
        lookers.addAll(begun);
    }

    private Instant since() {
        return run.candidateSince == null ? run.time.now() : run.candidateSince;
    }

    /** Lets every analysis look that wants to. Called wherever the rollout waits. */
    void visit() {
        if (lookers.isEmpty() || visiting || held) {
            return;
        }
        visiting = true;
        try {
            for (Looker looker : lookers) {
                looker.visit(() -> run.context(run.plan.candidate(), since()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // noticed by the next wait
        } finally {
            visiting = false;
        }
    }

    /** Lets nothing be judged while nothing may be touched. */
    void hold(boolean nothingMayBeTouched) {
        held = nothingMayBeTouched;
    }

    /** Returns {@code duration}, or less where an analysis wants to be visited before it has passed. */
    Duration until(Duration duration) {
        if (held) {
            return duration;
        }
        long now = run.time.nanos();
        long left = duration.toNanos();
        for (Looker looker : lookers) {
            left = Math.min(left, looker.next() - now);
        }
        return Duration.ofNanos(Math.max(0, left));
    }

    /** Waits until every analysis says that the candidate is good, and ends the watch. */
    void conclude(Step.Conclude step) throws InterruptedException {
        if (!lookers.stream().map(Looker::name).toList().equals(step.analyses())) {
            throw new StepFailed("not all of " + String.join(", ", step.analyses()) + " have watched", false);
        }
        lookers.stream().filter(Looker::judgesAtEnd).forEach(Looker::due);
        Health health = new Health(run, run.plan.candidate());
        long look = run.time.nanos();
        while (true) {
            run.checkpoint();
            if (passes()) {
                break;
            }
            if (run.signals.promoted()) {
                run.warn("the watch was cut short by request, before " + Looker.open(lookers));
                break;
            }
            if (run.deadline().passed()) {
                throw new StepFailed(
                        "no verdict within " + Plan.text(step.limit()) + ", and no data is never a pass: "
                                + Looker.open(lookers),
                        true);
            }
            if (run.time.nanos() >= look) {
                health.check(run.look());
                look = run.time.nanos() + LOOK.toNanos();
            }
            run.progress(null);
            run.nap(Durations.min(Duration.ofSeconds(1), run.deadline().left()));
        }
        stop();
    }

    private boolean passes() throws InterruptedException {
        boolean all = true;
        for (Looker looker : lookers) {
            // Good in a small share, or before the last instance was replaced, is not good.
            all &= looker.lookedSince(run.exposedAt) && looker.passes();
        }
        return all;
    }

    /** Ends the watch: what comes next, such as the way back, is not judged by it. */
    void stop() {
        lookers.forEach(Looker::stop);
        lookers.clear();
    }
}
