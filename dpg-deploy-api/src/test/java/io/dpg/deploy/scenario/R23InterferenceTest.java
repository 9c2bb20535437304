package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.testkit.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** R23: somebody else changes weights, replicas or what runs during a rollout. */
class R23InterferenceTest {

    private final Stage stage = new Stage();
    private final List<String> calls = new ArrayList<>();
    private boolean hacked;
    private final Faked target = new Faked(stage.target) {
        @Override
        Group edit(Group g) {
            return hacked && g.slot() == Slot.GREEN
                    ? Group.of(
                            g.slot(), "v6", new Revision("rev-v6"), g.desired(), g.ready(), g.weight(), g.generation())
                    : g;
        }
    };

    R23InterferenceTest() {
        stage.target.observer(
                (call, slot, routed, seen, with) -> calls.add(call + " " + (slot == null ? routed : slot)));
    }

    private interface Interference {
        void by(R23InterferenceTest test);
    }

    static Stream<Arguments> interferences() {
        return Stream.of(
                Arguments.of(
                        "weights",
                        (Interference) t -> t.stage.target.routeByHand(Traffic.of(Slot.GREEN, 60)),
                        "somebody else changed the traffic: it should be blue 90 % / green 10 %"),
                Arguments.of(
                        "replicas of the candidate",
                        (Interference) t -> t.stage.target.scaleByHand(Slot.GREEN, 3),
                        "somebody else resized GREEN: it should have 1 instances"),
                Arguments.of(
                        "replicas of stable",
                        (Interference) t -> t.stage.target.scaleByHand(Slot.BLUE, 6),
                        "somebody else resized BLUE: it should have 4 instances"),
                Arguments.of(
                        "revision",
                        (Interference) t -> t.hacked = true,
                        "somebody else changed what runs: GREEN should run rev-v2"));
    }

    /** Interferes at minute 5, in the first watch, and then says {@code word} at minute 25. */
    private RolloutResult rollout(Interference interference, Runnable word) {
        stage.time.at(Duration.ofMinutes(5), () -> {
            calls.clear();
            interference.by(this);
        });
        stage.time.at(Duration.ofMinutes(25), () -> {
            boolean autoscaled = stage.target.capabilities().contains(Capability.AUTOSCALED);
            assertThat(autoscaled || calls.isEmpty())
                    .as("not fought over: " + calls)
                    .isTrue();
            word.run();
        });
        return stage.deployer
                .rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(Canary.standard())
                .limits(Limits.DEFAULT.pause(Duration.ofHours(2)))
                .execute();
    }

    private void pausedAndReported(String said) {
        assertThat(stage.seen(Event.Paused.class)).isNotEmpty().first().satisfies(p -> {
            assertThat(p.reason()).startsWith(said);
            assertThat(p.head().at()).isBefore(stage.time.now());
        });
        assertThat(stage.seen(Event.Warning.class)).anyMatch(w -> w.text().startsWith(said));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("interferences")
    void itIsPausedAndReportedAndAnAbortReturnsToStable(String name, Interference interference, String said) {
        RolloutResult result = rollout(interference, () -> stage.another().abort(stage.target));
        pausedAndReported(said);
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Aborted.class);
        stage.assertAllOld();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("interferences")
    void whereNobodyAnswersAPersonIsNeededAndNothingWasTouched(String name, Interference interference, String said) {
        RolloutResult result = rollout(interference, () -> {});
        pausedAndReported(said);
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).startsWith("paused for 2 h without a decision (" + said);
        assertThat(((RolloutResult.Stuck) result).commands()).isNotEmpty();
        assertThat(calls).as("touched").isEmpty();
        assertThat(result.metrics().duration()).isBetween(Duration.ofMinutes(125), Duration.ofMinutes(126));
    }

    @Test
    void goingOnBringsWeightsBackToWhatThePlanSays() {
        RolloutResult result =
                rollout(t -> t.stage.target.routeByHand(Traffic.of(Slot.GREEN, 60)), () -> stage.another()
                        .unpause(stage.target));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(calls).startsWith("route blue 90 % / green 10 %", "route blue 75 % / green 25 %");
        assertThat(stage.seen(Event.Resumed.class)).hasSize(1);
        stage.assertAllNew("v2");
    }

