package io.dpg.deploy.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.StaleFenceException;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Target} promises, as tests. A provider joins with a short subclass that runs them against the real
 * platform; {@link RolloutContract} plays whole rollouts on top. A test is only ever overridden with a written reason.
 *
 * <p>Tests use slots and whole targets of their own: {@link #target()} gives an empty one each time.
 */
public abstract class TargetContract {

    /** Made by the test framework, for each test anew. */
    protected TargetContract() {}

    /** Returns an empty target, the same one within a test. */
    protected abstract Target target();

    /** Returns another object for the same target, as another process would make it. */
    protected abstract Target again();

    /** Returns a release at {@code version} that gets ready. */
    protected abstract Release good(String version);

    /** Returns a release at {@code version} whose instances crash before they are ready. */
    protected abstract Release crashing(String version);

    /** Returns how long an effect may take to show; default 60 seconds. */
    protected Duration patience() {
        return Duration.ofSeconds(60);
    }

    /** Returns whether the platform tells of changes by itself; default no. */
    protected boolean pushes() {
        return false;
    }

    /** Returns the time that the target goes by; default this machine's. */
    protected Time time() {
        return Time.system();
    }

    /** Returns the environment of launches; default no settings. */
    protected Environment environment() {
        return Environment.of("contract");
    }

    private static Fence fence(long number) {
        return new Fence(number);
    }

    private GroupRequest request(Slot slot, Release release, @Nullable Revision revision, int instances) {
        return new GroupRequest(slot, release, revision, instances, environment(), Map.of());
    }

    private Change launch(long fence, Slot slot, String version, int instances) {
        return target().launch(fence(fence), request(slot, good(version), null, instances));
    }

    private Group ready(Slot slot, int instances) {
        return Expect.shown(
                        target(), time(), patience(), instances + " ready in " + slot, o -> o.ready(slot) == instances)
                .group(slot)
                .orElseThrow();
    }

    private void routed(long fence, Traffic traffic) {
        target().route(fence(fence), traffic);
        Expect.shown(target(), time(), patience(), traffic.toString(), o -> shows(o, traffic));
    }

    private boolean shows(Observation now, Traffic traffic) {
        int tolerance = target().capabilities().contains(Capability.WEIGHTED_TRAFFIC) ? 0 : 20;
        return Math.abs(now.weight(Slot.BLUE) - traffic.blue()) <= tolerance
                && Math.abs(now.weight(Slot.GREEN) - traffic.green()) <= tolerance;
    }

    private void serving(String version, int instances) {
        launch(1, Slot.BLUE, version, instances);
        ready(Slot.BLUE, instances);
        routed(1, Traffic.all(Slot.BLUE));
    }

    /** Nothing is observed where nothing was launched. */
    @Test
    protected void nothingIsObservedWhereNothingWasLaunched() {
        Expect.that(target().observe().groups().isEmpty(), "an empty target shows " + target().observe());
    }

    /** The key is the same for every process. */
    @Test
    protected void theKeyIsTheSameForEveryProcess() {
        Expect.that(target().key().equals(again().key()), "keys differ: " + target().key() + ", " + again().key());
    }

    /** A launched group gets ready and has no traffic. */
    @Test
    protected void aLaunchedGroupGetsReadyAndHasNoTraffic() {
        Change change = launch(1, Slot.BLUE, "1.0.0", 2);
        Group group = ready(Slot.BLUE, 2);
        Expect.that(group.revision().equals(change.revision()), "launched " + change + ", but shows " + group);
        Expect.that(group.version().equals("1.0.0"), "version is " + group.version());
        Expect.that(group.desired() == 2, "desired is " + group.desired());
        Expect.that(group.weight() == 0, "it has traffic before it was routed: " + group);
        Expect.that(group.generation() >= change.generation(), "generation went back: " + group + " after " + change);
    }

    /** Another process sees the same. */
    @Test
    protected void anotherProcessSeesTheSame() {
        serving("1.0.0", 1);
        Expect.shown(
                again(), time(), patience(), "the group", o -> o.weight(Slot.BLUE) == 100 && o.ready(Slot.BLUE) == 1);
    }

    /** Launching the same again changes nothing. */
    @Test
    protected void launchingTheSameAgainChangesNothing() {
        Change first = launch(1, Slot.BLUE, "1.0.0", 1);
        ready(Slot.BLUE, 1);
        Change second = launch(1, Slot.BLUE, "1.0.0", 1);
        Expect.that(first.revision().equals(second.revision()), "revisions differ: " + first + ", " + second);
        Expect.that(target().observe().ready(Slot.BLUE) == 1, "repeating made it unready: " + target().observe());
    }

    /** Launching the same with another size resizes. */
    @Test
    protected void launchingTheSameWithAnotherSizeResizes() {
        launch(1, Slot.BLUE, "1.0.0", 1);
        ready(Slot.BLUE, 1);
        launch(1, Slot.BLUE, "1.0.0", 3);
        ready(Slot.BLUE, 3);
    }

    /** Scaling shows in both directions. */
    @Test
    protected void scalingShowsInBothDirections() {
        launch(1, Slot.BLUE, "1.0.0", 1);
        ready(Slot.BLUE, 1);
        target().scale(fence(1), Slot.BLUE, 2);
        ready(Slot.BLUE, 2);
        target().scale(fence(1), Slot.BLUE, 1);
        Expect.shown(
                target(),
                time(),
                patience(),
                "one instance",
                o -> o.ready(Slot.BLUE) == 1 && o.group(Slot.BLUE).orElseThrow().desired() == 1);
    }

    /** Weights are read back as they were set. */
    @Test
    protected void weightsAreReadBackAsTheyWereSet() {
        assumeTrue(target().capabilities().contains(Capability.TWO_GROUPS), "the target has one group only");
        serving("1.0.0", 2);
        launch(1, Slot.GREEN, "2.0.0", 2);
        ready(Slot.GREEN, 2);
        boolean splits = target().capabilities().contains(Capability.WEIGHTED_TRAFFIC)
                || target().capabilities().contains(Capability.APPROXIMATE_TRAFFIC);
        if (splits) {
            routed(1, Traffic.of(Slot.GREEN, 50));
        }
        routed(1, Traffic.all(Slot.GREEN));
        routed(1, Traffic.all(Slot.GREEN)); // repeating changes nothing
        routed(1, Traffic.all(Slot.BLUE));
    }

    /** A group with traffic is not retired. */
    @Test
    protected void aGroupWithTrafficIsNotRetired() {
        serving("1.0.0", 1);
        Expect.thrown(DeployException.class, "retiring what serves", () -> target().retire(fence(1), Slot.BLUE));
        Expect.that(target().observe().ready(Slot.BLUE) == 1, "it was hurt: " + target().observe());
    }

    /** A group with traffic is not replaced. */
    @Test
    protected void aGroupWithTrafficIsNotReplaced() {
        serving("1.0.0", 1);
        Expect.thrown(DeployException.class, "replacing what serves", () -> launch(1, Slot.BLUE, "2.0.0", 1));
        Expect.that(
                target().observe().group(Slot.BLUE).orElseThrow().version().equals("1.0.0"),
                "it was replaced: " + target().observe());
    }

    /** A retired group is gone and retiring nothing does nothing. */
    @Test
    protected void aRetiredGroupIsGoneAndRetiringNothingDoesNothing() {
        launch(1, Slot.GREEN, "1.0.0", 1);
        ready(Slot.GREEN, 1);
        target().retire(fence(1), Slot.GREEN);
        Expect.shown(target(), time(), patience(), "no group", o -> o.group(Slot.GREEN)
                .filter(g -> g.desired() > 0 || g.ready() > 0)
                .isEmpty());
        target().retire(fence(1), Slot.GREEN);
    }

    /** Every change with a lower fence is refused. */
    @Test
    protected void everyChangeWithALowerFenceIsRefused() {
        serving("1.0.0", 1);
        target().claim(fence(7));
        refused("claim", () -> again().claim(fence(6)));
        refused("launch", () -> again().launch(fence(6), request(Slot.GREEN, good("2.0.0"), null, 1)));
        refused("scale", () -> again().scale(fence(6), Slot.BLUE, 2));
        refused("route", () -> again().route(fence(6), Traffic.all(Slot.BLUE)));
        refused("retire", () -> again().retire(fence(6), Slot.GREEN));
        if (target().capabilities().contains(Capability.IN_PLACE_UPDATE)) {
            refused("update", () -> again().update(fence(6), request(Slot.BLUE, good("2.0.0"), null, 1)));
        }
        target().scale(fence(7), Slot.BLUE, 1); // its own holder still may
        Expect.that(target().observe().group(Slot.GREEN).isEmpty(), "a refused call acted: " + target().observe());
    }

    private static void refused(String what, Runnable call) {
        Expect.thrown(StaleFenceException.class, what + " with a lower fence", call);
    }

    /** A crash is shown at once and can be diagnosed. */
    @Test
    protected void aCrashIsShownAtOnceAndCanBeDiagnosed() {
        Change change = target().launch(fence(1), request(Slot.GREEN, crashing("9.0.0"), null, 1));
        Observation now = Expect.shown(target(), time(), patience(), "a fatal condition", o -> o.group(Slot.GREEN)
                .flatMap(g -> g.failureSince(change.generation()))
                .isPresent());
        Group.Condition condition = now.group(Slot.GREEN)
                .flatMap(g -> g.failureSince(change.generation()))
                .orElseThrow();
        Expect.that(!condition.message().isBlank(), "the condition says nothing: " + condition);
        Expect.that(!target().diagnose(Slot.GREEN).isBlank(), "the diagnosis is empty");
    }

    /** The crash of an earlier release is not held against the next one. */
    @Test
    protected void theCrashOfAnEarlierReleaseIsNotHeldAgainstTheNextOne() {
        Change bad = target().launch(fence(1), request(Slot.GREEN, crashing("9.0.0"), null, 1));
        Expect.shown(target(), time(), patience(), "a fatal condition", o -> o.group(Slot.GREEN)
                .flatMap(g -> g.failureSince(bad.generation()))
                .isPresent());
        Change next = launch(1, Slot.GREEN, "9.0.1", 1);
        Expect.that(next.generation() > bad.generation(), "generations do not rise: " + bad + ", " + next);
        Group group = ready(Slot.GREEN, 1);
        Expect.that(group.failureSince(next.generation()).isEmpty(), "an old failure is shown as new: " + group);
    }

    /** An earlier revision can be launched again. */
    @Test
    protected void anEarlierRevisionCanBeLaunchedAgain() {
        assumeTrue(!target().history().isEmpty() || target().capabilities().contains(Capability.TWO_GROUPS));
        serving("1.0.0", 1);
        Revision first = target().observe().group(Slot.BLUE).orElseThrow().revision();
        launch(1, Slot.GREEN, "2.0.0", 1);
        ready(Slot.GREEN, 1);
        routed(1, Traffic.all(Slot.GREEN));
        target().retire(fence(1), Slot.BLUE);
        Expect.shown(target(), time(), patience(), "blue gone", o -> o.ready(Slot.BLUE) == 0);
        Expect.that(
                target().history().stream().anyMatch(k -> k.revision().equals(first)),
                first + " is not in the history " + target().history());
        Release named = Release.of(good("1.0.0").application(), "1.0.0");
        Change back = target().launch(fence(1), request(Slot.BLUE, named, first, 1));
        Expect.that(back.revision().equals(first), "asked for " + first + ", got " + back);
        Group group = ready(Slot.BLUE, 1);
        Expect.that(group.version().equals("1.0.0"), "it runs " + group);
    }

    /** Instances are replaced in place and back. */
    @Test
    protected void instancesAreReplacedInPlaceAndBack() {
        assumeTrue(target().capabilities().contains(Capability.IN_PLACE_UPDATE), "not in place");
        serving("1.0.0", 2);
        Revision old = target().observe().group(Slot.BLUE).orElseThrow().revision();
        Change change = target().update(fence(1), request(Slot.BLUE, good("2.0.0"), null, 1));
        Expect.shown(target(), time(), patience(), "one updated", o -> o.group(Slot.BLUE)
                .map(Group::inPlace)
                .filter(p -> p.updated() == 1 && p.revision().equals(change.revision()))
                .isPresent());
        target().update(fence(1), request(Slot.BLUE, good("2.0.0"), null, 2));
        updated(change.revision());
        Release named = Release.of(good("1.0.0").application(), "1.0.0");
        target().update(fence(1), request(Slot.BLUE, named, old, 2));
        updated(old);
    }

    private void updated(Revision revision) {
        Expect.shown(target(), time(), patience(), "all run " + revision, o -> o.group(Slot.BLUE)
                .filter(g -> g.inPlace() == null && g.revision().equals(revision) && g.ready() == 2)
                .isPresent());
    }

    /** A group can be reached before it has traffic. */
    @Test
    protected void aGroupCanBeReachedBeforeItHasTraffic() {
        assumeTrue(target().capabilities().contains(Capability.PREVIEW_ENDPOINT), "no preview");
        launch(1, Slot.GREEN, "2.0.0", 1);
        ready(Slot.GREEN, 1);
        Expect.that(target().endpoint(Slot.GREEN).isPresent(), "no endpoint of a ready group");
    }

    /** What changes is told to those who watch until they stop. */
    @Test
    protected void whatChangesIsToldToThoseWhoWatchUntilTheyStop() throws Exception {
        assumeTrue(pushes(), "the platform does not push");
        AtomicInteger told = new AtomicInteger();
        AutoCloseable watch = target().watch(told::incrementAndGet);
        launch(1, Slot.BLUE, "1.0.0", 1);
        ready(Slot.BLUE, 1);
        Expect.shown(target(), time(), patience(), "being told", o -> told.get() > 0);
        watch.close();
        int before = told.get();
        target().scale(fence(1), Slot.BLUE, 2);
        ready(Slot.BLUE, 2);
        Expect.that(told.get() <= before + 1, "told " + (told.get() - before) + " times after the watch was closed");
    }
}
