package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.PlanInvalidException;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Step;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Check;
import io.dpg.deploy.check.CheckContext;
import io.dpg.deploy.check.CheckResult;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.check.Metric;
import io.dpg.deploy.check.MetricQuery;
import io.dpg.deploy.check.MetricSource;
import io.dpg.deploy.check.Reading;
import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.event.Event;
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
import io.dpg.deploy.testkit.SimulatedTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Analyses that look over several steps, from the first traffic to the end. */
class WatchTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final Stage stage = new Stage();
    private final Spy spy = new Spy();

    static Strategy[] strategies() {
        return new Strategy[] {
            BlueGreen.standard().bakeTime(MINUTE),
            Canary.weights(10, 50, 100).bakeTime(MINUTE).finalBakeTime(MINUTE),
            Rolling.standard().bakeTime(MINUTE).finalBakeTime(MINUTE)
        };
    }

    /** An analysis that says what a test tells it, and remembers how it was asked. */
    private final class Spy implements Analysis {
        final AtomicInteger runs = new AtomicInteger();
        final List<Integer> weights = new ArrayList<>();
        Judgement says = Judgement.pass("fine");
        Judgement ends = Judgement.pass("fine");

        @Override
        public String name() {
            return "spy";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(5);
        }

        @Override
        public Run start(AnalysisContext context) {
            runs.incrementAndGet();
            return new Run() {
                @Override
                public Judgement look(AnalysisContext now) {
                    weights.add(now.candidate().map(g -> g.weight()).orElse(-1));
                    return says;
                }

                @Override
                public Judgement conclude() {
                    return ends;
                }
            };
        }
    }

    @Test
    void oneRunLooksOverAllSharesAndThePlanSaysSo() {
        var rollout = stage.rollout("v2", strategies()[1]).watch(spy);
        assertThat(rollout.plan().toString())
                .contains("watch from here on: spy")
                .contains("wait for the verdict of spy");
        RolloutResult result = rollout.execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(spy.runs).hasValue(1);
        assertThat(spy.weights).contains(10, 50, 100);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aReleaseThatFailsIsTakenBackInTheMiddleOfABake(Strategy strategy) {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.3));
        RolloutResult result = stage.rollout("v2", strategy)
                .watch(stage.errorRate().interval(Duration.ofSeconds(3)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("error-rate");
        assertThat(result.metrics().timeToDetect().orElseThrow()).isLessThan(Duration.ofSeconds(25));
        stage.assertAllOld();
    }

    @Test
    void aReleaseThatTurnsBadWhileAPersonLetItWaitIsTakenBack() {
        stage.time.at(Duration.ofSeconds(40), () -> stage.deployer.pause(stage.target));
        stage.time.at(Duration.ofMinutes(20), () -> spy.says = Judgement.fail("burning"));
        RolloutResult result = stage.rollout("v2", strategies()[1]).watch(spy).execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).isEqualTo("analysis 'spy' failed: burning");
        assertThat(result.metrics().duration()).isLessThan(Duration.ofMinutes(22));
        stage.assertAllOld();
    }

    @Test
    void aReleaseThatTurnsBadDuringALongCheckIsTakenBackAfterItsNextTick() {
        Check slow = new Check() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public CheckResult run(CheckContext context) throws InterruptedException {
                if (stage.weight("v2") > 0) {
                    context.time().sleep(Duration.ofMinutes(2));
                    spy.says = Judgement.fail("burning");
                }
                return CheckResult.passed("slow", "fine", Duration.ZERO);
            }
        };
        RolloutResult result = stage.rollout("v2", BlueGreen.standard().bakeTime(MINUTE))
                .verify(slow)
                .watch(spy)
                .execute();
        assertThat(result.reason()).isEqualTo("analysis 'spy' failed: burning");
        assertThat(stage.seen(Event.StepStarted.class))
                .as("it does not get to the bake")
                .noneMatch(e -> e.step() instanceof Step.Bake);
        stage.assertAllOld();
    }

    @Test
    void whatWasSaidBeforeTheLastShareDoesNotCount() {
        RolloutResult result = stage.rollout(
                        "v2", Canary.weights(50, 100).bakeTime(MINUTE).finalBakeTime(Duration.ZERO))
                .watch(spy)
                .execute();
        assertThat(result.promoted()).isTrue();
        assertThat(spy.weights.get(spy.weights.size() - 1)).isEqualTo(100);
    }

    @Test
    void whatStillRunsTheOldReleaseInPlaceIsNoCandidate() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(Double.NaN));
        stage.target.mishaps(
                (call, number) -> call.equals("update") ? new Mishap.Late(Duration.ofSeconds(10)) : Mishap.NONE);
        RolloutResult result = stage.rollout("v2", Rolling.standard())
                .watch(stage.errorRate().interval(Duration.ofSeconds(1)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(stage.seen(Event.Judged.class)).noneMatch(e -> e.judgement().verdict() == Verdict.PASS);
    }

    @Test
    void withoutAVerdictTheOldGroupStaysAndTheReleaseGoesBackInTheEnd() {
        spy.says = Judgement.inconclusive("nobody came");
        spy.ends = Judgement.inconclusive("nobody came");
        RolloutResult result = stage.rollout("v2", BlueGreen.standard().bakeTime(MINUTE))
                .watch(spy)
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason())
                .isEqualTo("no verdict within 5 min, and no data is never a pass: 'spy' nobody came");
        stage.assertAllOld();
    }

    @Test
    void anAnalysisThatJudgesAtTheEndLooksThen() {
        Metric atEnd = stage.errorRate().atEnd();
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.3));
        RolloutResult result = stage.rollout("v2", strategies()[1]).watch(atEnd).execute();
        assertThat(result.reason()).isEqualTo("analysis 'error-rate' failed: 0.3 is not below 0.05");
        assertThat(stage.seen(Event.Judged.class)).hasSize(1);
        stage.assertAllOld();
    }

    @Test
    void aBakeJudgedAtItsEndIsLookedAtOnceAtItsEnd() {
        RolloutResult result = stage.rollout("v2", strategies()[1])
                .analyze(stage.errorRate().atEnd())
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(stage.seen(Event.Judged.class)).as("10, 50 and 100 %").hasSize(3);
    }

    @Test
    void theWayBackIsNotJudged() {
        stage.target.version("v2", Behaviour.GOOD.errorRatio(0.3));
        spy.says = Judgement.pass("fine");
        RolloutResult result = stage.rollout("v2", strategies()[1])
                .analyze(stage.errorRate().consecutively(1))
                .watch(spy)
                .execute();
        assertThat(result.reason()).contains("error-rate");
        Event.GoingBack back = stage.seen(Event.GoingBack.class).get(0);
        assertThat(stage.seen(Event.Judged.class))
                .noneMatch(e -> e.head().at().isAfter(back.head().at()));
    }

    @Test
    void comparingIsRefusedInPlaceAndLeftOutOfAFirstRollout() {
        Metric ratio = Metric.named("ratio")
                .from(SimulatedChecks.errorRatio(stage.target), "error-ratio")
                .below(1.5)
                .timesBaseline();
        assertThatThrownBy(
                        () -> stage.rollout("v2", strategies()[2]).watch(ratio).plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("compares with the stable group");
        SimulatedTarget empty = new SimulatedTarget("empty", stage.time);
        assertThat(stage.deployer
                        .rollout(empty)
                        .release(Release.of("shop", "v1"))
                        .strategy(Canary.standard())
                        .watch(ratio)
                        .plan()
                        .steps())
                .noneMatch(s -> s instanceof Step.Watch || s instanceof Step.Conclude);
    }

    @Test
    void namesOfBakesAndWatchesMustDiffer() {
        assertThatThrownBy(() -> stage.rollout("v2", strategies()[1])
                        .analyze(stage.errorRate())
                        .watch(stage.errorRate())
                        .plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("error-rate");
    }

    @Test
    void aFiringAlarmIsNoticedBeforeAnythingIsChanged() {
        stage.target.version("v1", Behaviour.GOOD.errorRatio(0.2));
        RolloutResult result =
                stage.rollout("v2", strategies()[1]).watch(stage.errorRate()).execute();
        assertThat(result).isInstanceOf(RolloutResult.Rejected.class);
        assertThat(result.reason()).contains("already firing");
    }

    @Test
    void afterACrashAnotherProcessBeginsTheWatchAnewAndConcludesIt() {
        Spy second = new Spy();
        RolloutResult result = resumedAfterCrash(second);
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(second.runs).hasValue(1);
        assertThat(second.weights).contains(100);
        stage.assertAllNew("v2");
    }

    @Test
    void afterACrashAWatchThatWasNotBroughtAgainMeansGoingBack() {
        RolloutResult result = resumedAfterCrash();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("resumed without analysis 'spy'");
        stage.assertAllOld();
    }

    @Test
    void afterACrashTheWatchStillFindsABadRelease() {
        Spy second = new Spy();
        second.says = Judgement.fail("burning");
        RolloutResult result = resumedAfterCrash(second);
        assertThat(result.reason()).isEqualTo("analysis 'spy' failed: burning");
        stage.assertAllOld();
    }

    /** Dies when the second share was shifted to. */
    private RolloutResult resumedAfterCrash(Analysis... brought) {
        AtomicInteger shifts = new AtomicInteger();
        Deployer dying = stage.deployer(new FaultyJournal(stage.journal, before -> {}, record -> {
            if (record.kind() == JournalRecord.Kind.DONE && stage.weight("v2") == 50 && shifts.getAndIncrement() == 0) {
                throw new SimulatedCrash("at 50 %");
            }
        }));
        assertThatThrownBy(() ->
                        stage.rollout(dying, "v2", strategies()[1]).watch(spy).execute())
                .isInstanceOf(SimulatedCrash.class);
        stage.time.advance(Duration.ofMinutes(5));
        return stage.another().resume(stage.target).watch(brought).execute().orElseThrow();
    }

    @Test
    void aVerdictIsToldToListeners() {
        stage.rollout("v2", strategies()[0]).watch(spy).execute();
        assertThat(stage.seen(Event.Judged.class))
                .isNotEmpty()
                .allMatch(e -> e.judgement().verdict() == Verdict.PASS)
                .allMatch(e -> e.analysis().equals("spy"));
    }

    /** Compares with what stable does at the same time. */
    private Analysis alongside() {
        return new Analysis() {
            @Override
            public String name() {
                return "alongside";
            }

            @Override
            public Duration interval() {
                return spy.interval();
            }

            @Override
            public boolean comparesAlongside() {
                return true;
            }

            @Override
            public Run start(AnalysisContext context) {
                return spy.start(context);
            }
        };
    }

    @Test
    void whatComparesAtTheSameTimeIsRefusedWhereTrafficIsNeverSplit() {
        assertThatThrownBy(() -> stage.rollout("v2", BlueGreen.standard())
                        .watch(alongside())
                        .plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("never both have traffic");
        assertThatThrownBy(() -> stage.rollout("v2", BlueGreen.standard())
                        .analyze(alongside())
                        .plan())
                .isInstanceOf(PlanInvalidException.class);
    }

    @Test
    void whatComparesAtTheSameTimeIsLeftOutOfTheBakeThatHasNothingToCompareWith() {
        assertThat(stage.rollout("v2", strategies()[1])
                        .analyze(alongside(), spy)
                        .plan()
                        .steps())
                .filteredOn(s -> s instanceof Step.Bake)
                .extracting(s -> ((Step.Bake) s).analyses())
                .containsExactly(List.of("alongside", "spy"), List.of("alongside", "spy"), List.of("spy"));
    }

    @Test
    void aMisspeltMetricIsAFaultOfThePlan() {
        MetricSource source = new MetricSource() {
            @Override
            public Reading read(MetricQuery query) {
                return Reading.of(0);
            }

            @Override
            public Optional<String> unknown(String metric) {
                return Optional.of("there is no metric '" + metric + "'; known are errors");
            }
        };
        assertThatThrownBy(() -> stage.rollout("v2", strategies()[1])
                        .watch(Metric.named("errors").from(source, "erors").below(1))
                        .plan())
                .isInstanceOf(PlanInvalidException.class)
                .hasMessageContaining("analyze = errors: there is no metric 'erors'; known are errors");
    }
}
