package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillDrillTest {

    @TempDir
    Path folder;

    @Test
    void deployersKilledAtRandomMomentsLoseNoRequestAndEndAllNewOrAllOld() throws Exception {
        long seed = System.nanoTime();
        System.out.println("kill drill with seed " + seed);
        try (KillDrill drill = new KillDrill(folder, seed)) {
            drill.begin();
            drill.run("blue-green", 4);
            drill.run("canary", 4);
            assertThat(drill.outcomes().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum())
                    .isEqualTo(8);
            assertThat(drill.requests()).isPositive();
        }
    }
}
