package io.dpg.deploy.event;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Revision;
import io.dpg.deploy.RolloutMetrics;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A small canary rollout as events, for the tests of listeners. */
public final class Events {

    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final Step LAUNCH = new Step.Launch(Slot.GREEN, "1.4.0", null, 2, Duration.ofMinutes(5));
    public static final Step SHIFT = new Step.Shift(new Traffic(90, 10), Duration.ofMinutes(5));
    public static final Step BAKE =
            new Step.Bake(Slot.GREEN, Duration.ofMinutes(15), List.of("error-rate"), Duration.ofMinutes(30));
    public static final Group STABLE = Group.of(Slot.BLUE, "1.3.9", new Revision("sha-39"), 4, 4, 100, 7);

    private Events() {}

    public static Plan plan() {
        return new Plan(
                "sim:shop",
                "shop",
                "1.4.0",
                "canary 10, 100 %",
                STABLE,
                Slot.GREEN,
                4,
                List.of(LAUNCH, SHIFT, BAKE),
                new Plan.Rollback(true, true, "traffic back to blue, which stays"),
                List.of());
    }

    public static Event.Head head(long seconds) {
        return head("r-1", "sim:shop", seconds);
    }

    public static Event.Head head(String rollout, String target, long seconds) {
        return new Event.Head(rollout, target, START.plusSeconds(seconds));
    }

    public static Observation observed(int ready, int weight) {
        return new Observation(List.of(
                Group.of(Slot.BLUE, "1.3.9", new Revision("sha-39"), 4, 4, 100 - weight, 7),
                Group.of(Slot.GREEN, "1.4.0", new Revision("sha-40"), 2, ready, weight, 1)));
    }

    public static Event.Started started() {
        return new Event.Started(head(0), plan(), false);
    }

    public static Event.StepStarted begun(long at, int number, Step step) {
        return new Event.StepStarted(head(at), number, 3, step);
    }

    public static Event.StepProgress progress(long at, int number, Step step, long elapsed, Long left, Observation o) {
        return new Event.StepProgress(
                head(at),
                number,
                3,
                step,
                Duration.ofSeconds(elapsed),
                left == null ? null : Duration.ofSeconds(left),
                o);
    }

    public static Event.StepFinished done(long at, int number, Step step, long took, Observation o) {
        return new Event.StepFinished(head(at), number, 3, step, Duration.ofSeconds(took), o);
    }

    public static RolloutResult.Summary summary(boolean back, List<String> warnings) {
        return new RolloutResult.Summary(
                "r-1",
                "sim:shop",
                "shop",
                "1.4.0",
                new RolloutMetrics(
                        Duration.ofSeconds(130),
                        back ? Duration.ofSeconds(95) : null,
                        back ? Duration.ofSeconds(2) : null,
                        4,
                        back),
                observed(back ? 0 : 2, back ? 0 : 100),
                warnings);
    }

    /** A canary that is found bad while it bakes, and goes back. */
    public static List<Event> rolledBack() {
        return List.of(
                started(),
                begun(0, 1, LAUNCH),
                progress(2, 1, LAUNCH, 2, null, observed(1, 0)),
                done(5, 1, LAUNCH, 5, observed(2, 0)),
                new Event.Checked(
                        head(6), CheckResult.passed("health", "200 as expected", Duration.ofMillis(12)), true),
                begun(6, 2, SHIFT),
                done(8, 2, SHIFT, 2, observed(2, 10)),
                begun(8, 3, BAKE),
                progress(38, 3, BAKE, 30, 870L, observed(2, 10)),
                new Event.Judged(head(68), "error-rate", Judgement.inconclusive("0.2 is not below 0.05")),
                new Event.Judged(head(98), "error-rate", Judgement.fail("0.3 is not below 0.05")),
                new Event.Failed(
                        head(98), "error-rate 0.3 is not below 0.05", "exit code 1\n\u001B[31mOutOfMemory\u001B[0m"),
                new Event.GoingBack(
                        head(98),
                        new Plan(
                                "sim:shop",
                                "shop",
                                "1.3.9",
                                "back to stable",
                                STABLE,
                                Slot.BLUE,
                                4,
                                List.of(new Step.Shift(Traffic.all(Slot.BLUE), Duration.ofMinutes(5))),
                                new Plan.Rollback(false, false, "this is the way back"),
                                List.of()),
                        "error-rate is bad"),
                new Event.Finished(
                        head(130),
                        new RolloutResult.RolledBack(
                                summary(true, List.of("the weights were slow")),
                                "error-rate 0.3 is not below 0.05",
                                "exit code 1")));
    }

    /** One event of every kind. */
    public static List<Event> everyKind() {
        List<Event> all = new java.util.ArrayList<>(rolledBack());
        all.add(new Event.GateWaiting(head(140), "approval", "0 of 1 approval"));
        all.add(new Event.Paused(head(141), "asked for"));
        all.add(new Event.Resumed(head(142)));
        all.add(new Event.Warning(head(143), "somebody changed the weights"));
        all.add(new Event.Finished(
                head(150),
                new RolloutResult.Stuck(
                        summary(true, List.of()),
                        "traffic cannot be moved",
                        "load balancer is gone",
                        List.of("kubectl get ingress", "start the rollout again"))));
        return all;
    }
}
