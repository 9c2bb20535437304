package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutMetrics;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a rollout ends: the last record, and the result. */
final class Endings {

    private final Run run;

    Endings(Run run) {
        this.run = run;
    }

    RolloutResult promoted(String reason) {
        return finish(new RolloutResult.Promoted(summary(false), clean(reason)));
    }

    RolloutResult rolledBack(String reason, String diagnosis) {
        return finish(new RolloutResult.RolledBack(summary(true), clean(reason), diagnosis));
    }

    RolloutResult aborted(String reason) {
        return finish(new RolloutResult.Aborted(summary(true), clean(reason)));
    }

    RolloutResult rejected(String reason) {
        return finish(new RolloutResult.Rejected(summary(false), clean(reason)));
    }

    RolloutResult stuck(String reason, String diagnosis) {
        return finish(new RolloutResult.Stuck(summary(false), clean(reason), diagnosis, commands()));
    }

    private String clean(String reason) {
        return run.events.redact(reason);
    }

    private RolloutResult finish(RolloutResult result) {
        Map<String, String> data = new LinkedHashMap<>();
        Plan plan = run.plan;
        data.put("outcome", result.outcome());
        data.put("reason", result.reason());
        data.put("version", plan.version());
        data.put("rollback", String.valueOf(run.spec.rollback()));
        Change change = run.changes.get(plan.candidate());
        if (change != null) {
            data.put("revision", change.revision().id());
        }
        Group stable = plan.stable();
        if (stable != null) {
            data.put("stableVersion", stable.version());
            data.put("stableRevision", stable.revision().id());
        }
        Migration migration = run.spec.migration();
        if (migration != null && result.promoted() && !Start.fits(migration, run.forward)) {
            data.put("schemaMovedBy", migration.name());
        }
        run.recorder.append(Kind.FINISHED, data);
        return result;
    }

    private RolloutResult.Summary summary(boolean back) {
        Instant end = run.time.now();
        Instant detected = run.detectedAt;
        Instant since = run.candidateSince == null ? run.startedAt : run.candidateSince;
        RolloutMetrics metrics = new RolloutMetrics(
                Duration.between(run.startedAt, end),
                detected == null ? null : Duration.between(since, detected),
                detected == null || !back
                        ? null
                        : Duration.between(detected, run.recoveredAt == null ? end : run.recoveredAt),
                run.stepsDone,
                back);
        return new RolloutResult.Summary(
                run.id,
                run.spec.target().key(),
                run.plan.application(),
                run.plan.version(),
                metrics,
                run.status().observed(),
                run.warnings);
    }

    /** Returns whether the platform can run {@code stable} again; platforms without a history are given the benefit. */
    boolean launchable(@Nullable Group stable) throws InterruptedException {
        if (stable == null) {
            return false;
        }
        try {
            List<Known> history = run.call(() -> run.spec.target().history());
            return history.isEmpty()
                    || history.stream().anyMatch(k -> k.revision().equals(stable.revision()));
        } catch (InterruptedException | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            return true; // the launch itself will tell
        }
    }

    /**
     * The way back failed. Leaves all traffic on a group that can carry it, if there is one that had traffic before, and
     * changes nothing else. Stable is none such where the schema moved past it.
     */
    void lastResort(StepRunner steps, boolean stableFits) throws InterruptedException {
        try {
            run.deadline(run.spec.limits().change());
            Observation now = run.look();
            Group stable = run.plan.stable();
            Slot healthy = null;
            if (stable != null && stableFits && carries(now, stable.slot())) {
                healthy = stable.slot();
            } else if (run.candidateHadTraffic && !run.condemned && carries(now, run.plan.candidate())) {
                healthy = run.plan.candidate();
            }
            if (healthy != null && now.weight(healthy) != 100) {
                run.deadline(run.spec.limits().change());
                steps.shift(Traffic.all(healthy));
            }
        } catch (StepFailed e) {
            run.warn("and no other group could be given the traffic: " + e.reason());
        }
    }

    private boolean carries(Observation now, Slot slot) {
        return now.ready(slot) >= Group.needed(100, run.plan.full());
    }

    private List<String> commands() {
        List<String> commands = new ArrayList<>();
        Group stable = run.plan.stable();
        commands.add("look at " + run.spec.target().key() + "; last observed: "
                + run.status().observed());
        if (stable != null) {
            commands.add("to return to " + stable.version() + ": deployer.rollback(target).to(\"" + stable.version()
                    + "\").execute()");
        }
        commands.add("to go on with " + run.plan.version()
                + ": repair what the reason names, then start the rollout again with evenIfUnhealthy()");
        return commands;
    }
}
