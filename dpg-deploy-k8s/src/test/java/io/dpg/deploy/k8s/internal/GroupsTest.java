package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Group;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Slot;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was read becomes groups as the engine knows them. */
class GroupsTest {

    private static final Map<String, String> OWN = Map.of("app", "app");
    private final SlotView none = Things.view(Slot.GREEN, null, List.of());

    private static Group blue(Snapshot now) {
        return Groups.of(now, Things.APP, Things.NOW, null).group(Slot.BLUE).orElseThrow();
    }

    @Test
    void anAdoptedGroupIsNamedByItsReplicaSetAndItsImage() {
        SlotView adopted = Things.group(Slot.BLUE, Things.template("ghcr.io/org/app:1.4.0", Map.of()), "aaa", 2);
        Group group = blue(Things.snapshot(OWN, adopted, none, "aaa-1", "aaa-2"));
        assertThat(group.revision().id()).isEqualTo("app-aaa");
        assertThat(group.version()).isEqualTo("1.4.0");
        assertThat(group.ready()).isEqualTo(2);
        assertThat(group.weight()).isEqualTo(100);
        assertThat(group.generation()).isEqualTo(7);
    }

    @Test
    void aDeploymentAtZeroIsNoGroupUntilItsPodsHaveEndedItIsOneThatWantsNothing() {
        PodTemplateSpec template = Things.template("app:1", Map.of());
        Deployment zero = Things.deployment(Slot.BLUE, template, 0);
        ReplicaSet set = Things.set(zero, "aaa", template, 0);
        SlotView gone = Things.view(Slot.BLUE, zero, List.of(set));
        assertThat(Groups.of(Things.snapshot(OWN, gone, none), Things.APP, Things.NOW, null))
                .isEqualTo(Observation.EMPTY);
        SlotView ending = Things.view(Slot.BLUE, zero, List.of(set), Things.ending(Things.pod(set, "aaa-1", true)));
        Group group = blue(Things.snapshot(OWN, ending, none));
        assertThat(group.desired()).isZero();
        assertThat(group.ready()).isZero();
        assertThat(group.weight()).isZero();
    }

    @Test
    void whatWasLaunchedAboutAnOutageIsReadyOnlyOnceNodesMayKnowOfIt() {
        SlotView stable = Things.group(Slot.BLUE, Things.template("app:1", Map.of()), "aaa", 2);
        SlotView candidate = Things.group(Slot.GREEN, Things.labelled("app:2", Slot.GREEN), "bbb", 2);
        Snapshot now = Things.snapshot(OWN, stable, candidate, "aaa-1", "aaa-2");
        Instant launched = Instant.parse("2026-01-01T11:59:00Z"); // as Things make pods
        assertThat(Groups.of(now, Things.APP, Things.NOW, null).ready(Slot.GREEN))
                .isEqualTo(2);
        Observation since = Groups.of(now, Things.APP, Things.NOW, launched.plusSeconds(20));
        assertThat(since.ready(Slot.GREEN)).isZero();
        assertThat(since.ready(Slot.BLUE)).as("what serves goes on").isEqualTo(2);
        Observation longBefore = Groups.of(now, Things.APP, Things.NOW, launched.plusSeconds(600));
        assertThat(longBefore.ready(Slot.GREEN)).as("nodes knew before").isEqualTo(2);
    }

    @Test
    void readyPodsOfAnEarlierReleaseAreNotCountedForTheNextOne() {
        PodTemplateSpec template = Things.template("app:2", Map.of());
        Deployment deployment = Things.deployment(Slot.BLUE, template, 2);
        ReplicaSet old = Things.set(deployment, "old", Things.template("app:1", Map.of()), 2);
        ReplicaSet current = Things.set(deployment, "new", template, 0);
        SlotView view = Things.view(
                Slot.BLUE,
                deployment,
                List.of(old, current),
                Things.pod(old, "old-1", true),
                Things.pod(current, "new-1", false));
        Group group = blue(Things.snapshot(OWN, view, none));
        assertThat(group.revision().id()).isEqualTo("app-new");
        assertThat(group.ready()).isZero();
        assertThat(group.inPlace()).isNull();
    }

    @Test
    void anUpdateInPlaceShowsItsProgressAndItsOldRevisionUntilNothingOldIsLeft() {
        PodTemplateSpec template = Things.template("app:2", Map.of());
        Deployment deployment = new DeploymentBuilder(Things.deployment(Slot.BLUE, template, 2))
                .editMetadata()
                .addToAnnotations(Names.UPDATING_FROM, "app-old")
                .endMetadata()
                .build();
        ReplicaSet old = Things.set(deployment, "old", Things.template("app:1", Map.of()), 2);
        ReplicaSet current = Things.set(deployment, "new", template, 1);
        SlotView half = Things.view(
                Slot.BLUE,
                deployment,
                List.of(old, current),
                Things.pod(old, "old-1", true),
                Things.pod(old, "old-2", true),
                Things.pod(current, "new-1", true));
        Group group = blue(Things.snapshot(OWN, half, none));
        assertThat(group.revision().id()).isEqualTo("app-old");
        assertThat(group.version()).isEqualTo("1");
        assertThat(group.ready()).isEqualTo(3);
        assertThat(group.inPlace()).isNotNull();
        assertThat(group.inPlace().updated()).isEqualTo(1);
        assertThat(group.inPlace().version()).isEqualTo("2");

        ReplicaSet emptied = Things.set(deployment, "old", Things.template("app:1", Map.of()), 0);
        SlotView done = Things.view(
                Slot.BLUE,
                deployment,
                List.of(emptied, current),
                Things.pod(current, "new-1", true),
                Things.pod(current, "new-2", false)); // one that gets unready later is no update again
        Group after = blue(Things.snapshot(OWN, done, none));
        assertThat(after.revision().id()).isEqualTo("app-new");
        assertThat(after.inPlace()).isNull();
        assertThat(after.ready()).isEqualTo(1);
    }

    @Test
    void podsBelongToTheSlotThatOwnsThemWhateverLabelsMatch() {
        SlotView adopted = Things.group(Slot.BLUE, Things.template("app:1", Map.of()), "aaa", 1);
        SlotView green = Things.group(Slot.GREEN, Things.labelled("app:2", Slot.GREEN), "bbb", 3);
        List<ReplicaSet> sets = List.of(adopted.sets().get(0), green.sets().get(0));
        SlotView blue = Things.view(
                Slot.BLUE,
                adopted.require(),
                sets,
                adopted.pods().get(0),
                green.pods().get(0),
                green.pods().get(1));
        assertThat(blue.pods()).hasSize(1);
        assertThat(blue.sets()).hasSize(1);
    }
}
