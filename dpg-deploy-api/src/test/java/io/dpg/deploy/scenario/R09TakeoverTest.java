package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.FaultyJournal;
import io.dpg.deploy.testkit.Mishap;
import io.dpg.deploy.testkit.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R9: two deployers on one service; one stands still and wakes up after its lease passed on. */
class R09TakeoverTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard().bakeTime(MINUTE).retireAfter(MINUTE),
            Canary.weights(10, 50, 100).bakeTime(MINUTE).finalBakeTime(MINUTE),
            Rolling.batches(2).bakeTime(MINUTE)
        };
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whoWakesUpInTheMiddleOfACallIsRefusedAndSaysSo(Strategy strategy) {
        int played = 0;
        for (int n = 1; ; n++) {
            Stage stage = new Stage();
            List<Long> fences = new ArrayList<>();
            stage.target.observer((call, slot, routed, seen, with) -> fences.add(with.number()));
            List<RolloutResult> others = new ArrayList<>();
            int standsStill = n;
            int[] changes = {0};
            stage.target.mishaps((call, number) -> call.equals("observe") || ++changes[0] != standsStill
                    ? Mishap.NONE
                    : new Mishap.Meanwhile(() -> others.add(takeOver(stage))));
            if (changesOfACleanRun(strategy) < n) {
                break;
            }
            played++;
            Deployer sleeper = stage.deployer;
            assertThatThrownBy(() -> stage.rollout(sleeper, "v2", strategy).execute())
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("this process lost it")
                    .hasMessageContaining("fence 1, but fence 2 has taken over")
                    .hasMessageContaining("deployer.resume(target)");
            assertThat(others).singleElement().isInstanceOf(RolloutResult.Promoted.class);
            assertThat(fences).as("fences of accepted changes").isSorted();
            stage.assertAllNew("v2");
            assertThat(stage.records())
                    .filteredOn(r -> r.kind() == JournalRecord.Kind.TAKEN_OVER)
                    .singleElement()
                    .satisfies(r -> assertThat(r.data())
                            .containsEntry("fence", "2")
                            .hasEntrySatisfying("owner", o -> assertThat(o).startsWith("owner-")));
            assertThat(stage.lastRecord().fence()).isEqualTo(2);
            assertThat(stage.seen(Event.Warning.class)).anyMatch(w -> w.text().startsWith("taken over with fence 2"));
            assertThat(sleeper.running()).isEmpty();
            assertThat(stage.seen(Event.Failed.class))
                    .as("losing it is no failure")
                    .isEmpty();
        }
        assertThat(played).isGreaterThanOrEqualTo(2);
    }

    private static int changesOfACleanRun(Strategy strategy) {
        Stage stage = new Stage();
        int[] changes = {0};
        stage.target.observer((call, slot, routed, seen, with) -> changes[0]++);
        stage.rollout("v2", strategy).execute();
        return changes[0];
    }

    private static RolloutResult takeOver(Stage stage) {
        stage.time.advance(Duration.ofSeconds(40)); // longer than the lease of 30 seconds
        return stage.another().resume(stage.target).execute().orElseThrow();
    }

    @Test
    void whoWakesUpBetweenTwoCallsActsNoMore() {
        Stage stage = new Stage();
        List<RolloutResult> others = new ArrayList<>();
        stage.time.at(Duration.ofSeconds(30), () -> others.add(takeOver(stage)));
        List<Long> fences = new ArrayList<>();
        stage.target.observer((call, slot, routed, seen, with) -> fences.add(with.number()));
        assertThatThrownBy(() -> stage.rollout("v2", Canary.standard()).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("lost it")
                .hasMessageContaining("fence 2 has taken over");
        assertThat(others).singleElement().isInstanceOf(RolloutResult.Promoted.class);
        assertThat(fences).isSorted();
        stage.assertAllNew("v2");
    }

    @Test
    void whoWakesUpIsRefusedThoughTheOtherHasNotActedYet() {
        Stage stage = new Stage();
        List<String> accepted = new ArrayList<>();
        stage.target.observer((call, slot, routed, seen, with) -> accepted.add(call + " with " + with));
        Deployer mortal = stage.deployer(new FaultyJournal(stage.journal, r -> {}, r -> {
            if (r.kind() == JournalRecord.Kind.INTENT && r.fence() == 2) {
                throw new SimulatedCrash("before its first act");
            }
        }));
        stage.target.mishaps((call, n) -> call.equals("observe")
                ? Mishap.NONE
                : new Mishap.Meanwhile(() -> {
                    stage.time.advance(Duration.ofSeconds(40));
                    assertThatThrownBy(() -> mortal.resume(stage.target).execute())
                            .isInstanceOf(SimulatedCrash.class);
                }));
        assertThatThrownBy(() -> stage.rollout("v2", Canary.standard()).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("fence 2 has taken over");
        assertThat(accepted).isEmpty();
    }

    @Test
    void whomTheTargetRefusesForAHigherFenceHasLostIt() {
        Stage stage = new Stage();
        // Somebody with another journal: ours knows nothing of it, the target does.
        stage.time.at(Duration.ofMinutes(5), () -> stage.target.claim(new io.dpg.deploy.spi.Fence(99)));
        assertThatThrownBy(() -> stage.rollout("v2", Canary.standard()).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("lost it")
                .hasMessageContaining("fence 99 has taken over");
        assertThat(stage.seen(Event.Failed.class)).isEmpty();
        assertThat(stage.seen(Event.GoingBack.class)).isEmpty();
        assertThat(stage.lastRecord().kind()).isEqualTo(JournalRecord.Kind.INTENT);
    }

    @Test
    void whoseLeaseWasTakenMayNotEvenRecord() {
        Stage stage = new Stage();
        List<String> after = new ArrayList<>();
        boolean[] taken = {false};
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (taken[0]) {
                after.add(call);
            }
        });
        stage.target.mishaps((call, n) -> {
            if (call.equals("launch")) {
                // By the other's clock the lease has passed; by ours it is not even due for renewal.
                taken[0] = stage.journal
                        .acquire(
                                stage.target.key(),
                                "other",
                                MINUTE,
                                stage.time.now().plus(MINUTE))
                        .isPresent();
            }
            return Mishap.NONE;
        });
        assertThatThrownBy(() -> stage.rollout("v2", BlueGreen.standard()).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("fence 2 has taken over");
        assertThat(taken[0]).isTrue();
        assertThat(after).as("the call under way, and no other").containsExactly("launch");
        assertThat(stage.lastRecord().kind()).isEqualTo(JournalRecord.Kind.INTENT);
    }

    @Test
    void nobodyTakesOverFromAProcessThatRenewsItsLease() {
        Stage stage = new Stage();
        List<String> refused = new ArrayList<>();
        stage.time.at(Duration.ofMinutes(2), () -> {
            Deployer other = stage.another();
            // It stands still only as long as its lease lasts: that is no reason to take over.
            stage.time.advance(Duration.ofSeconds(15));
            Optional<io.dpg.deploy.spi.Lease> taken =
                    stage.journal.acquire(stage.target.key(), "somebody", Duration.ofSeconds(30), stage.time.now());
            refused.add(taken.toString());
            assertThat(other.running()).isEmpty();
        });
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(refused).containsExactly("Optional.empty");
        assertThat(result.promoted()).as(result.reason()).isTrue();
    }

    @Test
    void resumingInTheProcessThatRunsItIsTheSameRollout() {
        Stage stage = new Stage();
        List<String> resumed = new ArrayList<>();
        stage.time.at(
                Duration.ofMinutes(2),
                () -> stage.deployer.resume(stage.target).start().ifPresent(r -> resumed.add(r.id())));
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(resumed).containsExactly(result.summary().rollout());
        assertThat(stage.records()).noneMatch(r -> r.kind() == JournalRecord.Kind.TAKEN_OVER);
    }
}
