package io.dpg.deploy.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Release;
import io.dpg.deploy.Revision;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.aws.testkit.FakeAws;
import io.dpg.deploy.aws.testkit.FakeBehaviour;
import io.dpg.deploy.spi.Change;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.Target;
import io.dpg.deploy.spi.Time;
import io.dpg.deploy.testkit.RolloutContract;
import io.dpg.deploy.testkit.VirtualTime;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract, played against an endpoint that behaves as AWS documents it. */
class EcsTargetContractTest extends RolloutContract {

    private final VirtualTime time = new VirtualTime();
    private @Nullable FakeAws fake;
    private @Nullable EcsTarget target;

    @AfterEach
    void end() {
        if (fake != null) {
            fake.close();
        }
    }

    @Override
    protected Target target() {
        if (target == null) {
            fake = FakeAws.start(time);
            fake.service("prod", "api")
                    .image("app:0")
                    .instances(0)
                    .behindListener()
                    .withTestListener();
            target = make();
        }
        return target;
    }

    private EcsTarget make() {
        FakeAws aws = java.util.Objects.requireNonNull(fake);
        return EcsTarget.service("prod", "api")
                .clients(aws.clients())
                .testListener(aws.service("prod", "api").testListenerArn())
                .time(time)
                .build();
    }

    @Override
    protected Target again() {
        target();
        return make();
    }

    @Override
    protected Release good(String version) {
        return Release.of("api", version).image("app:" + version);
    }

    @Override
    protected Release crashing(String version) {
        target();
        java.util.Objects.requireNonNull(fake)
                .behaves("bad:" + version, FakeBehaviour.crashes(Duration.ofMillis(100), 3));
        return Release.of("api", version).image("bad:" + version);
    }

    @Override
    protected Duration patience() {
        return Duration.ofMinutes(10);
    }

    @Override
    protected Time time() {
        return time;
    }

    /** ECS replaces all tasks of a service once it is told to: at least as many as asked for, and never just one. */
    @Override
    @Test
    protected void instancesAreReplacedInPlaceAndBack() {
        Target ecs = target();
        Fence fence = new Fence(1);
        ecs.launch(fence, request(good("1.0.0"), null, 2));
        shown("two ready", 2, null);
        ecs.route(fence, Traffic.all(Slot.BLUE));
        Revision old = ecs.observe().group(Slot.BLUE).orElseThrow().revision();
        Change change = ecs.update(fence, request(good("2.0.0"), null, 1));
        Group moving = ecs.observe().group(Slot.BLUE).orElseThrow();
        assertThat(moving.revision()).isEqualTo(old);
        assertThat(moving.inPlace())
                .isNotNull()
                .extracting(Group.InPlace::revision)
                .isEqualTo(change.revision());
        assertThat(moving.ready()).as("the old ones go on").isEqualTo(2);
        shown("all replaced", 2, change.revision());
        ecs.update(fence, request(Release.of("api", "1.0.0"), old, 2));
        shown("all back", 2, old);
    }

    private static GroupRequest request(Release release, @Nullable Revision revision, int instances) {
        return new GroupRequest(Slot.BLUE, release, revision, instances, Environment.of("contract"), Map.of());
    }

    private void shown(String what, int ready, @Nullable Revision revision) {
        Duration waited = Duration.ZERO;
        while (!shows(ready, revision)) {
            assertThat(waited).as(what + ", but " + target().observe()).isLessThan(patience());
            time.advance(Duration.ofSeconds(1));
            waited = waited.plusSeconds(1);
        }
    }

    private boolean shows(int ready, @Nullable Revision revision) {
        return target().observe()
                .group(Slot.BLUE)
                .filter(g -> g.inPlace() == null && g.ready() == ready)
                .filter(g -> revision == null || g.revision().equals(revision))
                .isPresent();
    }
}
