package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.IfRunning;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Rollout;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.RolloutStatus;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.spi.Journal;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.SimulatedCrash;
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R14: a newer release arrives during a rollout. */
class R14NewerReleaseTest {

    @Test
    void aNewerReleaseIsRefusedWhileOneRunsAndSaysWhoHoldsIt() {
        Stage stage = new Stage();
        List<RolloutResult> newer = new ArrayList<>();
        stage.time.at(
                Duration.ofMinutes(2),
                () -> newer.add(
                        stage.rollout(stage.another(), "v3", Canary.standard()).execute()));
        stage.target.observer((call, slot, routed, seen, with) -> assertThat(
                        stage.target.truth().groups())
                .noneMatch(g -> g.version().equals("v3")));
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(newer).singleElement().isInstanceOf(RolloutResult.Rejected.class);
        assertThat(newer.get(0).reason())
                .contains("another rollout of simulated:shop is running, held by owner-", "SUPERSEDE");
        assertThat(result.promoted()).as(result.reason()).isTrue();
        stage.assertAllNew("v2");
    }

    @Test
    void aNewerReleaseIsRefusedWhileADeadOneIsUnfinished() {
        Stage stage = new Stage();
        die(stage);
        stage.time.advance(Duration.ofMinutes(5));
        RolloutResult newer =
                stage.rollout(stage.another(), "v3", Canary.standard()).execute();
        assertThat(newer).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(newer.reason()).contains("is unfinished", "deployer.resume(target)", "SUPERSEDE");
        assertThat(stage.weight("v2")).isEqualTo(10);
        assertThat(stage.another().resume(stage.target).execute())
                .hasValueSatisfying(r -> assertThat(r.promoted()).isTrue());
    }

    @Test
    void supersedingADeadOneReturnsToStableFirstAndInheritsNoScore() {
        Stage stage = new Stage();
        die(stage);
        List<String> seen = new ArrayList<>();
        stage.target.observer(
                (call, slot, routed, observed, with) -> seen.add(call + " with v1 at " + stage.weight("v1") + " %"));
        List<String> asked = new ArrayList<>();
        Metric metric = Metric.named("error-rate")
                .from(
                        q -> {
                            asked.add(q.group().version() + " since " + q.from());
                            return Reading.of(0.0);
                        },
                        "errors")
                .below(0.05);
        RolloutResult newer = stage.rollout(stage.another(), "v3", Canary.standard())
                .ifRunning(IfRunning.SUPERSEDE)
                .analyze(metric)
                .execute();
        assertThat(newer.promoted()).as(newer.reason()).isTrue();
        stage.assertAllNew("v3");
        List<String> rollouts = stage.journal.rollouts(stage.target.key());
        assertThat(rollouts).hasSize(2);
        var old = stage.journal.read(rollouts.get(0));
        assertThat(old.get(old.size() - 1).data())
                .containsEntry("outcome", "Aborted")
                .hasEntrySatisfying("reason", r -> assertThat(r).contains("tester: superseded by shop v3"));
        // Returned to stable, the old candidate gone, and only then the new one launched.
        assertThat(seen).startsWith("route with v1 at 90 %", "retire with v1 at 100 %", "launch with v1 at 100 %");
        assertThat(asked).isNotEmpty().noneMatch(a -> a.startsWith("v2"));
        assertThat(newer.metrics().timeToDetect()).isEmpty();
    }

    private static void die(Stage stage) {
        stage.time.at(Duration.ofMinutes(2), () -> {
            throw new SimulatedCrash("in the first bake");
        });
        try {
            stage.rollout("v2", Canary.standard()).execute();
            throw new AssertionError("did not die");
        } catch (SimulatedCrash expected) {
            assertThat(stage.weight("v2")).isEqualTo(10);
        }
    }

    @Test
    @Timeout(60)
    void supersedingARunningOneAbortsItFirstThenRollsOutTheNewOne() throws InterruptedException {
        SimulatedTarget target = new SimulatedTarget("shop", Time.system()).serving("v1", 2);
        Behaviour fast = Behaviour.GOOD.readyAfter(Duration.ofMillis(10));
        target.version("v2", fast).version("v3", fast);
        List<String> accepted = Collections.synchronizedList(new ArrayList<>());
        target.observer((call, slot, routed, seen, with) -> accepted.add(call + " " + (slot == null ? routed : slot)));
        Journal journal = Journals.inMemory();
        Limits limits = Limits.DEFAULT.drain(Duration.ofMillis(20));
        try (Deployer first = Deployer.builder().journal(journal).build();
                Deployer second = Deployer.builder().journal(journal).build()) {
            Rollout running = first.rollout(target)
                    .release(Release.of("shop", "v2"))
                    .strategy(Canary.standard().bakeTime(Duration.ofSeconds(30))) // looked at twice a second
                    .limits(limits)
                    .start();
            awaitBake(running);
            RolloutResult newer = second.rollout(target)
                    .release(Release.of("shop", "v3"))
                    .strategy(BlueGreen.standard().bakeTime(Duration.ofMillis(50)))
                    .limits(limits)
                    .ifRunning(IfRunning.SUPERSEDE)
                    .execute();
            assertThat(running.await()).isInstanceOf(RolloutResult.Aborted.class);
            assertThat(running.await().reason()).contains("superseded by shop v3");
            assertThat(newer.promoted()).as(newer.reason()).isTrue();
        }
        assertThat(accepted)
                .startsWith("launch GREEN", "route blue 90 % / green 10 %")
                .endsWith(
                        "route blue 100 % / green 0 %", "retire GREEN", "launch GREEN", "route blue 0 % / green 100 %");
        assertThat(target.truth().group(Slot.GREEN))
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v3"));
    }

    private static void awaitBake(Rollout running) throws InterruptedException {
        for (int i = 0; i < 3_000; i++) {
            RolloutStatus status = running.status();
            if (status.what().startsWith("watch for")) {
                return;
            }
            if (running.await(Duration.ofMillis(10)).isPresent()) {
                break;
            }
        }
        throw new AssertionError("never got to its first watch: " + running.status());
    }
}
