package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Group;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.check.Analysis;
import io.dpg.deploy.check.AnalysisContext;
import io.dpg.deploy.check.Judgement;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.spi.JournalRecord;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Strategy;
import io.dpg.deploy.testkit.FaultyJournal;
import io.dpg.deploy.testkit.Mishap;
import io.dpg.deploy.testkit.SimulatedCrash;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A watch together with what else may happen: outages, people, other deployers, crashes. */
@Timeout(60)
class WatchControlTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Strategy CANARY = Canary.weights(10, 100).bakeTime(Duration.ofMinutes(10));
    private final Stage stage = new Stage();
    private Judgement says = Judgement.pass("fine");
    private final List<AnalysisContext> begun = new ArrayList<>();
    private boolean atEnd;

    private final Analysis spy = new Analysis() {
        @Override
        public String name() {
            return "spy";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(5);
        }

        @Override
        public boolean looksAtEnd() {
            return atEnd;
        }

        @Override
        public Run start(AnalysisContext context) {
            begun.add(context);
            return new Run() {
                private Judgement last = Judgement.inconclusive("never looked");

                @Override
                public Judgement look(AnalysisContext now) {
                    last = says;
                    return last;
                }

                @Override
                public Judgement conclude() {
                    return last;
                }
            };
        }
    };

    @Test
    void aPlatformThatDoesNotAnswerIsAskedWithPausesAlthoughALookIsDue() {
        List<Instant> asked = new ArrayList<>();
        stage.time.at(Duration.ofMinutes(2), () -> {
            Instant end = stage.time.now().plus(MINUTE);
            stage.target.mishaps((call, number) -> {
                if (!stage.time.now().isBefore(end)) {
                    return Mishap.NONE;
                }
                asked.add(stage.time.now());
                assertThat(asked).as("calls in a minute").hasSizeLessThan(1_000);
                return new Mishap.Refused();
            });
        });
        RolloutResult result = stage.rollout("v2", CANARY).watch(spy).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(asked).hasSizeBetween(3, 100);
    }

    @Test
    void aReleaseThatTurnsBadWhileThePlatformDoesNotAnswerIsNoticedThen() {
        stage.time.at(Duration.ofMinutes(2), () -> {
            Instant end = stage.time.now().plus(MINUTE);
            says = Judgement.fail("burning");
            stage.target.mishaps((call, number) -> stage.time.now().isBefore(end) ? new Mishap.Refused() : Mishap.NONE);
        });
        RolloutResult result = stage.rollout("v2", CANARY).watch(spy).execute();
        assertThat(result.reason()).isEqualTo("analysis 'spy' failed: burning");
        Event.Failed failed = stage.seen(Event.Failed.class).get(0);
        assertThat(Duration.between(
                        stage.seen(Event.Started.class).get(0).head().at(),
                        failed.head().at()))
                .isLessThan(Duration.ofSeconds(150));
    }

    @Test
    void whileAPersonIsNeededForWhatSomebodyElseChangedNothingIsJudgedAndNothingTouched() {
        List<String> calls = new ArrayList<>();
        stage.target.observer((call, slot, routed, seen, with) -> calls.add(call));
        stage.time.at(Duration.ofMinutes(3), () -> {
            calls.clear();
            stage.target.routeByHand(Traffic.of(Slot.GREEN, 60));
        });
        stage.time.at(Duration.ofMinutes(4), () -> says = Judgement.fail("burning"));
        RolloutResult result = stage.rollout("v2", CANARY)
                .watch(spy)
                .limits(Limits.DEFAULT.pause(Duration.ofMinutes(20)))
                .execute();
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.Stuck.class);
        assertThat(result.reason()).contains("somebody else changed the traffic");
        assertThat(calls).as("touched").isEmpty();
    }

    @Test
    void afterAPersonSaidToGoOnTheWatchGoesOn() {
        stage.time.at(Duration.ofMinutes(3), () -> stage.target.routeByHand(Traffic.of(Slot.GREEN, 60)));
        stage.time.at(Duration.ofMinutes(5), () -> stage.deployer.unpause(stage.target));
        stage.time.at(Duration.ofMinutes(6), () -> says = Judgement.fail("burning"));
        RolloutResult result = stage.rollout("v2", CANARY).watch(spy).execute();
        assertThat(result.reason()).isEqualTo("analysis 'spy' failed: burning");
        assertThat(begun).as("one run, before and after").hasSize(1);
        stage.assertAllOld();
    }

    @Test
    void aBakeThatBeginsAgainAfterAChangeByOthersStillLooksAtItsEnd() {
        atEnd = true;
        stage.time.at(Duration.ofMinutes(8), () -> stage.target.routeByHand(Traffic.of(Slot.GREEN, 60)));
        stage.time.at(Duration.ofMinutes(9), () -> stage.deployer.unpause(stage.target));
        RolloutResult result = stage.rollout("v2", CANARY).analyze(spy).execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        Event.StepFinished bake = stage.seen(Event.StepFinished.class).stream()
                .filter(e -> e.step() instanceof Step.Bake)
                .findFirst()
                .orElseThrow();
        assertThat(bake.took()).as("ten minutes and the pause").isLessThan(Duration.ofMinutes(12));
    }

    @Test
    void whatIsDoneAfterPromotionWaitsForTheVerdictOfTheWatch() {
        List<Instant> hook = new ArrayList<>();
        says = Judgement.inconclusive("nobody came");
        RolloutResult result = stage.rollout("v2", BlueGreen.standard().bakeTime(MINUTE))
                .watch(spy)
                .afterPromotion("tell the world", now -> hook.add(stage.time.now()))
                .execute();
        assertThat(result).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(hook).isEmpty();
    }

    @Test
    void aCandidateThatLosesItsInstancesWhileTheVerdictIsWaitedForGoesBack() {
        says = Judgement.inconclusive("nobody came");
        Instant from = stage.time.now().plus(Duration.ofMinutes(3));
        stage.time.at(Duration.ofMinutes(4), () -> says = Judgement.pass("fine"));
        Faked target = new Faked(stage.target) {
            @Override
            Group edit(Group g) {
                return g.slot() == Slot.GREEN && !stage.time.now().isBefore(from)
                        ? Group.of(g.slot(), g.version(), g.revision(), g.desired(), 0, g.weight(), g.generation())
                        : g;
            }
        };
        RolloutResult result = stage.deployer
                .rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(BlueGreen.standard().bakeTime(MINUTE))
                .watch(spy)
                .execute();
        assertThat(stage.seen(Event.StepStarted.class)).anyMatch(e -> e.step() instanceof Step.Conclude);
        assertThat(result).as(result.reason()).isInstanceOf(RolloutResult.RolledBack.class);
        assertThat(result.reason()).contains("lost instances");
    }

    @Test
    void aWatchBegunAgainAfterACrashKnowsWhomItWatches() {
        Deployer dying = stage.deployer(new FaultyJournal(stage.journal, before -> {}, record -> {
            if (record.kind() == JournalRecord.Kind.DONE && stage.weight("v2") == 10) {
                throw new SimulatedCrash("at 10 %");
            }
        }));
        try {
            stage.rollout(dying, "v2", CANARY).watch(spy).execute();
        } catch (SimulatedCrash crash) {
            stage.time.advance(Duration.ofMinutes(5));
        }
        begun.clear();
        RolloutResult result =
                stage.another().resume(stage.target).watch(spy).execute().orElseThrow();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        assertThat(begun).singleElement().satisfies(context -> {
            assertThat(context.candidate())
                    .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v2"));
            assertThat(context.baseline())
                    .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v1"));
        });
    }

    /** As {@link System#nanoTime} may be. */
    private static final class NegativeNanos implements Time {
        private final VirtualTime time = new VirtualTime();

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long nanos() {
            return time.nanos() - Duration.ofDays(100).toNanos();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            assertThat(duration).isPositive();
            time.sleep(duration);
        }

        @Override
        public void wake(Thread thread) {}

        @Override
        public <T> T call(Callable<T> call, Duration limit, Duration every, Runnable tick) throws Exception {
            return time.call(call, limit, every, tick);
        }
    }

    @Test
    void aClockThatShowsNegativeNanosecondsKeepsNobodyFromSleeping() {
        Time time = new NegativeNanos();
        SimulatedTarget target = new SimulatedTarget("shop", time).serving("v1", 2);
        Deployer deployer = Deployer.builder()
                .time(time)
                .executor(Runnable::run)
                .journal(Journals.inMemory())
                .build();
        RolloutResult result = deployer.rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(CANARY)
                .execute();
        assertThat(result.promoted()).as(result.reason()).isTrue();
        Observation truth = target.truth();
        assertThat(truth.serving())
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v2"));
    }
}
