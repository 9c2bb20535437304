package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.verify.sequential.FalseAlarmBench.Kind;
import io.dpg.deploy.verify.sequential.Stoppers.Stopper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A small {@link FalseAlarmBench}: seeded, so that it says the same each time. */
class FalseAlarmTest {

    private static final int CANARIES = 1000;

    @Test
    void harmlessCanariesAreStoppedNoMoreOftenThanPromised() {
        for (Kind kind : List.of(Kind.STEADY, Kind.DRIFTING)) {
            Map<String, Integer> stopped = FalseAlarmBench.falseAlarms(kind, CANARIES, 7, Stoppers.all());
            assertThat(stopped.get("sequential, 99 %")).as("%s", kind).isLessThanOrEqualTo(10);
            assertThat(stopped.get("sequential, 95 %")).as("%s", kind).isLessThanOrEqualTo(50);
            assertThat(stopped.get("above 1.5 × baseline, 2 of 3 looks"))
                    .as("%s", kind)
                    .isGreaterThan(100);
        }
    }

    @Test
    void whereErrorsComeInBurstsTheBaselinesPastKeepsThePromise() {
        Map<String, Supplier<Stopper>> stoppers = Map.of(
                "past known", () -> Stoppers.sequential(0.99, 1),
                "no past known", () -> Stoppers.withoutPast(0.99),
                "bursts named", () -> Stoppers.sequential(0.99, 10));
        Map<String, Integer> stopped = FalseAlarmBench.falseAlarms(Kind.BURSTS, CANARIES, 7, stoppers);
        assertThat(stopped.get("past known")).isLessThanOrEqualTo(10);
        assertThat(stopped.get("bursts named")).isLessThanOrEqualTo(10);
        assertThat(stopped.get("no past known")).isGreaterThan(30); // the simulated bursts do matter
    }

    @Test
    void aHarmlessCanaryIsHardlyStoppedInADayOfLooksEverySecond() {
        Traffic traffic = new Traffic(3);
        int stopped = 0;
        for (int i = 0; i < 20; i++) {
            Stopper stopper = Stoppers.sequential(0.95, 1);
            for (int second = 0; second < 86_400; second++) {
                if (stopper.look(List.of(traffic.sample(1, 20, 0.3, 0.02, 1, 1)))) {
                    stopped++;
                    break;
                }
            }
        }
        assertThat(stopped).isLessThanOrEqualTo(3);
    }

    @Test
    void twiceTheErrorsAreFoundInAMinuteOrThree() {
        assertThat(medianSeconds(0.5, 2)).isLessThanOrEqualTo(90);
        assertThat(medianSeconds(0.1, 2)).isLessThanOrEqualTo(200);
        assertThat(medianSeconds(0.5, 5)).isLessThanOrEqualTo(20);
    }

    private static int medianSeconds(double share, double times) {
        Traffic traffic = new Traffic(11);
        int[] seconds = new int[201];
        for (int i = 0; i < seconds.length; i++) {
            Stopper stopper = Stoppers.sequential(0.99, 1);
            do {
                seconds[i] += 5;
            } while (!stopper.look(List.of(traffic.sample(5, 100, share, 0.01, times, 1))) && seconds[i] < 3600);
        }
        Arrays.sort(seconds);
        return seconds[seconds.length / 2];
    }
}
