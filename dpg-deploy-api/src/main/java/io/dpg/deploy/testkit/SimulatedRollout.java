package io.dpg.deploy.testkit;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Migration;
import io.dpg.deploy.Release;
import io.dpg.deploy.ResumeBuilder;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.check.Gate;
import io.dpg.deploy.check.GateContext;
import io.dpg.deploy.check.GateDecision;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.spi.Journal;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One random rollout of a {@link Simulation}: a world, what goes wrong in it, and what must hold all the same. */
final class SimulatedRollout {

    private static final int MOST_CRASHES = 6;

    private final SplittableRandom random;
    private final boolean trace;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedTarget target = new SimulatedTarget("shop", time);
    private final Journal plain = Journals.inMemory();
    private final Journal journal;
    private final World world;
    private final Oracle oracle;
    private int crashes;
    private Simulation.@Nullable End end;

    SimulatedRollout(long seed, long number, boolean trace) {
        this.random = new SplittableRandom(seed * 1_000_003 + number).split();
        this.trace = trace;
        this.world = World.draw(random);
        if (!world.first()) {
            target.serving("v1", world.instances());
        }
        target.version("v2", world.behaviour());
        this.oracle = new Oracle(world, target, plain, time);
        this.journal = new FaultyJournal(plain, record -> maybeDie("before recording " + record.kind()), record -> {
            oracle.recorded(record);
            maybeDie("after recording " + record.kind());
        });
    }

    int crashes() {
        return crashes;
    }

    Simulation.@Nullable End end() {
        return end;
    }

    /** Returns what was violated, or null. */
    @Nullable
    String play() {
        say("world " + world);
        target.observer((call, slot, routed, seen, with) -> {
            say("accepted " + call + " " + (slot == null ? routed : slot) + " with " + with + "; seen: " + seen);
            oracle.accepted(call, slot, routed, seen, with);
        });
        target.mishaps(this::mishap);
        if (world.people()) {
            people();
        }
        if (world.historyGone()) {
            time.at(Duration.ofSeconds(random.nextInt(600)), target::forgetHistory);
        }
        try {
            Ending ending = run();
            end = switch (ending.outcome()) {
                case "Promoted" -> Simulation.End.PROMOTED;
                case "RolledBack" -> Simulation.End.ROLLED_BACK;
                case "Aborted" -> Simulation.End.ABORTED;
                case "Rejected" -> Simulation.End.REJECTED;
                default -> Simulation.End.STUCK;
            };
            say("ended " + ending);
            target.mishaps((call, n) -> Mishap.NONE);
            oracle.ended(end, ending.reason());
            nothingRuns();
            return null;
        } catch (Oracle.Violation e) {
            say("VIOLATION " + e.getMessage());
            return e.getMessage();
        } catch (RuntimeException | Error e) { // whatever it is, it is a finding
            if (trace) {
                e.printStackTrace(System.out);
            }
            return "unexpected " + e;
        }
    }

    private void nothingRuns() {
        long calls = target.calls();
        boolean heard = deployer().abort(target);
        if (heard
                || target.calls() != calls
                || deployer().resume(target).execute().isPresent()) {
            throw new Oracle.Violation("8: something was left to abort or to resume after the end");
        }
    }

    /** How it ended, by its result or, where its deployer died after the end, by its journal. */
    private record Ending(String outcome, String reason) {
        static Ending of(RolloutResult result) {
            if (result instanceof RolloutResult.Stuck stuck && stuck.commands().isEmpty()) {
                throw new Oracle.Violation("9: stuck without saying what to do");
            }
            return new Ending(result.outcome(), result.reason());
        }
    }

