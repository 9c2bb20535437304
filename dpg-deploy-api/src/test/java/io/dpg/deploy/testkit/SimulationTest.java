package io.dpg.deploy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulationTest {

    @Test
    void randomRolloutsViolateNothingAndComeToEveryEnd() throws InterruptedException {
        int rollouts = Integer.parseInt(System.getenv().getOrDefault("DPG_SIMULATION", "2000"));
        Simulation.Report report = Simulation.run(rollouts, 1, 2);
        System.out.println(report);
        assertThat(report.violation())
                .as("java -cp … io.dpg.deploy.testkit.Simulation replay 1 " + report.violatedBy())
                .isNull();
        assertThat(report.ends()).containsOnlyKeys(Simulation.End.values());
        assertThat(report.ends().values()).allSatisfy(n -> assertThat(n).isPositive());
        assertThat(report.ends().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(rollouts);
        assertThat(report.crashes()).as("deployers that died").isGreaterThan(rollouts / 4);
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
