package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Plan;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Step;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Shifting;
import io.dpg.deploy.strategy.BlueGreen;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Situation;
import io.dpg.deploy.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlatformShiftTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void strategiesAreTranslatedToWhatPlatformsKnow() {
        assertThat(shifting(BlueGreen.standard().bakeTime(MINUTE)))
                .isEqualTo(new Shifting(Shifting.Kind.ALL_AT_ONCE, 100, Duration.ZERO, MINUTE));
        assertThat(shifting(Canary.weights(10, 100).bakeTime(MINUTE).finalBakeTime(MINUTE)))
                .isEqualTo(new Shifting(Shifting.Kind.CANARY, 10, MINUTE, MINUTE));
        assertThat(shifting(Canary.linear(30, MINUTE).finalBakeTime(Duration.ZERO)))
                .isEqualTo(new Shifting(Shifting.Kind.LINEAR, 30, MINUTE, Duration.ZERO));
        assertThat(shifting(Canary.weights(100).finalBakeTime(MINUTE)).kind()).isEqualTo(Shifting.Kind.ALL_AT_ONCE);
    }

    @Test
    void theWholeShiftIsOneStepThatHasTheTimeItTakes() {
        Strategy strategy = Canary.weights(10, 100).bakeTime(MINUTE).finalBakeTime(MINUTE.multipliedBy(2));
        List<Step> steps = strategy.byPlatform().steps(situation(List.of()));
        assertThat(steps).hasSize(2);
        assertThat(steps.get(0).limit()).isGreaterThan(MINUTE.multipliedBy(3).plus(Limits.DEFAULT.ready()));
        assertThat(steps.get(0).describe()).contains("10 % for 1 min, then all");
        assertThat(steps.get(1)).isInstanceOf(Step.AwaitReady.class);
    }

    @Test
    void whatNoPlatformKnowsIsAFaultThatSaysWhatIs() {
        assertThat(faults(Canary.weights(10, 25, 50, 100)))
                .containsExactly("the target's platform shifts traffic itself, and knows one share before all, such as"
                        + " weights(10, 100), or equal steps, such as linear(25, …); ask for one of them, or let the"
                        + " target's traffic be shifted by this library");
        assertThat(faults(Canary.weights(10, 100).keepOld())).hasSize(1);
        assertThat(faults(BlueGreen.standard().retireAfter(MINUTE))).hasSize(1);
        assertThat(faults(Canary.linear(25, MINUTE))).isEmpty();
    }

    @Test
    void analysesOfBakesThatThereWillNotBeAreAFault() {
        assertThat(BlueGreen.standard().byPlatform().validate(situation(List.of("errors"))))
                .extracting(Fault::property)
                .containsExactly("analyze");
    }

    @Test
    void aShiftSurvivesTheJournal() {
        List<Step> steps = BlueGreen.standard().byPlatform().steps(situation(List.of()));
        Plan plan = new Plan(
                "t", "app", "2", "s", stable(), Slot.BLUE, 2, steps, new Plan.Rollback(true, false, "so"), List.of());
        assertThat(Plan.fromJson(plan.toJson())).isEqualTo(plan);
        String old = plan.toJson().replaceAll(",\"shifting\":\\{[^}]*}", "");
        assertThat(Plan.fromJson(old).steps().get(0))
                .isEqualTo(new Step.Update(Slot.BLUE, "2", null, 2, steps.get(0).limit()));
    }

    private static Shifting shifting(Strategy strategy) {
        return ((Step.Update) strategy.byPlatform().steps(situation(List.of())).get(0)).shifting();
    }

    private static List<String> faults(Strategy strategy) {
        return strategy.byPlatform().validate(situation(List.of())).stream()
                .map(Fault::reason)
                .toList();
    }

    private static Group stable() {
        return Group.of(Slot.BLUE, "1", new Revision("r1"), 2, 2, 100, 1);
    }

    private static Situation situation(List<String> analyses) {
        return new Situation(
                Release.of("app", "2"),
                null,
                stable(),
                Slot.BLUE,
                2,
                Set.of(Capability.PLATFORM_SHIFTED),
                List.of(),
                analyses,
                Limits.DEFAULT);
    }
}
