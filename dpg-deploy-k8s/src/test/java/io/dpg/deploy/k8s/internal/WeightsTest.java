package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.k8s.TrafficRouter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Weights are what the platform does, not what was asked of it. */
class WeightsTest {

    private static final Map<String, String> OWN = Map.of("app", "app");
    private final SlotView adopted = Things.group(Slot.BLUE, Things.template("app:1", Map.of()), "aaa", 2);
    private final SlotView green = Things.group(Slot.GREEN, Things.labelled("app:2", Slot.GREEN), "bbb", 2);
    private final SlotView none = Things.view(Slot.GREEN, null, List.of());

    private static Map<String, String> with(String label, String value) {
        return Map.of("app", "app", label, value);
    }

    @Test
    void endpointsTellWhileTheyHaveNotCaughtUpWithTheSelector() {
        Map<String, String> toGreen = with(Names.SLOT, "green");
        assertThat(Weights.of(Things.snapshot(toGreen, adopted, green, "aaa-1", "aaa-2")))
                .isEqualTo(Traffic.all(Slot.BLUE));
        assertThat(Weights.of(Things.snapshot(toGreen, adopted, green, "bbb-1")))
                .isEqualTo(Traffic.all(Slot.GREEN));
        assertThat(Weights.of(Things.snapshot(toGreen, adopted, green))).isEqualTo(Traffic.all(Slot.GREEN));
    }

    @Test
    void aServiceThatMatchesBothIsSharedByTheNumberOfEndpoints() {
        assertThat(Weights.of(Things.snapshot(OWN, adopted, green, "aaa-1", "aaa-2", "bbb-1")))
                .isEqualTo(new Traffic(67, 33));
        assertThat(Weights.of(Things.snapshot(OWN, adopted, none, "aaa-1"))).isEqualTo(Traffic.all(Slot.BLUE));
        assertThat(Weights.of(Things.snapshot(with(Names.SLOT, "none"), adopted, green)))
                .isEqualTo(Traffic.NONE);
    }

    @Test
    void aRouterSharesBetweenTheOwnServiceAndThePreview() {
        Snapshot now = new Snapshot(
                Things.service(with(Names.HASH, "aaa")),
                adopted,
                green,
                Set.of("aaa-1", "aaa-2"),
                Things.service(with(Names.SLOT, "green")),
                new TrafficRouter.Split(10, "1", true));
        assertThat(Weights.of(now)).isEqualTo(new Traffic(90, 10));
        Snapshot promoted = new Snapshot(
                Things.service(with(Names.SLOT, "green")),
                adopted,
                green,
                Set.of("bbb-1"),
                Things.service(with(Names.SLOT, "green")),
                new TrafficRouter.Split(10, "1", true));
        assertThat(Weights.of(promoted)).isEqualTo(Traffic.all(Slot.GREEN));
    }

    @Test
    void selectorsNarrowToLabelsOfOursOrElseToTheReplicaSetAndNotAtAllWhereASlotIsAlone() {
        assertThat(Selectors.only(Things.snapshot(OWN, adopted, green), Slot.BLUE))
                .isEqualTo(with(Names.HASH, "aaa"));
        assertThat(Selectors.only(Things.snapshot(OWN, adopted, green), Slot.GREEN))
                .isEqualTo(with(Names.SLOT, "green"));
        assertThat(Selectors.only(Things.snapshot(with(Names.HASH, "aaa"), adopted, none), Slot.BLUE))
                .isEqualTo(OWN);
        assertThat(Selectors.original(with(Names.HASH, "aaa"))).isEqualTo(OWN);
        assertThat(Selectors.selects(OWN, green)).isTrue();
        assertThat(Selectors.selects(with(Names.HASH, "aaa"), green)).isFalse();
        assertThat(Selectors.matches(Map.of(), Map.of("app", "app"))).isFalse();
    }
}
