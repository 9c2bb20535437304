package io.dpg.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.spi.Change;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users notice nothing. The service ends at once on SIGTERM, as services do that know nothing of draining (R17). */
@Timeout(180)
class LocalRolloutTest {

    @TempDir
    Path folder;

    @Test
    void switchingSlotsLosesNoRequest() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.serve(Slot.BLUE, "0", 2);
            Load load = new Load(fixture.target.liveEndpoint().orElseThrow(), 4);
            try (load) {
                Slot live = Slot.BLUE;
                for (int version = 1; version <= 4; version++) {
                    Slot next = live.other();
                    Slot old = live;
                    String name = Integer.toString(version);
                    fixture.launch(next, name, 2);
                    assertThat(load.of(name)).as("requests before the switch").isZero();
                    fixture.target.route(fixture.fence(), Traffic.of(next, 30));
                    LocalFixture.await("some of " + name, () -> load.of(name) > 20);
                    fixture.target.route(fixture.fence(), Traffic.all(next));
                    fixture.target.retire(fixture.fence(), old);
                    LocalFixture.await(
                            "the old to go",
                            () -> fixture.target.observe().group(old).isEmpty());
                    live = next;
                }
            }
            System.out.println("[figure] blue-green switches under load: " + load.total + " requests, "
                    + load.failures.size() + " failed");
            assertThat(load.failures).isEmpty();
        }
    }

    @Test
    void updatingInPlaceLosesNoRequestAndShowsProgress() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.serve(Slot.BLUE, "1", 3);
            Load load = new Load(fixture.target.liveEndpoint().orElseThrow(), 4);
            try (load) {
                Change first = fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 1));
                LocalFixture.await("one updated", () -> updated(fixture) == 1);
                Group part = fixture.group(Slot.BLUE);
                assertThat(part.inPlace().revision()).isEqualTo(first.revision());
                assertThat(part.version()).isEqualTo("1");
                LocalFixture.await("both versions", () -> load.of("2") > 10);
                assertThat(fixture.get(fixture.target.endpoint(Slot.BLUE).orElseThrow(), "/")
                                .body())
                        .isEqualTo("2");
                assertThat(fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 1)))
                        .isEqualTo(first);

                fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 3));
                LocalFixture.await("all of 2", () -> finished(fixture, "2"));
                assertThat(fixture.group(Slot.BLUE).revision()).isEqualTo(first.revision());

                fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "3", 2));
                LocalFixture.await("two updated", () -> updated(fixture) == 2);
                fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 3));
                LocalFixture.await("back to 2", () -> finished(fixture, "2"));
            }
            System.out.println("[figure] updates in place under load: " + load.total + " requests, "
                    + load.failures.size() + " failed");
            assertThat(load.failures).isEmpty();
        }
    }

    private static int updated(LocalFixture fixture) {
        Group.InPlace inPlace = fixture.group(Slot.BLUE).inPlace();
        return inPlace == null ? -1 : inPlace.updated();
    }

    private static boolean finished(LocalFixture fixture, String version) {
        Group group = fixture.group(Slot.BLUE);
        return group.inPlace() == null && group.version().equals(version) && group.ready() == 3;
    }

    @Test
    void aBadReleaseUpdatedInPlaceStopsAtTheFirstInstance() throws Exception {
        try (LocalFixture fixture = new LocalFixture(folder)) {
            fixture.serve(Slot.BLUE, "1", 2);
            LocalTarget bad = LocalFixture.target(folder, "crash");
            Change change = bad.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "2", 2));
            LocalFixture.await("the crash loop", () -> fixture.group(Slot.BLUE)
                    .failureSince(change.generation())
                    .isPresent());
            assertThat(fixture.group(Slot.BLUE).ready()).isEqualTo(2);
            assertThat(fixture.get("/").body()).isEqualTo("1");
            fixture.target.update(fixture.fence(), LocalFixture.request(Slot.BLUE, "1", 2));
            LocalFixture.await(
                    "back to 1",
                    () -> fixture.group(Slot.BLUE).inPlace() == null
                            && fixture.group(Slot.BLUE).ready() == 2
                            && fixture.group(Slot.BLUE).conditions().isEmpty());
        }
    }

    @Test
    void anInstanceThatIgnoresSigtermIsEndedAfterTheDrainTime() {
        try (LocalFixture fixture = new LocalFixture(folder, "hang")) {
            fixture.launch(Slot.BLUE, "1", 1);
            fixture.target.retire(fixture.fence(), Slot.BLUE);
            LocalFixture.await(
                    "its end", () -> fixture.target.observe().groups().isEmpty());
        }
    }
}
