package io.dpg.deploy.verify.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DispersionTest {

    private final Traffic traffic = new Traffic(5);

    @Test
    void independentRequestsHaveNoBursts() {
        int mistaken = 0;
        for (int i = 0; i < 1000; i++) {
            Dispersion dispersion = new Dispersion();
            add(dispersion, 20, 1, 0.01, 1);
            mistaken += dispersion.factor() > 1 ? 1 : 0;
            assertThat(dispersion.factor()).isLessThan(4);
        }
        assertThat(mistaken).isLessThan(120);
    }

    @Test
    void theSizeOfBurstsShows() {
        for (int size : new int[] {3, 10, 50}) {
            Dispersion dispersion = new Dispersion();
            add(dispersion, 2000, size, 0.02, 1);
            assertThat(dispersion.factor()).isCloseTo(size, Offset.offset(0.15 * size));
        }
    }

    @Test
    void aRateThatDriftsSlowlyIsNoBurst() {
        Dispersion dispersion = new Dispersion();
        add(dispersion, 500, 1, 0.01, 1.005);
        assertThat(dispersion.factor()).isLessThan(1.6);
    }

    @Test
    void nothingKnownNothingAndEverythingFailedMeanOne() {
        Dispersion dispersion = new Dispersion();
        assertThat(dispersion.factor()).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            dispersion.addBaseline(0, 100);
            dispersion.addCandidate(100, 100);
            dispersion.addCandidate(0, 0);
        }
        assertThat(dispersion.factor()).isEqualTo(1);
    }

    @Test
    void hugeCountsStayFinite() {
        Dispersion dispersion = new Dispersion();
        for (double total : new double[] {1, 1e15, 1e-3, 1e15, 3}) {
            dispersion.addBaseline(total, total);
            dispersion.addBaseline(0, total);
            dispersion.addBaseline(total / 2, total);
        }
        assertThat(dispersion.factor()).isFinite().isGreaterThan(1);
    }

    private void add(Dispersion dispersion, int looks, int burst, double rate, double growth) {
        double now = rate;
        for (int i = 0; i < looks; i++) {
            Block block = traffic.sample(10, 200, 0.5, now, 1, burst);
            dispersion.addBaseline(block.baseEvents(), block.baseTotal());
            now = now * growth > 0.5 ? rate : now * growth;
        }
    }
}
