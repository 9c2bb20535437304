package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Migration;
import io.dpg.deploy.Plan;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.testkit.Mishap;
import io.dpg.deploy.testkit.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R15: the rollback target is gone, or the schema moved past it. */
class R15RollbackImpossibleTest {

    private final Stage stage = new Stage();
    private final List<String> schema = new ArrayList<>();

    /** A migration after which v1 does not work. */
    private final class Breaking implements Migration {
        private final boolean undoable;
        private final boolean undoWorks;

        Breaking(boolean undoable, boolean undoWorks) {
            this.undoable = undoable;
            this.undoWorks = undoWorks;
        }

        @Override
        public String name() {
            return "V7__drop_column";
        }

        @Override
        public void apply() {
            schema.add("applied");
        }

        @Override
        public boolean compatibleWith(String version) {
            return !version.equals("v1");
        }

        @Override
        public boolean undoable() {
            return undoable;
        }

        @Override
        public void undo() throws Exception {
            assertThat(stage.weight("v2")).as("undone before traffic returns").isPositive();
            if (!undoWorks) {
                throw new java.sql.SQLException("column is in use");
            }
            schema.add("undone");
        }
    }

    private RolloutBuilder failing(Migration migration) {
        return stage.rollout("v2", Canary.standard())
                .migrate(migration)
                .verify(Checks.of("works", () -> stage.weight("v2") < 100));
    }

    @Test
    void aPlanSaysThatTheOldRevisionCannotBeLaunchedAgain() {
        stage.target.forgetHistory();
        Plan kept = stage.rollout("v2", Canary.standard()).plan();
        assertThat(kept.rollback().possible())
                .as("it still runs, and so is known")
                .isTrue();
        Stage gone = new Stage();
        Faked forgetful = new Faked(gone.target) {
            @Override
            public List<io.dpg.deploy.spi.Known> history() {
                return List.of(new io.dpg.deploy.spi.Known(new io.dpg.deploy.Revision("rev-v0"), "v0"));
            }
        };
        var rollout = gone.deployer.rollout(forgetful).release(io.dpg.deploy.Release.of("shop", "v2"));
        assertThat(rollout.strategy(Rolling.standard()).plan().rollback().possible())
                .isFalse();
        Plan canary = rollout.strategy(Canary.standard()).plan();
        assertThat(canary.rollback().instant()).isFalse();
        assertThat(canary.toString())
                .contains(
                        "rollback: not possible to v1 (rev-v1) once its instances are gone: the platform does not keep"
                                + " its revision");
        assertThat(rollout.strategy(BlueGreen.standard()).plan().rollback().instant())
                .as("its group keeps running")
                .isTrue();
        assertThat(gone.journal.rollouts(gone.target.key())).isEmpty();
    }

    @Test
    void aSchemaThatMovesPastStableIsShownInThePlanAndRefused() {
        Migration migration = new Breaking(false, false);
        Plan plan = failing(migration).plan();
        assertThat(plan.rollback().possible()).isFalse();
        assertThat(plan.rollback().how())
                .isEqualTo("not possible: migration 'V7__drop_column' moves the schema past v1 and cannot be undone");
        RolloutResult result = failing(migration).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("breaks v1, which serves meanwhile", "evenIfUnhealthy()");
        assertThat(schema).isEmpty();
        stage.assertAllOld();
    }

    @Test
    void whereTheSchemaMovedPastStableTheEndIsStuckWithTheTrafficOnTheCandidate() {
        RolloutResult result =
                failing(new Breaking(false, false)).evenIfUnhealthy().execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("works failed", "moved the schema past v1 and cannot be undone");
        assertThat(((RolloutResult.Stuck) result).commands()).isNotEmpty();
        assertThat(schema).containsExactly("applied");
        stage.assertAllNew("v2");
        assertThat(stage.target.truth().groups()).as("nothing was removed").hasSize(2);
    }

    @Test
    void aMigrationThatCanBeUndoneIsUndoneBeforeTrafficReturns() {
        Migration migration = new Breaking(true, true);
        assertThat(failing(migration).plan().rollback().how()).contains("after undoing migration 'V7__drop_column'");
        RolloutResult result = failing(migration).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(schema).containsExactly("applied", "undone");
        stage.assertAllOld();
    }

    @Test
    void anUndoThatFailsIsStuck() {
        RolloutResult result = failing(new Breaking(true, false)).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("undo migration 'V7__drop_column'", "column is in use");
        stage.assertAllNew("v2");
        assertThat(stage.target.truth().groups()).hasSize(2);
    }

    @Test
    void aProcessThatResumesWithoutTheMigrationDoesNotReturnToAVersionThatItBroke() {
        dieInTheFirstBake(new Breaking(true, true));
        Optional<RolloutResult> result =
                stage.another().resume(stage.target).rollBack().execute();
        assertThat(result).hasValueSatisfying(r -> {
            assertThat(r).as(r.reason()).isInstanceOf(RolloutResult.Stuck.class);
            assertThat(r.reason()).contains("V7__drop_column", "was not given it");
        });
        assertThat(schema).containsExactly("applied");
        assertThat(stage.weight("v2")).as("nothing was touched").isEqualTo(10);
    }

    @Test
    void aProcessThatResumesWithAnotherMigrationDoesNotUndoThatOne() {
        dieInTheFirstBake(new Breaking(true, true));
        Migration other = new Migration() {
            @Override
            public String name() {
                return "V8__other";
            }

            @Override
            public void apply() {
                schema.add("other applied");
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
                schema.add("other undone");
            }
        };
        Optional<RolloutResult> result =
                stage.another().resume(stage.target).migrate(other).rollBack().execute();
        assertThat(result).hasValueSatisfying(r -> assertThat(r).isInstanceOf(RolloutResult.Stuck.class));
        assertThat(schema).containsExactly("applied");
    }

    @Test
    void aProcessThatResumesWithTheMigrationUndoesIt() {
        dieInTheFirstBake(new Breaking(true, true));
        Optional<RolloutResult> result = stage.another()
                .resume(stage.target)
                .migrate(new Breaking(true, true))
                .rollBack()
                .execute();
        assertThat(result).hasValueSatisfying(r -> assertThat(r).isInstanceOf(RolloutResult.RolledBack.class));
        assertThat(schema).containsExactly("applied", "undone");
        stage.assertAllOld();
    }

    private void dieInTheFirstBake(Migration migration) {
        stage.time.at(Duration.ofMinutes(2), () -> {
            throw new SimulatedCrash("in the first bake");
        });
        try {
            stage.rollout("v2", Canary.standard()).migrate(migration).execute();
            throw new AssertionError("did not die");
        } catch (SimulatedCrash expected) {
            assertThat(stage.weight("v2")).isEqualTo(10);
        }
    }

    @Test
    void anOldRevisionThatIsGoneWhenItIsNeededIsStuckWithTheTrafficOnTheCandidate() {
        boolean[] retired = {false};
        stage.target.mishaps((call, n) -> {
            if (retired[0]) {
                retired[0] = false;
                stage.target.forgetHistory();
                stage.another().abort(stage.target);
            }
            retired[0] |= call.equals("retire");
            return Mishap.NONE;
        });
        RolloutResult result = stage.rollout("v2", Canary.standard()).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("v1 (rev-v1) is gone and cannot be launched again");
        stage.assertAllNew("v2");
        assertThat(stage.target.truth().group(Slot.BLUE)).isEmpty();
    }
}