    @Test
    void theTimeOfThePauseIsNoTimeOfWatching() {
        RolloutResult result =
                rollout(t -> t.stage.target.routeByHand(Traffic.of(Slot.GREEN, 60)), () -> stage.another()
                        .unpause(stage.target));
        Duration whole = Duration.ofMinutes(4 * 15 + 5 + 20); // four stages and the end, and the pause besides
        assertThat(result.metrics().duration()).isBetween(whole, whole.plusMinutes(2));
    }

    @Test
    void goingOnAcceptsSizesAsTheyAre() {
        RolloutResult result = rollout(t -> t.stage.target.scaleByHand(Slot.BLUE, 6), () -> stage.another()
                .unpause(stage.target));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(calls).noneMatch(c -> c.startsWith("scale") || c.equals("launch BLUE"));
        stage.assertAllNew("v2");
    }

    @Test
    void goingOnWithSomethingElseRunningPausesAgainUntilItIsPutRight() {
        stage.time.at(Duration.ofMinutes(40), () -> {
            assertThat(stage.seen(Event.Paused.class)).hasSize(2);
            assertThat(calls).noneMatch(c -> c.startsWith("launch"));
            hacked = false;
            stage.another().unpause(stage.target);
        });
        RolloutResult result =
                rollout(t -> t.hacked = true, () -> stage.another().unpause(stage.target));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @Test
    void anAutoscaledTargetsSizesAreAdoptedWithAWarning() {
        stage.target.capabilities(
                Capability.TWO_GROUPS, Capability.WEIGHTED_TRAFFIC, Capability.PREVIEW_ENDPOINT, Capability.AUTOSCALED);
        RolloutResult result = rollout(
                t -> {
                    t.stage.target.scaleByHand(Slot.GREEN, 3);
                    t.stage.target.scaleByHand(Slot.BLUE, 9);
                },
                () -> {});
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(stage.seen(Event.Paused.class)).isEmpty();
        assertThat(result.summary().warnings()).anyMatch(w -> w.startsWith("somebody else resized"));
    }

    @Test
    void anAutoscaledTargetsWeightsAreStillNobodyElsesBusiness() {
        stage.target.capabilities(
                Capability.TWO_GROUPS, Capability.WEIGHTED_TRAFFIC, Capability.PREVIEW_ENDPOINT, Capability.AUTOSCALED);
        RolloutResult result = rollout(t -> t.stage.target.routeByHand(Traffic.of(Slot.GREEN, 60)), () -> {});
        assertThat(result).isInstanceOf(RolloutResult.Stuck.class);
        pausedAndReported("somebody else changed the traffic");
    }

    @Test
    void instancesAddedWhileARollingRolloutBakesPauseItAndAreReplacedTooInTheEnd() {
        stage.time.at(Duration.ofMinutes(5), () -> stage.target.scaleByHand(Slot.BLUE, 7));
        stage.time.at(Duration.ofMinutes(25), () -> stage.another().unpause(stage.target));
        RolloutResult result = stage.rollout("v2", Rolling.batches(2).bakeTime(Duration.ofMinutes(15)))
                .execute();
        assertThat(stage.seen(Event.Paused.class)).singleElement().satisfies(p -> assertThat(p.reason())
                .startsWith("somebody else resized BLUE: it should have 4 instances"));
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
        assertThat(stage.target.truth().ready(Slot.BLUE)).isEqualTo(7);
    }

    @Test
    void aPlatformThatAnswersWithThePastNowAndThenIsNotDrift() {
        stage.target.version("v2", Behaviour.GOOD.readyAfter(Duration.ZERO));
        int[] reads = {0};
        stage.target.mishaps((call, n) -> call.equals("observe") && reads[0]++ % 2 == 0
                ? new io.dpg.deploy.testkit.Mishap.Stale()
                : io.dpg.deploy.testkit.Mishap.NONE);
        RolloutResult result = stage.rollout("v2", BlueGreen.standard()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(stage.seen(Event.Paused.class)).isEmpty();
    }
}
