package io.dpg.deploy.engine;

import io.dpg.deploy.Group;
import io.dpg.deploy.Hook;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.engine.Outcomes.NeedsPerson;
import io.dpg.deploy.engine.Outcomes.StepFailed;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Shifting;
import io.dpg.deploy.spi.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Carries out single steps: guard, act, read back until the effect shows. */
final class StepRunner {

    private final Run run;
    private final Target target;

    StepRunner(Run run) {
        this.run = run;
        this.target = run.spec.target();
    }

    void run(Step step, Instant firstIntent) throws InterruptedException {
        if (step instanceof Step.Launch launch) {
            launch(launch);
        } else if (step instanceof Step.AwaitReady await) {
            run.await(await.describe(), await.slot(), o -> o.ready(await.slot()) >= await.instances(), null);
        } else if (step instanceof Step.Shift shift) {
            shift(shift.traffic());
        } else if (step instanceof Step.Bake bake) {
            new BakeWatch(run, bake).watch();
        } else if (step instanceof Step.Watch watch) {
            run.background.begin(watch);
        } else if (step instanceof Step.Conclude conclude) {
            run.background.conclude(conclude);
        } else if (step instanceof Step.Verify verify) {
            new Verification(run).verify(verify);
        } else if (step instanceof Step.Update update) {
            update(update);
        } else if (step instanceof Step.Drain drain) {
            drain(drain);
        } else if (step instanceof Step.Retire retire) {
            retire(retire.slot());
        } else if (step instanceof Step.Scale scale) {
            scale(scale);
        } else if (step instanceof Step.Gate gate) {
            new GateWait(run).await(gate.gate(), firstIntent);
        } else if (step instanceof Step.Migrate migrate) {
            migrate(migrate);
        } else if (step instanceof Step.Hook hook) {
            hook(hook);
        }
    }

    private void launch(Step.Launch step) throws InterruptedException {
        Slot slot = step.slot();
        Change known = run.changes.get(slot);
        Run.Guard free = () -> {
            boolean mayLaunch = run.confirmed(o -> o.weight(slot) == 0
                    || step.revision() != null
                    || (known != null
                            && o.group(slot)
                                    .filter(g -> g.revision().equals(known.revision()))
                                    .isPresent()));
            if (!mayLaunch) {
                throw new StepFailed("Tried to " + step.describe() + ", but that slot has traffic", false);
            }
        };
        free.hold();
        run.expected.forget(slot);
        if (run.look().weight(slot) > 0) {
            run.expected.growing();
        }
        GroupRequest request = request(slot, step.version(), step.revision(), step.replicas(), null);
        Change change = run.act(step.describe(), free, () -> target.launch(run.fence(), request));
        run.changes.put(slot, change);
        if (slot == run.plan.candidate() && run.candidateSince == null) {
            run.candidateSince = run.time.now();
        }
        run.await(step.describe(), slot, o -> holds(o, slot, change.revision(), step.replicas()), () -> {
            free.hold();
            run.changes.put(slot, run.act(step.describe(), free, () -> target.launch(run.fence(), request)));
        });
        run.expected.group(slot, step.replicas(), change.revision());
    }

    private static boolean holds(Observation now, Slot slot, Revision revision, int instances) {
        return now.group(slot)
                .filter(g -> g.revision().equals(revision) && g.desired() == instances && g.inPlace() == null)
                .isPresent();
    }

    private GroupRequest request(
            Slot slot, String version, @Nullable Revision revision, int instances, @Nullable Shifting shifting) {
        Release release = run.spec.release();
        Release wanted = revision == null ? release : Release.of(release.application(), version);
        return new GroupRequest(slot, wanted, revision, instances, run.spec.environment(), run.secrets, shifting);
    }

    /** Routes traffic, but to no group with fewer ready instances than its share needs. */
    void shift(Traffic traffic) throws InterruptedException {
        String what = "shift traffic to " + traffic;
        Run.Guard ready = () -> run.await(
                what + ", which waits for enough ready instances",
                run.plan.candidate(),
                o -> carries(o, traffic),
                null);
        ready.hold();
        if (traffic.share(run.plan.candidate()) > 0 && !run.plan.inPlace()) {
            if (!run.candidateHadTraffic) {
                run.candidateSince = run.time.now();
            }
            run.candidateHadTraffic = true;
        }
        if (traffic.share(run.plan.candidate()) == 100 && run.baselineEnded == null) {
            run.baselineEnded = run.time.now();
        }
        run.expected.traffic(null);
        // The guard holds for repeats too: what was ready may have gone meanwhile.
        Run.Guard again = () -> run.await(what, null, o -> run.expected.shows(o, traffic) || carries(o, traffic), null);
        Run.Guard route = () -> {
            again.hold();
            run.act(what, again, () -> {
                target.route(run.fence(), traffic);
                return true;
            });
        };
        run.act(what, ready, () -> {
            target.route(run.fence(), traffic);
            return true;
        });
        run.await(what, null, o -> run.expected.shows(o, traffic), route);
        run.expected.traffic(traffic);
        run.exposedAt = run.time.nanos();
        if (run.goingBack && run.recoveredAt == null) {
            run.recoveredAt = run.time.now();
        }
    }

    /** Returns whether every group that is to get more than it has can carry that; less is always carried. */
    private boolean carries(Observation now, Traffic traffic) {
        for (Slot slot : Slot.values()) {
            int share = traffic.share(slot);
            if (share > now.weight(slot) && now.ready(slot) < Group.needed(share, run.plan.full())) {
                return false;
            }
        }
        return true;
    }

