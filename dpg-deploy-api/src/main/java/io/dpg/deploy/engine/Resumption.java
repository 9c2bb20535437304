package io.dpg.deploy.engine;

import io.dpg.deploy.IfRunning;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.Approval;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.JournalRecord.Kind;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.strategy.BlueGreen;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Goes on with a rollout that another process left unfinished. */
final class Resumption {

    private final Parts parts;
    private final List<JournalRecord> records;
    private final Past past;
    private final List<Gate> gates;

    Resumption(Parts parts, List<JournalRecord> records) {
        this.parts = parts;
        this.records = records;
        this.past = new Past(records);
        this.gates = new ArrayList<>(parts.gates());
        // The approval that an environment demands is data: nobody has to bring it again.
        past.start.environment().approval().map(Approval::of).ifPresent(approval -> {
            if (gates.stream().noneMatch(g -> g.name().equals(approval.name()))) {
                gates.add(approval);
            }
        });
    }

    boolean ended() {
        return records.get(records.size() - 1).kind() == Kind.FINISHED;
    }

    Past past() {
        return past;
    }

    Spec spec() {
        Start start = past.start;
        return new Spec(
                parts.target(),
                start.release(),
                start.revision(),
                BlueGreen.standard(), // not asked again: the journal holds the plan
                start.environment(),
                parts.checks(),
                parts.analyses(),
                List.of(),
                gates,
                parts.hooks(),
                parts.migration(),
                start.limits(),
                start.requestedBy(),
                IfRunning.REFUSE,
                true,
                start.rollback());
    }

    RolloutResult drive(Run run, Lease lease, @Nullable String lacks) throws InterruptedException {
        run.startedAt = past.startedAt;
        run.candidateHadTraffic = past.candidateHadTraffic;
        run.candidateAsked = past.candidateAsked;
        run.heard = past.heard;
        run.candidateSince = past.candidateSince;
        run.baselineEnded = past.baselineEnded;
        run.detectedAt = past.detectedAt;
        run.changes.putAll(past.changes);
        past.expect(run.expected);
        run.recorder.append(
                Kind.TAKEN_OVER,
                Map.of(
                        "owner",
                        lease.owner(),
                        "fence",
                        String.valueOf(lease.fence().number())));
        run.events.publish(new Event.Started(run.head(), run.plan, true));
        run.warn("taken over with fence " + lease.fence().number() + " by " + lease.owner());
        Driver driver = new Driver(run);
        driver.resumeAt(past.index, past.intentAt, past.changed, past.migrated, past.start.schemaFits());
        String back = past.goingBack;
        if (back != null) {
            run.condemned = true; // why it went back is known as text only
            return driver.back(back, "", past.abort);
        }
        run.signals.read();
        if (run.signals.abortBy() != null) {
            return driver.drive(); // which ends at its first look
        }
        List<String> missing = missing(run.plan);
        if (lacks != null) {
            missing.add(lacks);
        }
        if (parts.rollBack()) {
            return driver.leave("resumed to be rolled back");
        }
        if (!missing.isEmpty()) {
            return driver.leave("resumed without " + String.join(", ", missing)
                    + ", which the remaining steps need; bring them to deployer.resume(target) to go on instead");
        }
        return driver.drive();
    }

    private List<String> missing(Plan plan) {
        Set<String> checks = parts.checks().stream().map(Check::name).collect(Collectors.toSet());
        Set<String> analyses = parts.analyses().stream().map(Analysis::name).collect(Collectors.toSet());
        Set<String> gates = this.gates.stream().map(Gate::name).collect(Collectors.toSet());
        Set<String> hooks = parts.hooks().stream().map(Spec.NamedHook::name).collect(Collectors.toSet());
        Migration migration = parts.migration();
        List<String> missing = new ArrayList<>();
        for (Step step : plan.steps().subList(past.index, plan.steps().size())) {
            if (step instanceof Step.Verify verify) {
                absent(missing, "check", verify.checks(), checks);
            } else if (step instanceof Step.Bake bake) {
                absent(missing, "analysis", bake.analyses(), analyses);
            } else if (step instanceof Step.Watch watch) {
                absent(missing, "analysis", watch.analyses(), analyses);
            } else if (step instanceof Step.Conclude conclude) {
                absent(missing, "analysis", conclude.analyses(), analyses);
            } else if (step instanceof Step.Gate gate) {
                absent(missing, "gate", List.of(gate.gate()), gates);
            } else if (step instanceof Step.Hook hook) {
                absent(missing, "hook", List.of(hook.hook()), hooks);
            } else if (step instanceof Step.Migrate migrate) {
                absent(
                        missing,
                        "migration",
                        List.of(migrate.migration()),
                        migration == null ? Set.of() : Set.of(migration.name()));
            }
        }
        return new ArrayList<>(new LinkedHashSet<>(missing));
    }

    private static void absent(List<String> missing, String what, List<String> named, Set<String> brought) {
        named.stream().filter(n -> !brought.contains(n)).forEach(n -> missing.add(what + " '" + n + "'"));
    }
}
