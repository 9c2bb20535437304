package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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

    void watch() throws InterruptedException {
        run.look();
        Instant since = run.time.now();
        for (String name : step.analyses()) {
            lookers.add(Looker.begin(run, name, run.context(step.candidate(), since), step.time()));
        }
        try {
            watch(since);
        } finally {
            lookers.forEach(Looker::stop);
        }
    }

    private void watch(Instant since) throws InterruptedException {
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
                healthy(run.look());
                nextLook = run.time.nanos() + every.toNanos();
            }
            for (Looker looker : lookers) {
                looker.visit(() -> run.context(step.candidate(), since));
            }
        }
    }

    /** Returns whether every analysis passes now; one that fails in the end fails the rollout. */
    private boolean conclusive() throws InterruptedException {
        boolean all = true;
        for (Looker looker : lookers) {
            all &= looker.passes();
        }
        return all;
    }

    private String open() {
        return lookers.stream()
                .filter(l -> l.verdict().verdict() != Verdict.PASS)
                .map(Looker::open)
                .collect(Collectors.joining("; "));
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
            until = Math.min(until, looker.next());
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
