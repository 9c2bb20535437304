package io.dpg.deploy.engine;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Plan;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.spi.Message;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets one rollout at a time act on a target. */
final class Admission {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Engine engine;
    private final Engine.Settings settings;
    private final Journal journal;
    private final Time time;

    /**
     * The right to act, or why not.
     *
     * @param lease the lease, or null where refused
     * @param refusal why not, or null where admitted
     */
    record Ticket(@Nullable Lease lease, @Nullable String refusal) {
        Lease leaseOrThrow() {
            if (lease == null) {
                throw new IllegalStateException("Refused: " + refusal);
            }
            return lease;
        }
    }

    Admission(Engine engine, Engine.Settings settings, Journal journal) {
        this.engine = engine;
        this.settings = settings;
        this.journal = journal;
        this.time = settings.time();
    }

    /** Admits a new rollout, having ended the running one where it is to be superseded. */
    Ticket enter(Spec spec, RunHandle handle) throws InterruptedException {
        String target = spec.target().key();
        Duration most = spec.limits()
                .change()
                .plus(spec.limits().ready())
                .plus(spec.limits().drain());
        Deadline end = new Deadline(time, most);
        boolean asked = false;
        while (true) {
            Optional<String> unfinished = Past.unfinished(journal, target);
            if (unfinished.isPresent() && !Engine.supersedes(spec)) {
                // Without touching its lease: its owner may only be slow, and would lose the right to go on.
                boolean free = journal.holder(target)
                        .filter(l -> l.expires().isAfter(time.now()) && !Owners.isDead(l.owner()))
                        .isEmpty();
                return new Ticket(null, refusal(spec, free, unfinished.get(), target));
            }
            Optional<Lease> lease = acquire(target, handle);
            unfinished = Past.unfinished(journal, target);
            if (lease.isPresent() && unfinished.isEmpty()) {
                return new Ticket(lease.get(), null);
            }
            if (!Engine.supersedes(spec) || end.passed()) {
                lease.ifPresent(journal::release);
                return new Ticket(null, refusal(spec, lease.isPresent(), unfinished.orElse("?"), target));
            }
            Message abort =
                    new Message(Message.Kind.ABORT, settings.user(), "superseded by " + spec.release(), time.now());
            if (lease.isPresent()) {
                // Nobody runs it any more: return to stable on its behalf first.
                journal.post(unfinished.orElseThrow(), abort);
                journal.release(lease.get());
                Optional<io.dpg.deploy.Rollout> left = engine.resume(Parts.of(spec));
                if (left.isPresent()) {
                    left.get().await(end.left());
                }
            } else {
                if (!asked) {
                    asked = true;
                    engine.say(spec.target(), abort);
                }
                time.sleep(LOOK);
                if (handle.signals().closing()) {
                    throw new Recorder.Lost("the deployer was closed", new IllegalStateException("closed"));
                }
            }
        }
    }

    private String refusal(Spec spec, boolean free, String unfinished, String target) {
        return free
                ? "rollout " + unfinished + " of " + target
                        + " is unfinished: go on with deployer.resume(target), or say" + " ifRunning(SUPERSEDE)"
                : "another rollout of " + target + " is running, held by "
                        + journal.holder(target).map(Lease::owner).orElse("nobody any more")
                        + ": wait for it, abort it,"
                        + " or say ifRunning(SUPERSEDE) to put " + spec.release() + " in its place";
    }

    /** Takes the lease of an unfinished rollout once its holder is dead or late. */
    Lease takeOver(String target, RunHandle handle) throws InterruptedException {
        Duration most = settings.leaseTtl().multipliedBy(2).plusSeconds(5);
        Deadline end = new Deadline(time, most);
        while (true) {
            Optional<Lease> lease = acquire(target, handle);
            if (lease.isPresent()) {
                return lease.get();
            }
            if (end.passed()) {
                throw new DeployException(
                        "Tried to resume the rollout of " + target + ", but "
                                + journal.holder(target).map(Lease::owner).orElse("somebody")
                                + " holds its lease and keeps renewing it",
                        new DeployException.Details(
                                null, target, null, true, "that process is alive: let it go on, or abort there"));
            }
            time.sleep(LOOK);
        }
    }

    private Optional<Lease> acquire(String target, RunHandle handle) {
        String owner = settings.owner() + "#" + handle.id() + "#" + handle.nonce();
        Instant now = time.now();
        Optional<Lease> lease = journal.acquire(target, owner, settings.leaseTtl(), now);
        if (lease.isPresent()) {
            return lease;
        }
        Optional<Lease> holder = journal.holder(target);
        if (holder.isPresent()
                && Owners.isDead(holder.get().owner())
                && holder.get().expires().isAfter(now)) {
            // Its process has ended on this very host, so there is nobody to wait for.
            Instant passed = holder.get().expires();
            Duration ttl = settings.leaseTtl();
            Optional<Lease> taken = journal.acquire(target, owner, ttl, passed);
            return taken.map(l -> journal.renew(l, ttl, now));
        }
        return Optional.empty();
    }

    /** Returns what analyses say of the baseline before anything is changed. */
    List<String> baseline(Spec spec, Plan plan, Runnable tick) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        AnalysisContext context = new AnalysisContext(null, plan.stable(), time.now(), time.now());
        for (Analysis analysis : spec.allAnalyses()) {
            try {
                time.call(() -> analysis.preflight(context), spec.limits().call(), LOOK, tick)
                        .ifPresent(p -> problems.add("analysis '" + analysis.name() + "': " + p));
            } catch (InterruptedException | Recorder.Lost e) {
                throw e;
            } catch (Exception e) {
                problems.add("analysis '" + analysis.name() + "' could not look at the baseline: " + e.getMessage());
            }
        }
        return problems;
    }
}
