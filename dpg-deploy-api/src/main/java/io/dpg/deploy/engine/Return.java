package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.engine.Outcomes.NeedsPerson;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.JournalRecord.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Returns a rollout to stable. Plans from what is observed, carries that out, and looks again: what a platform showed
 * late, or what failed meanwhile, is planned for anew, as long as that makes a difference.
 */
final class Return {

    private static final int ROUNDS = 4;

    private final Run run;
    private final Carrier carrier;
    private final StepRunner steps;
    private final Endings endings;
    private final Schema schema;
    private boolean undone;

    /**
     * What was done to the schema.
     *
     * @param applied the name of the migration that was applied, or null
     * @param fits whether stable works on the schema all the same, as far as the journal knows
     */
    record Schema(@Nullable String applied, boolean fits) {}

    /** Carries out one step, with its records and events. */
    interface Carrier {
        void step(Step step, int index, int of) throws InterruptedException;
    }

    Return(Run run, Carrier carrier, StepRunner steps, Endings endings, Schema schema) {
        this.run = run;
        this.carrier = carrier;
        this.steps = steps;
        this.endings = endings;
        this.schema = schema;
    }

    RolloutResult go(String reason, String diagnosis, boolean abort) throws InterruptedException {
        run.recorder.refence();
        // The decision first: whoever takes over from here on does not go forward again.
        run.recorder.append(Kind.GOING_BACK, Map.of("reason", reason, "abort", String.valueOf(abort)));
        List<Step> tried = null;
        String why = "it did not settle";
        boolean failed = false;
        for (int round = 0; round < ROUNDS; round++) {
            try {
                run.deadline(run.spec.limits().change());
                run.claim();
                WayBack way = plan(run.look());
                if (way.impossible() != null) {
                    why = way.impossible();
                    break;
                }
                if (failed && way.steps().equals(tried)) {
                    break; // the same again would fail again
                }
                tried = way.steps();
                failed = true;
                carryOut(way, reason);
                failed = false;
                if (settled(way)) {
                    return end(reason, diagnosis, abort);
                }
            } catch (StepFailed e) {
                why = e.reason();
            } catch (Recorder.Lost e) {
                throw e;
            } catch (NeedsPerson e) {
                why = e.reason();
                break;
            } catch (RuntimeException e) { // of other people's code, such as a migration's
                why = run.text(e);
            }
        }
        endings.lastResort(steps, stableFits());
        return endings.stuck(reason + "; and returning to stable failed: " + why, diagnosis);
    }

    private @Nullable Migration applied() {
        Migration given = run.spec.migration();
        return given != null && given.name().equals(schema.applied()) ? given : null;
    }

    /** Returns whether stable works on the schema as it is, for all that is known. */
    private boolean stableFits() {
        Migration applied = applied();
        Group stable = run.forward.stable();
        if (schema.applied() == null || undone || stable == null) {
            return true;
        }
        try {
            return applied == null ? schema.fits() : applied.compatibleWith(stable.version());
        } catch (RuntimeException e) {
            return false;
        }
    }

    private WayBack plan(Observation now) throws InterruptedException {
        Migration applied = applied();
        Group stable = run.forward.stable();
        if (schema.applied() != null && applied == null && !schema.fits() && stable != null) {
            return new WayBack(
                    List.of(),
                    "migration '" + schema.applied() + "' moved the schema past " + stable.version()
                            + ", and this process was not given it, so it cannot undo it");
        }
        return WayBack.plan(
                run.forward,
                now,
                run.spec.limits(),
                applied,
                run.candidateHadTraffic,
                run.candidateAsked,
                endings.launchable(run.forward.stable()));
    }

    private void carryOut(WayBack way, String reason) throws InterruptedException {
        Plan plan = run.forward.withSteps("return to stable", way.steps());
        run.plan = plan;
        run.events.publish(new Event.GoingBack(run.head(), plan, reason));
        for (int i = 0; i < way.steps().size(); i++) {
            carrier.step(way.steps().get(i), i, way.steps().size());
            undone |= way.steps().get(i) instanceof Step.Migrate;
        }
    }

    /** What was asked for but not seen may still show up: then there is more to do. */
    private boolean settled(WayBack way) throws InterruptedException {
        boolean seen = way.steps().stream().anyMatch(s -> s instanceof Step.Retire || s instanceof Step.Update);
        if (seen || !run.candidateAsked) {
            return true;
        }
        run.deadline(run.spec.limits().change());
        return !run.confirmed(this::leftovers);
    }

    private boolean leftovers(Observation now) {
        Group stable = run.forward.stable();
        return run.forward.inPlace() && stable != null
                ? now.group(stable.slot())
                        .filter(g -> g.inPlace() != null || !g.revision().equals(stable.revision()))
                        .isPresent()
                : now.group(run.forward.candidate()).isPresent();
    }

    private RolloutResult end(String reason, String diagnosis, boolean abort) {
        if (run.recoveredAt == null) {
            // Traffic never left stable, or is where it was once the last instance is replaced back.
            run.recoveredAt = run.forward.inPlace() ? run.time.now() : run.detectedAt;
        }
        return abort ? endings.aborted(reason) : endings.rolledBack(reason, diagnosis);
    }
}
