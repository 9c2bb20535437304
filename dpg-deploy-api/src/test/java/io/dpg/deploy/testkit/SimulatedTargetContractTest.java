package io.dpg.deploy.testkit;

import io.dpg.deploy.Release;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import java.time.Duration;

/** The simulation keeps the promises that real targets keep. */
class SimulatedTargetContractTest extends RolloutContract {

    private final VirtualTime time = new VirtualTime();
    private final SimulatedTarget target = new SimulatedTarget("contract", time)
            .version("9.0.0", Behaviour.GOOD.neverReady().crashesAfter(Duration.ofMillis(300)))
            .version("3.0.0", Behaviour.GOOD.neverReady().crashesAfter(Duration.ofMillis(300)));

    @Override
    protected Target target() {
        return target;
    }

    @Override
    protected Target again() {
        return target;
    }

    @Override
    protected Release good(String version) {
        return Release.of("app", version);
    }

    @Override
    protected Release crashing(String version) {
        return Release.of("app", version);
    }

    @Override
    protected Time time() {
        return time;
    }
}
