package io.dpg.deploy.k8s;

import io.dpg.deploy.Release;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.testkit.RolloutContract;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Pods of a real cluster keep the promises of targets. */
@NeedsCluster
class KubernetesTargetContractTest extends RolloutContract {

    private @Nullable TestCluster cluster;
    private @Nullable KubernetesTarget target;

    @AfterEach
    void delete() {
        if (target != null) {
            target.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    protected Target target() {
        if (target == null) {
            cluster = TestCluster.open("kcore");
            cluster.application(0);
            target = make();
        }
        return target;
    }

    private KubernetesTarget make() {
        return cluster.target().preStopDelay(Duration.ofSeconds(1)).build();
    }

    @Override
    protected Target again() {
        target();
        return make();
    }

    @Override
    protected Release good(String version) {
        return Release.of("app", version).setting("VERSION", version);
    }

    @Override
    protected Release crashing(String version) {
        return Release.of("app", version).setting("VERSION", version).setting("MODE", "crash");
    }

    @Override
    protected boolean pushes() {
        return true;
    }
}
