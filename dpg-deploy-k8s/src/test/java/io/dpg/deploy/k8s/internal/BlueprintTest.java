package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Environment;
import io.dpg.deploy.Release;
import io.dpg.deploy.Slot;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.spi.ImageReference;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A release is laid over the application's own template, and taken off again without a trace. */
class BlueprintTest {

    private static final KubernetesSerialization SERIAL = new KubernetesSerialization();

    private final PodTemplateSpec own = new PodTemplateSpecBuilder(Things.template("app:1", Map.of()))
            .editSpec()
            .withTerminationGracePeriodSeconds(30L)
            .editFirstContainer()
            .addNewEnv()
            .withName("LOG_LEVEL")
            .withValue("info")
            .endEnv()
            .withNewResources()
            .addToLimits("memory", new Quantity("256Mi"))
            .addToRequests("memory", new Quantity("200Mi"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();

    private static GroupRequest request(Release release, Environment environment, Map<String, Secret> secrets) {
        return new GroupRequest(Slot.GREEN, release, null, 2, environment, secrets);
    }

    private static Blueprint make(PodTemplateSpec base, GroupRequest request, Slot slot) {
        String version = request.secrets().isEmpty() ? null : "uid/1";
        return Blueprint.of(base, request, new Blueprint.Place(Things.APP, slot, Set.of("app"), version, false));
    }

    private static Blueprint make(PodTemplateSpec base, Release release) {
        return make(base, request(release, Environment.of("test"), Map.of()), Slot.GREEN);
    }

    private static String env(Blueprint made, String name) {
        return made.template().getSpec().getContainers().get(0).getEnv().stream()
                .filter(e -> e.getName().equals(name))
                .map(EnvVar::getValue)
                .findFirst()
                .orElse("(none)");
    }

    @Test
    void theSameRequestHasTheSameRevisionAlsoOnTopOfItself() {
        Release release = Release.of("app", "2.0.0").image("app:2").setting("LOG_LEVEL", "debug");
        Blueprint first = make(own, release);
        assertThat(make(own, release).revision()).isEqualTo(first.revision());
        assertThat(make(first.template(), release)).isEqualTo(first);
        assertThat(first.revision().id()).startsWith("2.0.0-");
        assertThat(make(own, release.setting("LOG_LEVEL", "trace")).revision()).isNotEqualTo(first.revision());
        GroupRequest same = request(release, Environment.of("test"), Map.of());
        assertThat(make(own, same, Slot.BLUE).revision())
                .as("whatever the slot")
                .isEqualTo(first.revision());
    }

    @Test
    void theNextReleaseStartsFromTheApplicationsOwnTemplate() {
        Environment small =
                Environment.named("test").memory("128Mi").cpu("500m").build();
        Release first = Release.of("app", "2.0.0").setting("LOG_LEVEL", "debug").setting("MODE", "crash");
        Blueprint bad = make(own, request(first, small, Map.of("PASSWORD", Secret.of("x"))), Slot.GREEN);
        assertThat(env(bad, "LOG_LEVEL")).isEqualTo("debug");
        assertThat(env(bad, "MODE")).isEqualTo("crash");
        Container container = bad.template().getSpec().getContainers().get(0);
        assertThat(container.getResources().getLimits()).containsEntry("memory", new Quantity("128Mi"));
        assertThat(container.getResources().getRequests()).containsEntry("memory", new Quantity("128Mi"));
        assertThat(container.getLifecycle().getPreStop().getExec().getCommand()).containsExactly("sleep", "5");

        PodTemplateSpec copy = Overlay.copy(bad.template());
        Overlay.undo(copy);
        assertThat(SERIAL.asJson(copy.getSpec())).isEqualTo(SERIAL.asJson(own.getSpec()));
        Release next = Release.of("app", "2.0.1");
        assertThat(make(bad.template(), next).revision())
                .isEqualTo(make(own, next).revision());
    }

    @Test
    void secretsAreNamedAndNeverWritten() {
        Blueprint made = make(
                own,
                request(
                        Release.of("app", "2.0.0"),
                        Environment.of("test"),
                        Map.of("PASSWORD", Secret.of("hunter2-hunter2"))),
                Slot.GREEN);
        assertThat(SERIAL.asJson(made.template())).doesNotContain("hunter2").contains("app-green-env");
    }

    @Test
    void aHookOfTheApplicationsOwnIsLeftAlone() {
        PodTemplateSpec hooked = new PodTemplateSpecBuilder(own)
                .editSpec()
                .editFirstContainer()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand("goodbye")
                .endExec()
                .endPreStop()
                .endLifecycle()
                .endContainer()
                .endSpec()
                .build();
        Container container = make(hooked, Release.of("app", "2.0.0"))
                .template()
                .getSpec()
                .getContainers()
                .get(0);
        assertThat(container.getLifecycle().getPreStop().getExec().getCommand()).containsExactly("goodbye");
    }

    @Test
    void aGracePeriodTooShortForTheHookIsMadeLongerAndGivenBack() {
        PodTemplateSpec brief = new PodTemplateSpecBuilder(own)
                .editSpec()
                .withTerminationGracePeriodSeconds(3L)
                .endSpec()
                .build();
        PodTemplateSpec made = make(brief, Release.of("app", "2.0.0")).template();
        assertThat(made.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(8);
        assertThat(made.getSpec().getContainers().get(0).getLifecycle()).isNotNull();
        Overlay.undo(made);
        assertThat(made.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(3);
        assertThat(made.getSpec().getContainers().get(0).getLifecycle()).isNull();
    }

    @Test
    void fieldsThatThisLibraryDoesNotKnowSurvive() {
        PodTemplateSpec strange = SERIAL.unmarshal(
                SERIAL.asJson(own).replace("\"containers\"", "\"fieldOfTomorrow\":{\"x\":1},\"containers\""),
                PodTemplateSpec.class);
        assertThat(SERIAL.asJson(make(strange, Release.of("app", "2.0.0")).template()))
                .contains("fieldOfTomorrow");
    }

    @Test
    void versionsOfImagesAreTheirTagsOrElseTheirDigests() {
        assertThat(ImageReference.version("ghcr.io/org/app:1.4.0")).isEqualTo("1.4.0");
        assertThat(ImageReference.version("localhost:5000/app")).isEqualTo("latest");
        assertThat(ImageReference.version("app@sha256:" + "ab".repeat(32))).isEqualTo("abababababab");
        assertThat(ImageReference.version("app:2@sha256:" + "ab".repeat(32))).isEqualTo("2");
    }

    @Test
    void patchesSayOnlyWhatChanged() {
        assertThat(MergePatch.between(
                                MergePatch.parse("{\"a\":1,\"b\":{\"c\":1,\"d\":2},\"e\":[1,2],\"f\":1}"),
                                MergePatch.parse("{\"a\":1,\"b\":{\"c\":3,\"d\":2},\"e\":[2]}"))
                        .toString())
                .isEqualTo("{\"f\":null,\"b\":{\"c\":3},\"e\":[2]}");
        assertThat(MergePatch.between(MergePatch.parse("{\"a\":1}"), MergePatch.parse("{\"a\":1}")))
                .isEmpty();
    }
}
