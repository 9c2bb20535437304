package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.engine.Outcomes.AbortAsked;
import io.dpg.deploy.engine.Outcomes.CandidateBad;
import io.dpg.deploy.engine.Outcomes.GateClosed;
import io.dpg.deploy.engine.Outcomes.NeedsPerson;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.JournalRecord.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes a rollout from its first step to its end: forward, and back where it fails. */
final class Driver {

    private static final Duration DIAGNOSIS = Duration.ofSeconds(10);

    private final Run run;
    private final StepRunner steps;
    private final Endings endings;
    private int from;
    private Instant intentOfFirst;
    private boolean changed;
    private boolean migrated;
    private boolean schemaFits = true;

    Driver(Run run) {
        this.run = run;
        this.steps = new StepRunner(run);
        this.endings = new Endings(run);
        this.intentOfFirst = run.time.now();
    }

    /** Tells {@code expected} what serves before the first step. */
    static void expectStable(Plan plan, Expectation expected) {
        Group stable = plan.stable();
        if (stable != null) {
            expected.traffic(Traffic.all(stable.slot()));
            expected.group(stable.slot(), stable.desired(), stable.revision());
        }
    }

    /** Goes on after a crash: at step {@code index}, first attempted at {@code intent}. */
    void resumeAt(int index, Instant intent, boolean changedBefore, boolean migratedBefore, boolean fits) {
        from = index;
        intentOfFirst = intent;
        changed = changedBefore;
        migrated = migratedBefore;
        schemaFits = fits;
    }

    RolloutResult drive() throws InterruptedException {
        try {
            run.claim();
            run.background.resume(run.plan.steps(), from);
            forward();
            return endings.promoted("all traffic is on " + run.plan.version());
        } catch (StepFailed e) {
            return changed ? failed(e) : endings.rejected(e.reason());
        } catch (AbortAsked e) {
            return aborted(e);
        } catch (GateClosed e) {
            return leave(e.reason());
        } catch (NeedsPerson e) {
            return endings.stuck(e.reason(), "");
        } catch (Recorder.Lost e) {
            throw e;
        } catch (RuntimeException e) { // of other people's code: not a reason to leave traffic where it is
            return leave("unexpected " + e.getClass().getSimpleName() + ": " + run.text(e));
        } finally {
            run.background.stop(); // however it ends, closing and interruption included
        }
    }

    private RolloutResult aborted(AbortAsked e) throws InterruptedException {
        run.background.stop();
        run.condemned = true;
        return changed ? back("aborted by " + e.by(), "", true) : endings.aborted("aborted by " + e.by());
    }

    private void forward() throws InterruptedException {
        List<Step> all = run.plan.steps();
        for (int i = from; i < all.size(); i++) {
            if (i > from) {
                intentOfFirst = run.time.now();
            }
            changed |= all.get(i).changesTarget();
            migrated |= all.get(i) instanceof Step.Migrate;
            step(all.get(i), i, all.size());
        }
        // An abort that was said in time wins, even over a promotion that is only waiting to be recorded.
        run.signals.refresh();
        run.checkpoint();
    }

    private void step(Step step, int index, int of) throws InterruptedException {
        run.begin(step, index + 1);
        run.checkpoint();
        run.candidateAsked |= step instanceof Step.Update
                || (step instanceof Step.Launch launch && launch.slot() == run.plan.candidate());
        run.recorder.append(Kind.INTENT, Map.of("step", String.valueOf(index)));
        run.events.publish(new Event.StepStarted(run.head(), index + 1, of, step));
        Instant begun = run.time.now();
        carryOut(step);
        run.recorder.append(Kind.DONE, done(step, index));
        run.stepsDone++;
        run.events.publish(new Event.StepFinished(
                run.head(),
                index + 1,
                of,
                step,
                Duration.between(begun, run.time.now()),
                run.status().observed()));
    }

    /** Carries out a step; from the start again, with traffic as it should be, where somebody interfered. */
    private void carryOut(Step step) throws InterruptedException {
        Traffic reassert = null;
        while (true) {
            try {
                boolean asItShould =
                        reassert == null || run.expected.shows(run.status().observed(), reassert);
                if (!asItShould && !reassert.isNone()) {
                    run.expected.traffic(null);
                    steps.shift(reassert);
                }
                steps.run(step, intentOfFirst);
                return;
            } catch (Interference.Reassert e) {
                Traffic present = run.expected.traffic();
                reassert = present == null ? reassert : present;
            }
        }
    }

