package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Migration;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Approval;
import io.dpg.deploy.check.ApprovalPolicy;
import io.dpg.deploy.secret.SecretSource;
import io.dpg.deploy.secret.Secrets;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Lease;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.FaultyJournal;
import io.dpg.deploy.testkit.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What a review found once, so that it stays found. */
class ReviewFindingsTest {

    private final Stage stage = new Stage();

    private static DeployException busy() {
        return new DeployException("Tried to write, but the journal was busy", DeployException.Details.NONE.mayRetry());
    }

    @Test
    void aJournalThatFailsForAMomentFailsNoRollout() {
        int[] failures = new int[1];
        Deployer deployer = stage.deployer(new FaultyJournal(
                stage.journal,
                record -> {
                    if (record.sequence() % 3 == 1 && failures[0]++ % 2 == 0) {
                        throw busy();
                    }
                },
                record -> {}));
        RolloutResult result =
                stage.rollout(deployer, "v2", BlueGreen.standard()).execute();
        assertThat(failures[0]).isPositive();
        assertThat(result.promoted()).as(result.reason()).isTrue();
    }

    @Test
    void anAppendWhoseAnswerWasLostIsNotMadeTwice() {
        boolean[] lost = new boolean[1];
        Deployer deployer = stage.deployer(new FaultyJournal(stage.journal, record -> {}, record -> {
            if (record.kind() == JournalRecord.Kind.DONE && !lost[0]) {
                lost[0] = true;
                throw busy();
            }
        }));
        RolloutResult result =
                stage.rollout(deployer, "v2", BlueGreen.standard()).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
    }

    @Test
    void aJournalThatStaysAwayEndsTheRunResumable() {
        Deployer deployer = stage.deployer(new FaultyJournal(
                stage.journal,
                record -> {
                    if (record.sequence() > 3) {
                        throw busy();
                    }
                },
                record -> {}));
        assertThatThrownBy(() ->
                        stage.rollout(deployer, "v2", BlueGreen.standard()).execute())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("the journal was busy")
                .hasMessageContaining("deployer.resume(target)");
        assertThat(stage.deployer(stage.journal).resume(stage.target).execute())
                .hasValueSatisfying(r -> assertThat(r.promoted()).isTrue());
    }

    @Test
    void anErrorOfAHookGoesBackLikeAnyOtherFailure() {
        RolloutResult result = stage.rollout("v2", BlueGreen.standard())
                .afterPromotion("smoke", now -> {
                    throw new AssertionError("expected 200, but was 500");
                })
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("expected 200, but was 500");
        assertThat(stage.weight("v1")).isEqualTo(100);
    }

    @Test
    void aRefusedStartLeavesTheLeaseOfTheUnfinishedRolloutAlone() {
        Deployer dying = stage.deployer(new FaultyJournal(stage.journal, record -> {}, record -> {
            if (record.sequence() == 4) {
                throw new SimulatedCrash("after record 4");
            }
        }));
        assertThatThrownBy(
                        () -> stage.rollout(dying, "v2", BlueGreen.standard()).execute())
                .isInstanceOf(SimulatedCrash.class);
        stage.time.advance(Duration.ofMinutes(5));
        Lease before = stage.journal.holder(stage.target.key()).orElseThrow();
        RolloutResult refused = stage.rollout(stage.deployer(stage.journal), "v3", BlueGreen.standard())
                .execute();
        assertThat(refused).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(refused.reason()).contains("resume");
        assertThat(stage.journal.holder(stage.target.key())).contains(before);
    }

    @Test
    void aResumeWithoutTheSecretsGoesBack() {
        Environment environment =
                Environment.named("prod").secret("PASSWORD", "env:PASSWORD").build();
        Deployer dying = Deployer.builder()
                .time(stage.time)
                .executor(Runnable::run)
                .secrets(Secrets.of(SecretSource.environment(Map.of("PASSWORD", "hunter2hunter2"))))
                .journal(new FaultyJournal(stage.journal, record -> {}, record -> {
                    if (record.sequence() == 8) {
                        throw new SimulatedCrash("after record 8");
                    }
                }))
                .build();
        assertThatThrownBy(() -> stage.rollout(dying, "v2", BlueGreen.standard())
                        .environment(environment)
                        .execute())
                .isInstanceOf(SimulatedCrash.class);
        Deployer elsewhere = Deployer.builder()
                .time(stage.time)
                .executor(Runnable::run)
                .secrets(Secrets.of(SecretSource.environment(Map.of())))
                .journal(stage.journal)
                .build();
        RolloutResult result = elsewhere.resume(stage.target).execute().orElseThrow();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("its secrets").contains("PASSWORD");
        assertThat(stage.weight("v1")).isEqualTo(100);
    }