    private Ending run() {
        boolean begun = false;
        while (true) {
            Optional<Ending> recorded = oracle.recordedEnd().map(d -> new Ending(d.get("outcome"), d.get("reason")));
            if (recorded.isPresent()) {
                return recorded.get();
            }
            try {
                Optional<RolloutResult> result = begun ? resumption(deployer()).execute() : Optional.empty();
                return Ending.of(
                        result.isPresent() ? result.get() : fresh(deployer()).execute());
            } catch (SimulatedCrash e) {
                say(e.getMessage());
            } catch (DeployException e) {
                say("lost: " + e.getMessage());
                rethrowUnlessLost(e);
            }
            begun = true;
        }
    }

    private static void rethrowUnlessLost(DeployException e) {
        if (!String.valueOf(e.getMessage()).contains("lost it")) {
            throw e;
        }
    }

    private RolloutBuilder fresh(Deployer deployer) {
        RolloutBuilder builder = deployer.rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(world.strategy())
                .environment(Environment.named("sim").replicas(world.replicas()).build())
                .limits(Limits.DEFAULT.drain(world.drain()).ready(Duration.ofMinutes(3)));
        if (world.check()) {
            builder.verify(SimulatedChecks.health(target));
        }
        if (world.gate()) {
            builder.gate(gate());
        }
        if (world.migration() != World.Migrating.NONE) {
            builder.migrate(migration());
            if (world.migration() == World.Migrating.BREAKING) {
                builder.evenIfUnhealthy();
            }
        }
        if (world.watch()) {
            builder.watch(analysis("watched-errors", false));
        }
        return world.analysis() ? builder.analyze(analysis("error-rate", ratio())) : builder;
    }

    /** Opens after a while, or never. */
    private Gate gate() {
        return new Gate() {
            @Override
            public String name() {
                return "consent";
            }

            @Override
            public GateDecision evaluate(GateContext context) {
                Duration waited = Duration.between(context.waitingSince(), context.now());
                if (waited.compareTo(Duration.ofMinutes(2)) < 0) {
                    return GateDecision.waiting("nobody answered yet");
                }
                if (world.drain().isZero()) {
                    return GateDecision.closed("refused");
                }
                oracle.gateOpened();
                return GateDecision.open("granted");
            }
        };
    }

    private Migration migration() {
        return new Migration() {
            @Override
            public String name() {
                return "V2";
            }

            @Override
            public void apply() {
                maybeDie("before migrating");
                oracle.schema(!compatibleWith("v1"));
                maybeDie("after migrating");
            }

            @Override
            public boolean compatibleWith(String version) {
                return world.migration() == World.Migrating.COMPATIBLE || version.equals("v2");
            }

            @Override
            public boolean undoable() {
                return world.migration() == World.Migrating.UNDOABLE;
            }

            @Override
            public void undo() {
                maybeDie("before undoing");
                oracle.schema(false);
                maybeDie("after undoing");
            }
        };
    }

    private ResumeBuilder resumption(Deployer deployer) {
        ResumeBuilder builder = deployer.resume(target);
        if (random.nextInt(4) > 0) {
            if (world.check()) {
                builder.verify(SimulatedChecks.health(target));
            }
            if (world.analysis()) {
                builder.analyze(analysis("error-rate", ratio()));
            }
            if (world.watch()) {
                builder.watch(analysis("watched-errors", false));
            }
            if (world.gate()) {
                builder.gate(gate());
            }
            if (world.migration() != World.Migrating.NONE) {
                builder.migrate(migration());
            }
        }
        return builder;
    }

    /** Compares with the baseline, where one stays to compare with; its traffic ends on the way. */
    private boolean ratio() {
        return world.ratio() && !world.strategy().inPlace();
    }

    private Metric analysis(String name, boolean ratio) {
        Metric.Samples samples = Metric.named(name).from(SimulatedChecks.errorRatio(target), "error-ratio");
        // Good releases fail as often as the baseline does, 0.001, and bad ones far more often.
        Metric metric = ratio ? samples.below(1.5).timesBaseline() : samples.below(0.05);
        return metric.interval(Duration.ofSeconds(20));
    }

