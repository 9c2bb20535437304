package io.dpg.deploy.k8s.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PatchOnConditionTest {

    private static final KubernetesSerialization SERIAL = new KubernetesSerialization();

    private static @Nullable String patch(HasMetadata before, HasMetadata after) {
        JsonPatch patch = PatchOnCondition.between(
                before, MergePatch.parse(SERIAL.asJson(before)), MergePatch.parse(SERIAL.asJson(after)));
        return patch == null ? null : patch.json();
    }

    private static Deployment deployment(int replicas, Map<String, String> annotations) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("app")
                .withGeneration(7L)
                .withResourceVersion("1234")
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .endSpec()
                .build();
    }

    private static Service service(@Nullable Map<String, String> selector) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("app")
                .withAnnotations(Map.of(Names.FENCE, "3"))
                .endMetadata()
                .withNewSpec()
                .withSelector(selector)
                .endSpec()
                .build();
    }

    @Test
    void aDeploymentIsChangedAsLongAsItsFenceAndItsGenerationStay() {
        String patch =
                patch(deployment(2, Map.of(Names.FENCE, "3", "gone", "x")), deployment(5, Map.of(Names.FENCE, "4")));
        assertThat(patch)
                .startsWith(
                        "[{\"op\":\"test\",\"path\":\"/metadata/annotations/dpg-deploy.io~1fence\",\"value\":\"3\"},"
                                + "{\"op\":\"test\",\"path\":\"/metadata/generation\",\"value\":7},")
                .contains("{\"op\":\"remove\",\"path\":\"/metadata/annotations/gone\"}")
                .contains("{\"op\":\"add\",\"path\":\"/metadata/annotations/dpg-deploy.io~1fence\",\"value\":\"4\"}")
                .contains("{\"op\":\"add\",\"path\":\"/spec/replicas\",\"value\":5}")
                .doesNotContain("resourceVersion");
    }

    @Test
    void aServiceIsChangedAsLongAsItsFenceAndItsSelectorStay() {
        assertThat(patch(service(Map.of("app", "a")), service(Map.of("app", "a", "slot", "green"))))
                .contains("{\"op\":\"test\",\"path\":\"/spec/selector\",\"value\":{\"app\":\"a\"}}")
                .contains("{\"op\":\"add\",\"path\":\"/spec/selector/slot\",\"value\":\"green\"}");
    }

    @Test
    void withNothingToSetAConditionOnTheObjectsVersionHasToDo() {
        assertThat(patch(deployment(2, Map.of()), deployment(5, Map.of(Names.FENCE, "4"))))
                .isNull();
        assertThat(patch(service(null), service(Map.of("app", "a")))).isNull();
    }
}
