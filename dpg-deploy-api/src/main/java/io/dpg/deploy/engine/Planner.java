package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.spi.Known;
import io.dpg.deploy.strategy.Situation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a plan of a specification and an observation. Pure but for reading the target's history. */
final class Planner {

    private Planner() {}

    /** Looks at the target, again and again while that may help, for the limit of a call, and returns the plan. */
    static Plan plan(Spec spec, Engine.Settings settings) throws InterruptedException {
        List<Fault> missing = settings.vault().missing(spec); // first, so that what follows can be redacted
        Deadline end = new Deadline(settings.time(), spec.limits().call());
        Backoff backoff = Backoff.repeats();
        while (true) {
            try {
                Observation now = Run.clean(spec.target().observe(), settings.sink()::redact);
                return plan(spec, now, missing);
            } catch (DeployException e) {
                if (!e.retryable() || end.passed()) {
                    throw e;
                }
            }
            settings.time().sleep(Durations.min(backoff.next(), end.left()));
        }
    }

    /**
     * Returns the plan.
     *
     * @throws PlanInvalidException with every fault, those of {@code also} included
     */
    static Plan plan(Spec asked, Observation observed, List<Fault> also) {
        Spec spec = asked.asThePlatformDoesIt();
        List<Fault> faults = new ArrayList<>(also);
        Situation situation = situation(spec, observed);
        names(faults, "verify", spec.checks().stream().map(Check::name).toList());
        names(faults, "analyze", spec.allAnalyses().stream().map(Analysis::name).toList());
        names(faults, "gate", spec.gates().stream().map(Gate::name).toList());
        names(faults, "hook", spec.hooks().stream().map(Spec.NamedHook::name).toList());
        if (spec.revision() == null) {
            faults.addAll(spec.target().validate(spec.release(), spec.environment()));
        }
        faults.addAll(spec.strategy().validate(situation));
        spec.allAnalyses()
                .forEach(a -> a.faults().forEach(reason -> faults.add(new Fault("analyze", a.name(), reason))));
        if (spec.strategy().inPlace() && situation.stableGroup() != null) {
            spec.allAnalyses().stream()
                    .filter(Analysis::needsBaseline)
                    .forEach(a -> faults.add(new Fault(
                            "analyze",
                            a.name(),
                            "compares with the stable group, which an update in place replaces; give it an absolute"
                                    + " limit, or use BlueGreen or Canary")));
        }
        if (faults.isEmpty() && situation.stableGroup() != null) {
            alongside(faults, spec, situation);
        }
        if (faults.isEmpty()) {
            spec.strategy().steps(situation).forEach(s -> {
                if (s instanceof Step.Update update && update.shifting() != null) {
                    faults.addAll(spec.target().validate(update.shifting()));
                }
            });
        }
        if (!faults.isEmpty()) {
            throw new PlanInvalidException(
                    "plan " + spec.release() + " on " + spec.target().key(), faults);
        }
        Group stable = situation.stableGroup();
        List<Step> steps = steps(spec, situation);
        return new Plan(
                spec.target().key(),
                spec.release().application(),
                spec.release().version(),
                spec.strategy().describe(),
                stable,
                situation.candidate(),
                situation.replicas(),
                steps,
                rollback(spec, stable),
                refusals(spec, observed, stable));
    }

    private static Situation situation(Spec spec, Observation observed) {
        // A rollback must work in a mess too: then what carries most is what it comes from.
        Group stable = (spec.rollback() ? current(observed) : observed.serving()).orElse(null);
        Slot candidate = stable == null
                ? free(observed)
                : spec.strategy().inPlace() ? stable.slot() : stable.slot().other();
        int replicas = spec.environment().replicas().orElse(stable == null ? 1 : Math.max(1, stable.desired()));
        return new Situation(
                spec.release(),
                spec.revision(),
                stable,
                candidate,
                replicas,
                spec.target().capabilities(),
                spec.checks().stream().map(Check::name).toList(),
                spec.analyses().stream()
                        .filter(a -> stable != null || !a.needsBaseline())
                        .map(Analysis::name)
                        .toList(),
                spec.limits());
    }