    private Map<String, String> done(Step step, int index) {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("step", String.valueOf(index));
        if (step instanceof Step.Gate) {
            data.put("heard", String.valueOf(run.heard));
        }
        Slot slot = step instanceof Step.Launch launch
                ? launch.slot()
                : step instanceof Step.Update update ? update.slot() : null;
        Change change = slot == null ? null : run.changes.get(slot);
        if (slot != null && change != null) {
            data.put("slot", slot.name());
            data.put("revision", change.revision().id());
            data.put("generation", String.valueOf(change.generation()));
        }
        return data;
    }

    /** A failure that comes when only cleaning up is left does not take back a release that proved itself. */
    private RolloutResult failed(StepFailed e) throws InterruptedException {
        run.background.stop();
        run.condemned = e instanceof CandidateBad || candidateIsToBlame();
        try {
            if (onlyCleaningUp() && candidateServes()) {
                run.warn("the release serves, but cleaning up failed: " + e.reason() + "; the old group in "
                        + run.plan.candidate().other()
                        + " may still run; retire it by hand or leave it to the next rollout");
                return endings.promoted("all traffic is on " + run.plan.version() + "; the old group was left behind");
            }
        } catch (AbortAsked abort) {
            return aborted(abort);
        } catch (NeedsPerson person) {
            return endings.stuck(person.reason(), "");
        } catch (StepFailed | Interference.Reassert notKnown) {
            run.warn("it could not be told whether the release serves, so it goes back");
        }
        return back(e.reason(), e.worthDiagnosing() ? diagnosis() : "", false);
    }

    /** Returns whether the step that failed is one by which the candidate shows what it is worth. */
    private boolean candidateIsToBlame() {
        int at = run.status().step() - 1;
        Step step = at >= 0 && at < run.plan.steps().size() ? run.plan.steps().get(at) : null;
        return step instanceof Step.Launch
                || step instanceof Step.AwaitReady
                || step instanceof Step.Verify
                || step instanceof Step.Bake
                || step instanceof Step.Update;
    }

    private boolean onlyCleaningUp() {
        int at = run.status().step() - 1;
        List<Step> all = run.plan.steps();
        return at >= 0
                && at < all.size()
                && all.subList(at, all.size()).stream()
                        .allMatch(s -> s instanceof Step.Drain || s instanceof Step.Retire);
    }

    private boolean candidateServes() throws InterruptedException {
        run.deadline(run.spec.limits().change());
        run.signals.refresh(); // an abort that was said in time wins here too
        Observation now = run.look();
        Slot candidate = run.plan.candidate();
        return now.weight(candidate) == 100 && now.ready(candidate) >= Group.needed(100, run.plan.full());
    }

    private String diagnosis() throws InterruptedException {
        try {
            return run.events.redact(run.call(() -> run.spec.target().diagnose(run.plan.candidate()), DIAGNOSIS));
        } catch (InterruptedException | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            return "no diagnosis: " + run.text(e);
        }
    }

    /** Ends a rollout that is not to go on: back to stable, or rejected where nothing was changed yet. */
    RolloutResult leave(String why) throws InterruptedException {
        return changed ? back(why, "", false) : endings.rejected(why);
    }

    /** Returns what the way back must know of the schema. */
    private Return.Schema schema() {
        String applied = migrated
                ? run.plan.steps().stream()
                        .filter(s -> s instanceof Step.Migrate)
                        .map(s -> ((Step.Migrate) s).migration())
                        .findFirst()
                        .orElse(null)
                : null;
        return new Return.Schema(applied, schemaFits);
    }

    /** Returns to stable, by a plan made of what is observed now. */
    RolloutResult back(String cause, String diagnosis, boolean abort) throws InterruptedException {
        run.background.stop();
        String reason = run.events.redact(cause);
        run.goingBack = true;
        run.state(RolloutStatus.State.GOING_BACK);
        if (run.detectedAt == null) {
            run.detectedAt = run.time.now();
        }
        run.events.publish(new Event.Failed(run.head(), reason, diagnosis));
        run.forward = run.plan;
        return new Return(run, this::step, steps, endings, schema()).go(reason, diagnosis, abort);
    }
}
