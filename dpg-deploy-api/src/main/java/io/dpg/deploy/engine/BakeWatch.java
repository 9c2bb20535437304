package io.dpg.deploy.engine;

import io.dpg.deploy.Plan;
import io.dpg.deploy.Step;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Watches a candidate for a time: its health as the platform sees it, and what analyses say. */
final class BakeWatch {

    private static final Duration SLOWEST_LOOK = Duration.ofSeconds(10);
    private static final Duration FASTEST_LOOK = Duration.ofMillis(100);

    private final Run run;
    private final Step.Bake step;
    private final List<Looker> lookers = new ArrayList<>();
    private final Health health;

    BakeWatch(Run run, Step.Bake step) {
        this.run = run;
        this.step = step;
        this.health = new Health(run, step.candidate());
    }

    void watch() throws InterruptedException {
        run.look();
        Instant since = run.time.now();
        for (String name : step.analyses()) {
            lookers.add(Looker.begin(run, name, run.context(step.candidate(), since), left()));
        }
        try {
            watch(since);
        } finally {
            lookers.forEach(Looker::stop);
        }
    }

    private void watch(Instant since) throws InterruptedException {
        Duration every = Durations.max(
                clamp(step.time().dividedBy(60)), run.spec.target().lookEvery());
        long nextLook = run.time.nanos() + every.toNanos();
        while (true) {
            Duration left = left();
            boolean over = left.isZero();
            if (over && conclusive()) {
                health.check(run.look()); // the last look may have been a while ago
                return;
            }
            if (run.signals.promoted()) {
                run.warn("the watch was cut short by request, " + Plan.text(left) + " early");
                return;
            }
            if (run.deadline().passed()) {
                throw new StepFailed(
                        "no verdict within " + Plan.text(step.limit()) + ", and no data is never a pass: "
                                + Looker.open(lookers),
                        true);
            }
            run.progress(left);
            sleep(nextLook, over ? run.deadline().left() : left);
            run.checkpoint();
            if (run.time.nanos() >= nextLook) {
                health.check(run.look());
                nextLook = run.time.nanos() + every.toNanos();
            }
            for (Looker looker : lookers) {
                looker.visit(() -> run.context(step.candidate(), since));
            }
        }
    }

    /** Returns what is left of the time to watch, also where the step began again after a change by somebody else. */
    private Duration left() {
        Duration left = step.time().minus(run.deadline().elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Returns whether every analysis passes now; one that fails in the end fails the rollout. */
    private boolean conclusive() throws InterruptedException {
        boolean all = true;
        for (Looker looker : lookers) {
            all &= looker.passes();
        }
        return all;
    }

    private void sleep(long nextLook, Duration left) throws InterruptedException {
        long now = run.time.nanos();
        long until = Math.min(nextLook, now + left.toNanos());
        for (Looker looker : lookers) {
            until = Math.min(until, looker.next());
        }
        if (run.events.heard()) {
            until = Math.min(until, now + Duration.ofSeconds(1).toNanos());
        }
        run.nap(Duration.ofNanos(Math.max(0, until - now)));
    }

    private static Duration clamp(Duration every) {
        return Durations.min(Durations.max(every, FASTEST_LOOK), SLOWEST_LOOK);
    }
}
