package io.dpg.deploy.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.check.Checks;
import io.dpg.deploy.event.Event;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.testkit.SimulatedTarget;
import io.dpg.deploy.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a suite's result does to a rollout. */
class SuiteInARolloutTest {

    private final VirtualTime time = new VirtualTime();
    private final SimulatedTarget target = new SimulatedTarget("shop", time).serving("v1", 4);
    private final List<Event> events = new ArrayList<>();

    private RolloutResult rollout(SmokeSuite suite) {
        Deployer deployer = Deployer.builder()
                .time(time)
                .executor(Runnable::run)
                .journal(Journals.inMemory())
                .listener(events::add)
                .user("tester")
                .build();
        return deployer.rollout(target)
                .release(Release.of("shop", "v2"))
                .strategy(Canary.weights(10, 50, 100))
                .verify(suite)
                .execute();
    }

    @Test
    void aNonCriticalFailureIsWarnedOfAndTheReleaseIsPromoted() {
        RolloutResult result = rollout(SmokeSuite.named("smoke")
                .add(Checks.of("health", () -> true))
                .add(CodeCheck.of("reports", () -> false).critical(false).failAfter(2)));
        assertThat(target.truth().serving())
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v2"));
        assertThat(result.toString()).containsIgnoringCase("promoted");
        assertThat(events.stream().filter(Event.Warning.class::isInstance).map(e -> ((Event.Warning) e).text()))
                .anyMatch(text -> text.contains("smoke / reports failed: expected true, but got false"));
        assertThat(events.stream().filter(Event.Checked.class::isInstance).map(e -> ((Event.Checked) e).result()))
                .isNotEmpty()
                .allSatisfy(checked -> assertThat(checked.parts()).hasSize(2));
    }

    @Test
    void aCriticalFailureTakesTheReleaseBack() {
        RolloutResult result = rollout(SmokeSuite.named("smoke")
                .add(Checks.of("health", () -> true))
                .add(CodeCheck.of("search", () -> false).failAfter(2)));
        assertThat(target.truth().serving())
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v1"));
        assertThat(result.toString()).contains("search failed: expected true, but got false");
    }

    @Test
    void aSuiteWithoutChecksPromotesNothing() {
        rollout(SmokeSuite.named("smoke"));
        assertThat(target.truth().serving())
                .hasValueSatisfying(g -> assertThat(g.version()).isEqualTo("v1"));
    }
}