    @Test
    void aManualRollbackPastTheSchemaIsRefused() {
        Migration migration = new Migration() {
            @Override
            public String name() {
                return "V7__drop_column";
            }

            @Override
            public void apply() {}

            @Override
            public boolean compatibleWith(String version) {
                return version.equals("v2");
            }
        };
        assertThat(stage.rollout("v2", BlueGreen.standard())
                        .migrate(migration)
                        .evenIfUnhealthy()
                        .execute()
                        .promoted())
                .isTrue();
        assertThatThrownBy(() -> stage.deployer.rollback(stage.target).plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("V7__drop_column");
        assertThat(stage.deployer
                        .rollback(stage.target)
                        .evenIfSchemaMoved()
                        .execute()
                        .promoted())
                .isTrue();
    }

    @Test
    void aConsentOpensOneGate() {
        ApprovalPolicy anHour = new ApprovalPolicy(1, Duration.ofHours(1), false);
        stage.time.at(Duration.ofMinutes(1), () -> stage.deployer.approve(stage.target, "sue", "fine"));
        RolloutResult result = stage.rollout("v2", BlueGreen.standard())
                .gate(Approval.of(anHour).named("security"), Approval.of(anHour).named("operations"))
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("operations");
    }

    @Test
    void aFailedCandidateIsNotGivenAllTrafficWhereStableLacksInstances() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.5));
        Queue<Integer> shares = new ArrayDeque<>();
        stage.target.observer((call, slot, routed, seen, with) -> {
            if (routed != null) {
                shares.add(routed.share(Slot.GREEN));
            }
        });
        stage.target.version("v1", Behaviour.GOOD.neverReady());
        stage.time.at(Duration.ofSeconds(10), () -> {
            stage.target.scaleByHand(Slot.BLUE, 3);
            stage.target.scaleByHand(Slot.BLUE, 4);
        });
        RolloutResult result = stage.rollout("v2", Canary.weights(50, 100))
                .analyze(stage.errorRate())
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(List.copyOf(shares))
                .as("the candidate's share only falls once it failed")
                .containsExactly(50, 25);
    }

    @Test
    void theOldGroupSurvivesARolloutThatFailedBeforeItLaunchedAnything() {
        assertThat(stage.rollout("v2", BlueGreen.standard()).execute().promoted())
                .isTrue();
        RolloutResult result = stage.rollout("v3", BlueGreen.standard())
                .migrate(new Migration() {
                    @Override
                    public String name() {
                        return "V8";
                    }

                    @Override
                    public void apply() {
                        throw new IllegalStateException("syntax error");
                    }

                    @Override
                    public boolean compatibleWith(String version) {
                        return true;
                    }
                })
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(stage.target.truth().group(Slot.BLUE))
                .hasValueSatisfying(g -> assertThat(g.ready()).isEqualTo(4));
    }

    @Test
    void aMigrationThatMayStillBeRunningIsLeftToAPerson() {
        boolean[] undone = new boolean[1];
        RolloutResult result = stage.rollout("v2", BlueGreen.standard())
                .migrate(new Migration() {
                    @Override
                    public String name() {
                        return "V9";
                    }

                    @Override
                    public void apply() {
                        stage.time.advance(Duration.ofHours(1));
                    }

                    @Override
                    public boolean compatibleWith(String version) {
                        return false;
                    }

                    @Override
                    public boolean undoable() {
                        return true;
                    }

                    @Override
                    public void undo() {
                        undone[0] = true;
                    }
                })
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("may still be running");
        assertThat(undone[0]).as("undone while it may be running").isFalse();
    }

    @Test
    void aCallThatWasGivenUpIsRefusedWhenItArrivesAfterTheWayBackBegan() {
        stage.target.version("v2", Behaviour.GOOD.unhealthy());
        List<Long> fences = new java.util.ArrayList<>();
        stage.target.observer((call, slot, routed, seen, with) -> fences.add(with.number()));
        stage.rollout("v2", BlueGreen.standard())
                .verify(io.dpg.deploy.testkit.SimulatedChecks.health(stage.target))
                .execute();
        assertThat(fences.get(fences.size() - 1)).isGreaterThan(fences.get(0));
    }
}
