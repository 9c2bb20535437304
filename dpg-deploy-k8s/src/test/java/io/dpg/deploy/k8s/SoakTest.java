package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The soak, shortened: {@link Soak} as a program runs it at length. */
@NeedsCluster
@Timeout(900)
class SoakTest {

    @Test
    void noRequestFailsWhileGoodAndBadReleasesComeAndDeployersDie() throws Exception {
        long seed = System.nanoTime();
        System.out.println("soak with seed " + seed);
        try (Soak soak = new Soak(seed)) {
            soak.begin();
            for (String strategy : Soak.STRATEGIES) {
                soak.run(strategy, "plain", 2);
            }
            soak.run("canary", "storm", 1);
            soak.run("blue-green", "cut", 1);
            soak.run("blue-green", "kill", 2);
            soak.run("rolling", "kill", 1);
            assertThat(soak.failures()).as(soak.toString()).isZero();
            assertThat(soak.requests()).isPositive();
        }
    }
}
