package io.dpg.deploy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Fault;
import io.dpg.deploy.Group;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.strategy.Canary;
import io.dpg.deploy.strategy.Situation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where shares follow the number of instances, a share that these cannot come near is refused when planning. */
class ApproximateCanaryTest {

    private static List<Fault> faults(int instances, Capability traffic, int... weights) {
        Group stable = Group.of(Slot.BLUE, "1.0.0", new Revision("r1"), instances, instances, 100, 1);
        return Canary.weights(weights)
                .validate(new Situation(
                        Release.of("app", "2.0.0"),
                        null,
                        stable,
                        Slot.GREEN,
                        instances,
                        Set.of(Capability.TWO_GROUPS, traffic),
                        List.of(),
                        List.of(),
                        Limits.DEFAULT));
    }

    @Test
    void tenPercentOfTwoInstancesIsRefusedAndTheNearestShareNamed() {
        assertThat(faults(2, Capability.APPROXIMATE_TRAFFIC, 10, 100))
                .singleElement()
                .satisfies(f -> assertThat(f.reason()).contains("10 % of 2").contains("33 %"));
    }

    @Test
    void enoughInstancesOrExactWeightsCanDoIt() {
        assertThat(faults(3, Capability.APPROXIMATE_TRAFFIC, 10, 50, 100)).isEmpty();
        assertThat(faults(2, Capability.APPROXIMATE_TRAFFIC, 33, 50, 100)).isEmpty();
        assertThat(faults(1, Capability.WEIGHTED_TRAFFIC, 10, 50, 100)).isEmpty();
    }
}