    private void update(Step.Update step) throws InterruptedException {
        Slot slot = step.slot();
        int size = run.look().group(slot).map(Group::desired).orElse(0);
        Group stable = run.plan.stable();
        // The last update takes in what somebody added meanwhile: all-new means every instance.
        boolean last = stable == null || step.instances() >= stable.desired();
        int instances = last ? Math.max(size, step.instances()) : step.instances();
        run.expected.forgetRevision(slot);
        GroupRequest request = request(slot, step.version(), step.revision(), instances, step.shifting());
        Change change = run.act(step.describe(), () -> target.update(run.fence(), request));
        run.changes.put(slot, change);
        if (run.candidateSince == null) {
            run.candidateSince = run.time.now();
        }
        run.candidateHadTraffic = true;
        run.await(step.describe(), slot, o -> updated(o, slot, change.revision(), instances), () -> {
            run.changes.put(slot, run.act(step.describe(), () -> target.update(run.fence(), request)));
        });
        run.exposedAt = run.time.nanos();
    }

    private static boolean updated(Observation now, Slot slot, Revision revision, int instances) {
        Group group = now.group(slot).orElse(null);
        if (group == null) {
            return false;
        }
        Group.InPlace progress = group.inPlace();
        return progress == null
                ? group.revision().equals(revision)
                : progress.revision().equals(revision)
                        && progress.updated() >= instances
                        && group.desired() > instances;
    }

    private void drain(Step.Drain step) throws InterruptedException {
        Slot slot = step.slot();
        if (!run.confirmed(o -> o.weight(slot) == 0)) {
            throw new StepFailed("Tried to " + step.describe() + ", but it has traffic", false);
        }
        long begun = run.time.nanos();
        Backoff backoff = Backoff.looks(target.lookEvery());
        try (Watch changes = Watch.of(target, run.signals)) {
            while (true) {
                Observation now = run.look();
                Group group = now.group(slot).orElse(null);
                if (group == null || group.desired() == 0 && group.ready() == 0) {
                    return;
                }
                Duration left = step.time().minusNanos(run.time.nanos() - begun);
                if (left.isNegative() || left.isZero() || group.open().orElse(1) == 0) {
                    return;
                }
                run.progress(left);
                changes.nap(Durations.min(backoff.next(), left), run);
            }
        }
    }

    /** Stops a group, but only once the other one carries everything. */
    private void retire(Slot slot) throws InterruptedException {
        String what = "retire " + slot;
        Slot other = slot.other();
        boolean nothingServed = run.plan.stable() == null && !run.candidateHadTraffic;
        Run.Guard free = () -> run.await(
                what + ", which waits until the other group carries everything",
                null,
                o -> o.group(slot).isEmpty()
                        || o.weight(slot) == 0
                                && (nothingServed
                                        || o.weight(other) == 100
                                                && o.ready(other) >= Group.needed(100, run.plan.full())),
                null);
        Run.Guard act = () -> {
            free.hold();
            run.expected.forget(slot);
            run.act(what, free, () -> {
                target.retire(run.fence(), slot);
                return true;
            });
        };
        act.hold();
        run.await(
                what,
                null,
                o -> o.group(slot).filter(g -> g.desired() > 0 || g.ready() > 0).isEmpty(),
                act);
    }

    private void scale(Step.Scale step) throws InterruptedException {
        run.look();
        Slot slot = step.slot();
        run.expected.forget(slot);
        Callable<Change> scale = () -> target.scale(run.fence(), slot, step.replicas());
        Change change = run.act(step.describe(), scale);
        run.await(
                step.describe(),
                null,
                o -> o.group(slot).filter(g -> g.desired() == step.replicas()).isPresent(),
                () -> run.act(step.describe(), scale));
        run.expected.group(slot, step.replicas(), change.revision());
    }

    private void migrate(Step.Migrate step) throws InterruptedException {
        Migration migration = run.spec.migration();
        if (migration == null || !migration.name().equals(step.migration())) {
            throw new StepFailed("Tried to " + step.describe() + ", but no such migration was given", false);
        }
        run.checkpoint();
        try {
            // To its end, abort or not: half a migration, or one undone while it is applied, helps nobody.
            run.callUnabortable(
                    () -> {
                        if (step.undo()) {
                            migration.undo();
                        } else {
                            migration.apply();
                        }
                        return true;
                    },
                    step.limit());
        } catch (InterruptedException | Recorder.Lost e) {
            throw e;
        } catch (TimeoutException e) {
            throw new NeedsPerson("Tried to " + step.describe() + ", but it did not end within "
                    + Plan.text(step.limit()) + " and may still be running: look at the database, and decide there");
        } catch (Exception e) {
            throw new StepFailed("Tried to " + step.describe() + ", but: " + run.text(e), false);
        }
    }

    private void hook(Step.Hook step) throws InterruptedException {
        Hook hook = run.spec.hooks().stream()
                .filter(h -> h.name().equals(step.hook()))
                .map(Spec.NamedHook::hook)
                .findFirst()
                .orElseThrow(
                        () -> new StepFailed("Tried to " + step.describe() + ", but no such hook was given", false));
        Observation now = run.look();
        outside(step, () -> hook.run(now));
    }

    private interface Outside {
        void run() throws Exception;
    }

    private void outside(Step step, Outside work) throws InterruptedException {
        run.checkpoint();
        try {
            run.call(
                    () -> {
                        work.run();
                        return true;
                    },
                    step.limit());
        } catch (InterruptedException | StepFailed | Outcomes.AbortAsked | Recorder.Lost e) {
            throw e;
        } catch (Exception e) {
            throw new StepFailed(
                    "Tried to " + step.describe() + ", but: " + run.text(e) + " (at most " + Plan.text(step.limit())
                            + ")",
                    false);
        }
    }
}
