package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.RolloutBuilder;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Rolling;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.Behaviour;
import io.dpg.deploy.testkit.FaultyJournal;
import io.dpg.deploy.testkit.Mishap;
import io.dpg.deploy.testkit.SimulatedChecks;
import io.dpg.deploy.testkit.SimulatedCrash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** R1: the process is killed at every call and at every record, and another one goes on. */
class R01CrashTest {

    private enum Where {
        BEFORE_CALL,
        AFTER_CALL,
        BEFORE_RECORD,
        AFTER_RECORD
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Stream<Arguments> everyStrategyAndPlace() {
        List<Strategy> strategies = List.of(
                BlueGreen.standard().bakeTime(MINUTE).retireAfter(MINUTE),
                Canary.weights(10, 50, 100).bakeTime(MINUTE).finalBakeTime(MINUTE),
                Rolling.batches(2).bakeTime(MINUTE).finalBakeTime(MINUTE));
        return strategies.stream().flatMap(s -> Stream.of(Where.values())
                .map(w -> Arguments.of(s.getClass().getSimpleName(), w, s)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyStrategyAndPlace")
    void aGoodReleaseIsAllNewWhereverTheProcessDies(String name, Where where, Strategy strategy) {
        int crashes = crashEverywhere(where, strategy, Behaviour.GOOD, Proof.BAKES, (stage, result) -> {
            assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Promoted.class);
            stage.assertAllNew("v2");
        });
        assertThat(crashes).as("places to die").isGreaterThan(15);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyStrategyAndPlace")
    void aBadReleaseIsAllOldWhereverTheProcessDies(String name, Where where, Strategy strategy) {
        int crashes = crashEverywhere(where, strategy, Behaviour.GOOD.errorRatio(0.3), Proof.BAKES, (stage, result) -> {
            assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
            assertThat(result.reason()).contains("error-rate");
            stage.assertAllOld();
        });
        assertThat(crashes).as("places to die").isGreaterThan(12);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyStrategyAndPlace")
    void aRolloutResumedToBeRolledBackIsAllOldWhereverTheProcessDied(String name, Where where, Strategy strategy) {
        for (int n = 0; ; n++) {
            Stage stage = new Stage();
            if (!dies(stage, where, n, strategy, Proof.BAKES)) {
                return;
            }
            if (ended(stage)) {
                continue;
            }
            Optional<RolloutResult> result =
                    stage.another().resume(stage.target).rollBack().execute();
            result.ifPresent(r -> assertThat(r.reason()).contains("resumed to be rolled back"));
            stage.assertAllOld();
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyStrategyAndPlace")
    void aGoodReleaseUnderWatchIsAllNewWhereverTheProcessDies(String name, Where where, Strategy strategy) {
        int crashes = crashEverywhere(where, strategy, Behaviour.GOOD, Proof.WATCH, (stage, result) -> {
            assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Promoted.class);
            stage.assertAllNew("v2");
        });
        assertThat(crashes).as("places to die").isGreaterThan(15);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("everyStrategyAndPlace")
    void aBadReleaseUnderWatchIsAllOldWhereverTheProcessDies(String name, Where where, Strategy strategy) {
        int crashes = crashEverywhere(where, strategy, Behaviour.GOOD.errorRatio(0.3), Proof.WATCH, (stage, result) -> {
            assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
            assertThat(result.reason()).contains("error-rate");
            stage.assertAllOld();
        });
        assertThat(crashes).as("places to die").isGreaterThan(9);
    }

    /** Who finds out whether the release is good. */
    private enum Proof {
        BAKES {
            @Override
            RolloutBuilder of(Stage stage, RolloutBuilder rollout) {
                return rollout.analyze(stage.errorRate());
            }
        },
        WATCH {
            @Override
            RolloutBuilder of(Stage stage, RolloutBuilder rollout) {
                return rollout.watch(stage.errorRate());
            }
        };

        abstract RolloutBuilder of(Stage stage, RolloutBuilder rollout);
    }

    private static RolloutBuilder rollout(Stage stage, Deployer by, Strategy strategy, Proof proof) {
        return proof.of(stage, stage.rollout(by, "v2", strategy).verify(SimulatedChecks.health(stage.target)));
    }

    private interface Expected {
        void check(Stage stage, RolloutResult result);
    }

    /** Plays the rollout again and again, dying one place later each time; returns how many places there were. */
    private static int crashEverywhere(
            Where where, Strategy strategy, Behaviour behaviour, Proof proof, Expected expected) {
        for (int n = 0; ; n++) {
            Stage stage = new Stage();
            stage.target.version("v2", behaviour);
            if (!dies(stage, where, n, strategy, proof)) {
                return n;
            }
            if (ended(stage)) {
                // Died after its last record: nothing to resume, and the end is what it would have been.
                assertThat(stage.another().resume(stage.target).execute()).isEmpty();
                continue;
            }
            stage.target.mishaps((call, number) -> Mishap.NONE);
            boolean begun = !stage.records().isEmpty();
            Deployer another = stage.another();
            Optional<RolloutResult> resumed = another.resume(stage.target)
                    .verify(SimulatedChecks.health(stage.target))
                    .analyze(stage.errorRate())
                    .execute();
            assertThat(resumed.isPresent()).as("resumes what had begun").isEqualTo(begun);
            if (begun) {
                assertThat(stage.records()).anyMatch(r -> r.kind() == JournalRecord.Kind.TAKEN_OVER);
                assertThat(ended(stage)).as("the journal has an end").isTrue();
            } else {
                stage.assertAllOld();
                stage.time.advance(MINUTE); // the lease of the dead
            }
            RolloutResult result = begun
                    ? resumed.orElseThrow()
                    : rollout(stage, another, strategy, proof).execute();
            expected.check(stage, result);
            assertThat(another.resume(stage.target).execute())
                    .as("nothing is left")
                    .isEmpty();
            assertThat(stage.journal.holder(stage.target.key())).isEmpty();
        }
    }

    private static boolean ended(Stage stage) {
        return !stage.records().isEmpty() && stage.lastRecord().kind() == JournalRecord.Kind.FINISHED;
    }

    private static boolean dies(Stage stage, Where where, int n, Strategy strategy, Proof proof) {
        List<Object> records = new ArrayList<>();
        Consumer<JournalRecord> dieHere = record -> {
            records.add(record);
            if (records.size() == n + 1) {
                throw new SimulatedCrash("at record " + n);
            }
        };
        Consumer<JournalRecord> nothing = record -> {};
        boolean before = where == Where.BEFORE_RECORD;
        boolean atRecord = before || where == Where.AFTER_RECORD;
        if (!atRecord) {
            stage.target.mishaps((call, number) -> number != n
                    ? Mishap.NONE
                    : where == Where.BEFORE_CALL ? new Mishap.CrashBefore() : new Mishap.CrashAfter());
        }
        Deployer mortal = stage.deployer(
                atRecord
                        ? new FaultyJournal(stage.journal, before ? dieHere : nothing, before ? nothing : dieHere)
                        : stage.journal);
        try {
            rollout(stage, mortal, strategy, proof).execute();
            return false;
        } catch (SimulatedCrash crash) {
            return true;
        }
    }
}
