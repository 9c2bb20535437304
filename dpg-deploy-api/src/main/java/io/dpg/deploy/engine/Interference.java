package io.dpg.deploy.engine;

import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.engine.Outcomes.NeedsPerson;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.Capability;
import java.time.Duration;
import java.util.Optional;

/** What others do to a rollout: changes of its target that it did not make, and requests to wait. */
final class Interference {

    private static final Duration HEALTH = Duration.ofSeconds(5);

    private final Run run;

    Interference(Run run) {
        this.run = run;
    }

    /**
     * Returns what is observed, once it holds nothing that somebody else changed; otherwise reports that and waits for a
     * person, as long as a pause may last.
     */
    Observation without(Observation first) throws InterruptedException {
        Observation now = first;
        Optional<String> drift = drift(now);
        // Some platforms answer with the past now and then: only what several looks agree on is drift.
        for (int looks = 1; drift.isPresent() && looks < Run.CONFIRMING_LOOKS; looks++) {
            run.rest(Run.BETWEEN_LOOKS);
            now = run.observe();
            drift = drift(now);
        }
        if (drift.isEmpty()) {
            return now;
        }
        run.warn(drift.get());
        boolean resized = run.expected.drift(now).isEmpty();
        if (resized && run.spec.target().capabilities().contains(Capability.AUTOSCALED)) {
            run.expected.adoptSizes(now);
            return now;
        }
        run.signals.pauseForDrift();
        run.background.hold(true);
        try {
            pause(drift.get(), true);
        } finally {
            run.background.hold(false);
        }
        run.expected.adoptSizes(run.observe());
        throw new Reassert();
    }

    private Optional<String> drift(Observation now) {
        return run.expected.drift(now).or(() -> run.expected.resized(now));
    }

    /** Waits until somebody says to go on. A pause that was asked for still watches the candidate. */
    void pause(String reason, boolean drift) throws InterruptedException {
        RolloutStatus.State before = run.state();
        run.state(RolloutStatus.State.PAUSED);
        run.events.publish(new Event.Paused(run.head(), reason));
        Deadline end = new Deadline(run.time, run.spec.limits().pause());
        Deadline health = new Deadline(run.time, HEALTH);
        while (run.signals.paused()) {
            if (end.passed()) {
                String why = "paused for " + Plan.text(end.limit()) + " without a decision (" + reason + ")";
                if (drift) {
                    throw new NeedsPerson(why);
                }
                throw new StepFailed(why, false);
            }
            if (!drift && health.passed()) {
                run.failOnFatal(run.observe(), run.plan.candidate());
                health = new Deadline(run.time, HEALTH);
            }
            run.nap(Durations.min(Duration.ofSeconds(1), end.left()));
            run.tick();
        }
        run.deadline().extend(end.elapsed().toNanos());
        run.state(before);
        run.events.publish(new Event.Resumed(run.head()));
    }

    /** After a change by others and a person's word to go on: the step begins again from what is expected. */
    static final class Reassert extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Reassert() {
            super(null, null, false, false);
        }
    }
}