    /** Returns the group that carries most of the traffic. */
    static Optional<Group> current(Observation observed) {
        return observed.groups().stream().filter(g -> g.weight() > 0).max(Comparator.comparingInt(Group::weight));
    }

    private static Slot free(Observation observed) {
        return observed.group(Slot.BLUE).isEmpty() ? Slot.BLUE : Slot.GREEN;
    }

    private static List<Step> steps(Spec spec, Situation situation) {
        List<Step> steps = new ArrayList<>();
        for (Gate gate : spec.gates()) {
            Duration limit = gate.limit();
            steps.add(new Step.Gate(gate.name(), limit == null ? spec.limits().gate() : limit));
        }
        Migration migration = spec.migration();
        if (migration != null) {
            steps.add(new Step.Migrate(migration.name(), false, spec.limits().ready()));
        }
        hooks(steps, steps.size(), spec, Spec.When.BEFORE_LAUNCH);
        List<Step> own = onlyWhereBothServe(spec, situation, spec.strategy().steps(situation));
        hooks(own, first(own, Step.Shift.class, Step.Update.class), spec, Spec.When.BEFORE_TRAFFIC);
        watch(own, spec, situation); // concluded before anybody is told of a promotion
        hooks(own, first(own, Step.Drain.class, Step.Retire.class), spec, Spec.When.AFTER_PROMOTION);
        steps.addAll(own);
        return steps;
    }

    /** What compares with stable at the same time can never say anything where traffic is never split. */
    private static void alongside(List<Fault> faults, Spec spec, Situation situation) {
        boolean splits = spec.strategy().steps(situation).stream()
                .anyMatch(s -> s instanceof Step.Shift shift && splits(shift, situation));
        spec.allAnalyses().stream()
                .filter(a -> a.comparesAlongside() && !splits)
                .forEach(a -> faults.add(new Fault(
                        "analyze",
                        a.name(),
                        "compares with the stable group at the same time, but with "
                                + spec.strategy().describe()
                                + " never both have traffic; use Canary, or an analysis that compares with before")));
    }

    private static boolean splits(Step.Shift shift, Situation situation) {
        int share = shift.traffic().share(situation.candidate());
        return share > 0 && share < 100;
    }

    /** Leaves what compares with stable at the same time out of bakes in which stable has no traffic any more. */
    private static List<Step> onlyWhereBothServe(Spec spec, Situation situation, List<Step> steps) {
        List<String> alongside = spec.analyses().stream()
                .filter(Analysis::comparesAlongside)
                .map(Analysis::name)
                .toList();
        List<Step> kept = new ArrayList<>();
        boolean both = true;
        for (Step step : steps) {
            both = step instanceof Step.Shift shift ? splits(shift, situation) : both;
            if (step instanceof Step.Bake bake && !both) {
                List<String> names = bake.analyses().stream()
                        .filter(n -> !alongside.contains(n))
                        .toList();
                kept.add(new Step.Bake(bake.candidate(), bake.time(), names, bake.limit()));
            } else {
                kept.add(step);
            }
        }
        return kept;
    }

    /** Frames everything from the first traffic to the last proof with the analyses that look over several steps. */
    private static void watch(List<Step> steps, Spec spec, Situation situation) {
        List<Analysis> watches = spec.watches().stream()
                .filter(a -> situation.stableGroup() != null || !a.needsBaseline())
                .toList();
        if (watches.isEmpty()) {
            return;
        }
        List<String> names = watches.stream().map(Analysis::name).toList();
        Duration interval = watches.stream()
                .map(Analysis::interval)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Duration patience = Durations.max(interval.multipliedBy(3), Duration.ofMinutes(5));
        steps.add(first(steps, Step.Drain.class, Step.Retire.class), new Step.Conclude(names, patience));
        steps.add(
                first(steps, Step.Shift.class, Step.Update.class),
                new Step.Watch(situation.candidate(), names, spec.limits().call()));
    }