    private Deployer deployer() {
        // No listener, not even for the trace: one who listens is told more often, which would change the run.
        return Deployer.builder()
                .time(time)
                .executor(Runnable::run)
                .journal(journal)
                .owner("deployer-" + random.nextInt(1 << 30))
                .build();
    }

    private Mishap mishap(String call, long number) {
        Mishap mishap = draw(call);
        if (mishap != Mishap.NONE) {
            say(call + ": " + mishap);
        }
        return mishap;
    }

    private Mishap draw(String call) {
        boolean reads = call.equals("observe");
        double dice = random.nextDouble();
        if (dice < world.crashes() && crashes < MOST_CRASHES) {
            crashes++;
            return random.nextBoolean() ? new Mishap.CrashBefore() : new Mishap.CrashAfter();
        }
        if (!reads && random.nextDouble() < world.others()) {
            return new Mishap.Meanwhile(this::takenOver);
        }
        if (random.nextDouble() < world.byHand()) {
            byHand();
        }
        if (!reads && random.nextDouble() < world.forbidden()) {
            return new Mishap.Forbidden();
        }
        if (random.nextDouble() >= world.mishaps()) {
            return Mishap.NONE;
        }
        Duration some = Duration.ofMillis(random.nextInt(20_000));
        return switch (random.nextInt(reads ? 3 : 6)) {
            case 0 -> new Mishap.Refused();
            case 1 -> new Mishap.Slow(some);
            case 2 -> reads ? new Mishap.Stale() : new Mishap.Conflict();
            case 3 -> new Mishap.AnswerLost();
            case 4 -> new Mishap.EffectLost();
            default -> new Mishap.Late(some);
        };
    }

    private void maybeDie(String where) {
        if (random.nextDouble() < world.crashes() && crashes < MOST_CRASHES) {
            crashes++;
            throw new SimulatedCrash(where);
        }
    }

    /** The deployer stands still in the middle of a call, for longer than its lease, while another one takes over. */
    private void takenOver() {
        say("stands still while another deployer takes over");
        time.advance(Duration.ofSeconds(40));
        try {
            resumption(deployer()).execute();
        } catch (SimulatedCrash | DeployException e) {
            say("the other: " + e.getMessage());
        }
    }

    private void byHand() {
        oracle.interfered();
        if (random.nextBoolean()) {
            Traffic other = Traffic.of(Slot.BLUE, random.nextInt(101));
            if (target.truth().groups().size() == 2) {
                say("by hand: " + other);
                target.routeByHand(other);
            }
        } else {
            Slot slot = random.nextBoolean() ? Slot.BLUE : Slot.GREEN;
            int size = 1 + random.nextInt(6);
            say("by hand: " + slot + " to " + size);
            target.scaleByHand(slot, size);
        }
    }

    /** People say things at random moments. */
    private void people() {
        Deployer person = deployer();
        int words = 1 + random.nextInt(4);
        for (int i = 0; i < words; i++) {
            Duration when = Duration.ofMillis(random.nextInt(900_000));
            int word = random.nextInt(5);
            time.at(when, () -> {
                switch (word) {
                    case 0 -> oracle.aborted(person.abort(target));
                    case 1 -> {
                        person.pause(target);
                        time.at(Duration.ofMinutes(7), () -> person.unpause(target));
                    }
                    case 2 -> person.unpause(target);
                    default -> {
                        oracle.promotedByPerson();
                        person.running().forEach(Rollout::promote);
                        promote();
                    }
                }
            });
        }
    }

    private void promote() {
        for (String rollout : plain.rollouts(target.key())) {
            plain.post(
                    rollout,
                    new io.dpg.deploy.spi.Message(io.dpg.deploy.spi.Message.Kind.PROMOTE, "person", "", time.now()));
        }
    }

    private static String brief(java.util.Map<String, String> data) {
        return data.containsKey("plan") ? "\n" + io.dpg.deploy.engine.PlanJson.read(data.get("plan")) : data.toString();
    }

    private void say(String text) {
        if (trace) {
            System.out.println(time.now() + " " + text);
        }
    }
}
