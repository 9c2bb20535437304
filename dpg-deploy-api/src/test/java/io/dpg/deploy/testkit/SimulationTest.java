package io.dpg.deploy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulationTest {

    @Test
    void twoThousandRandomRolloutsViolateNothingAndComeToEveryEnd() throws InterruptedException {
        Simulation.Report report = Simulation.run(2_000, 1, 2);
        assertThat(report.violation())
                .as("java -cp … io.dpg.deploy.testkit.Simulation replay 1 " + report.violatedBy())
                .isNull();
        assertThat(report.ends()).containsOnlyKeys(Simulation.End.values());
        assertThat(report.ends().values()).allSatisfy(n -> assertThat(n).isPositive());
        assertThat(report.ends().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(2_000);
        assertThat(report.crashes()).as("deployers that died").isGreaterThan(500);
    }

    @Test
    void theSameSeedPlaysTheSameRollouts() {
        Map<Simulation.End, Integer> first = new EnumMap<>(Simulation.End.class);
        for (int turn = 0; turn < 2; turn++) {
            Map<Simulation.End, Integer> ends = new EnumMap<>(Simulation.End.class);
            for (int n = 0; n < 100; n++) {
                SimulatedRollout rollout = new SimulatedRollout(7, n, false);
                assertThat(rollout.play()).isNull();
                ends.merge(rollout.end(), rollout.crashes() + 1, Integer::sum);
            }
            if (turn == 0) {
                first.putAll(ends);
            } else {
                assertThat(ends).isEqualTo(first);
            }
        }
    }
}