    private static void hooks(List<Step> steps, int at, Spec spec, Spec.When when) {
        List<Step> added = new ArrayList<>();
        for (Spec.NamedHook hook : spec.hooks()) {
            if (hook.when() == when) {
                added.add(new Step.Hook(hook.name(), spec.limits().call()));
            }
        }
        steps.addAll(at, added);
    }

    private static int first(List<Step> steps, Class<?> kind, Class<?> orKind) {
        for (int i = 0; i < steps.size(); i++) {
            if (kind.isInstance(steps.get(i)) || orKind.isInstance(steps.get(i))) {
                return i;
            }
        }
        return steps.size();
    }

    private static Plan.Rollback rollback(Spec spec, @Nullable Group stable) {
        if (stable == null) {
            return new Plan.Rollback(false, false, "not possible: nothing serves yet that could be returned to");
        }
        String back = "to " + stable.version() + " (" + stable.revision() + ")";
        Migration migration = spec.migration();
        if (migration != null && !migration.compatibleWith(stable.version())) {
            if (!migration.undoable()) {
                return new Plan.Rollback(
                        false,
                        false,
                        "not possible: migration '" + migration.name() + "' moves the schema past " + stable.version()
                                + " and cannot be undone");
            }
            back += ", after undoing migration '" + migration.name() + "'";
        }
        if (!spec.strategy().inPlace() && spec.strategy().keepsOld()) {
            return new Plan.Rollback(true, true, "possible and instant " + back + ": its group keeps running");
        }
        List<Known> history = spec.target().history();
        if (!history.isEmpty() && history.stream().noneMatch(k -> k.revision().equals(stable.revision()))) {
            String how = " " + back + " once its instances are gone: the platform does not keep its revision";
            return new Plan.Rollback(!spec.strategy().inPlace(), false, "not possible" + how);
        }
        return new Plan.Rollback(
                true,
                false,
                "possible " + back
                        + (spec.strategy().inPlace()
                                ? ": instances are replaced back one by one"
                                : ": instant until its group is retired, by a new launch after that"));
    }

    private static List<String> refusals(Spec spec, Observation observed, @Nullable Group stable) {
        List<String> refusals = new ArrayList<>();
        if (observed.split() && !spec.rollback()) {
            refusals.add("traffic is split between two groups (" + observed
                    + "): resume the unfinished rollout, or route all traffic to one of them first");
        }
        if (stable != null && !spec.evenIfUnhealthy()) {
            boolean fatal = stable.failureSince(stable.generation()).isPresent();
            if (stable.ready() == 0 || stable.ready() < stable.desired() || fatal) {
                refusals.add("production points at an unhealthy group (" + stable
                        + "): repair it first, or say evenIfUnhealthy() to release the repair");
            }
            if (stable.inPlace() != null && !spec.rollback()) {
                refusals.add("an update in place is under way (" + stable + "): let it end first");
            }
        }
        Migration migration = spec.migration();
        if (migration != null
                && stable != null
                && !migration.compatibleWith(stable.version())
                && !migration.undoable()
                && !spec.evenIfUnhealthy()) {
            refusals.add("migration '" + migration.name() + "' breaks " + stable.version()
                    + ", which serves meanwhile, and cannot be undone: make it compatible, or say evenIfUnhealthy()");
        }
        return refusals;
    }

    private static void names(List<Fault> faults, String property, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank()) {
                faults.add(new Fault(property, "''", "a name must not be blank"));
            } else if (!seen.add(name)) {
                faults.add(new Fault(property, name, "is given twice; names must differ, as reports use them"));
            }
        }
    }
}
