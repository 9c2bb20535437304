package io.dpg.deploy.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.RolloutResult;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventTextTest {

    @Test
    void thereIsASentenceForEveryKindOfEvent() {
        assertThat(Events.everyKind().stream().<Class<?>>map(Event::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
        assertThat(Events.everyKind())
                .allSatisfy(
                        event -> assertThat(EventText.of(event)).isNotBlank().doesNotContain("\n", "\u001B", "null"));
    }

    @Test
    void sentencesReadWell() {
        assertThat(Events.rolledBack().stream().map(EventText::of))
                .containsExactly(
                        "Started the rollout of shop 1.4.0: canary 10, 100 %, 3 steps",
                        "Step 1 of 3: launch 2 instances of 1.4.0 in green",
                        "Step 1 of 3 for 2 s: blue 1.3.9 4/4 ready 100 %, green 1.4.0 1/2 ready 0 %",
                        "Step 1 of 3 done in 5 s: launch 2 instances of 1.4.0 in green",
                        "Check 'health' passed after 12 ms: 200 as expected",
                        "Step 2 of 3: shift traffic to blue 90 % / green 10 %",
                        "Step 2 of 3 done in 2 s: shift traffic to blue 90 % / green 10 %",
                        "Step 3 of 3: watch for 15 min: error-rate",
                        "Step 3 of 3 for 30 s, 14 min 30 s left: blue 1.3.9 4/4 ready 90 %, green 1.4.0 2/2 ready 10 %",
                        "Analysis 'error-rate' says inconclusive: 0.2 is not below 0.05",
                        "Analysis 'error-rate' says fail: 0.3 is not below 0.05",
                        "Failed: error-rate 0.3 is not below 0.05",
                        "Going back in 1 step: error-rate is bad",
                        "Rolled back shop 1.4.0 on sim:shop in 2 min 10 s (detected after 1 min 35 s, recovered after"
                                + " 2 s): error-rate 0.3 is not below 0.05");
    }

    @Test
    void everyEndingHasItsWord() {
        RolloutResult.Summary summary = Events.summary(false, List.of());
        assertThat(List.of(
                                new RolloutResult.Promoted(summary, "all is well"),
                                new RolloutResult.Aborted(summary, "asked for"),
                                new RolloutResult.Rejected(summary, "no consent"))
                        .stream()
                        .map(EventText::of))
                .containsExactly(
                        "Promoted shop 1.4.0 on sim:shop in 2 min 10 s: all is well",
                        "Aborted shop 1.4.0 on sim:shop in 2 min 10 s: asked for",
                        "Rejected shop 1.4.0 on sim:shop in 2 min 10 s: no consent");
    }

    @Test
    void whatALogPutIntoATextNeitherBreaksTheLineNorColoursIt() {
        assertThat(EventText.of(
                        new Event.Warning(Events.head(0), "a\r\n  b\tc \u001B[1;31mred\u001B[0m\u0007\u009B2J")))
                .isEqualTo("Warning: a; b c red2J");
    }
}
