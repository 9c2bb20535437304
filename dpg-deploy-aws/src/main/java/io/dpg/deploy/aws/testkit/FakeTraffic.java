package io.dpg.deploy.aws.testkit;

import java.time.Duration;

/** Where requests go. */
public final class FakeTraffic {

    FakeTraffic(World world, Object lock) {}

    void pass(Duration time) {}
}
