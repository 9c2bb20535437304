package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Deployer;
import io.dpg.deploy.Environment;
import io.dpg.deploy.Group;
import io.dpg.deploy.Journals;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Observation;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.Slot;
import io.dpg.deploy.Traffic;
import io.dpg.deploy.secret.Secret;
import io.dpg.deploy.spi.Capability;
import io.dpg.deploy.spi.Fence;
import io.dpg.deploy.spi.GroupRequest;
import io.dpg.deploy.strategy.BlueGreen;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v1.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v1.HorizontalPodAutoscalerBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application that was there before us, and that others go on working with, is adopted and given back whole. */
@NeedsCluster
class BrownfieldTest {

    private TestCluster cluster;
    private KubernetesTarget target;

    @BeforeEach
    void begin() {
        cluster = TestCluster.open("kcore");
        cluster.application(2);
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName("app")
                .waitUntilReady(60, TimeUnit.SECONDS);
        target = cluster.target().preStopDelay(Duration.ofSeconds(1)).build();
    }

    @AfterEach
    void end() {
        target.close();
        cluster.close();
    }

    private static GroupRequest request(Slot slot, String version, int instances) {
        return new GroupRequest(
                slot,
                Release.of("app", version).setting("VERSION", version),
                null,
                instances,
                Environment.of("test"),
                Map.of());
    }

    private Observation shown(Predicate<Observation> shown) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Observation now = target.observe();
            if (shown.test(now)) {
                return now;
            }
            assertThat(System.nanoTime()).as(now.toString()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Deployment deployment(String name) {
        return cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName(name)
                .get();
    }

    private Service service() {
        return cluster.client
                .services()
                .inNamespace(cluster.namespace)
                .withName("app")
                .get();
    }

    private RolloutResult roll(String version) {
        try (Deployer deployer = Deployer.builder().journal(Journals.inMemory()).build()) {
            return deployer.rollout(target)
                    .release(Release.of("app", version).setting("VERSION", version))
                    .strategy(BlueGreen.standard().bakeTime(Duration.ZERO).retireAfter(Duration.ZERO))
                    .limits(Limits.DEFAULT.drain(Duration.ofSeconds(3)))
                    .execute();
        }
    }

    @Test
    void whatRunsIsSeenAsItIsWithoutTouchingIt() {
        String before = deployment("app").getMetadata().getResourceVersion();
        Group group = target.observe().serving().orElseThrow();
        assertThat(group.slot()).isEqualTo(Slot.BLUE);
        assertThat(group.version()).isEqualTo("2");
        assertThat(group.ready()).isEqualTo(2);
        assertThat(group.revision().id()).startsWith("app-");
        assertThat(target.history()).hasSize(1);
        assertThat(deployment("app").getMetadata().getResourceVersion()).isEqualTo(before);
    }

    @Test
    void theSelectorIsNarrowedBeforeACandidateComesAndRestoredWhenItGoes() throws InterruptedException {
        target.claim(new Fence(1));
        target.launch(new Fence(1), request(Slot.GREEN, "2.0.0", 1));
        assertThat(service().getSpec().getSelector()).containsKeys("app", "pod-template-hash");
        Observation now = shown(o -> o.ready(Slot.GREEN) == 1);
        assertThat(now.weight(Slot.BLUE)).isEqualTo(100);
        assertThat(now.weight(Slot.GREEN)).isZero();
        target.retire(new Fence(1), Slot.GREEN);
        assertThat(service().getSpec().getSelector()).isEqualTo(Map.of("app", "app"));
        assertThat(service().getMetadata().getAnnotations()).doesNotContainKey("dpg-deploy.io/original-selector");
        assertThat(target.observe().weight(Slot.BLUE)).isEqualTo(100);
    }

    @Test
    void theApplicationIsGivenBackAsAPlainDeploymentWithoutLosingARequest() throws InterruptedException {
        RolloutResult promoted = roll("2.0.0");
        assertThat(promoted.promoted()).as(promoted.toString()).isTrue();
        assertThat(target.observe().weight(Slot.GREEN)).isEqualTo(100);
        try (Load load = Load.on(target.liveEndpoint().orElseThrow(), 2, 100)) {
            target.giveBack(Duration.ofSeconds(60));
            load.close();
            assertThat(load.failures()).as(load.toString()).isEmpty();
        }
        assertThat(service().getSpec().getSelector()).isEqualTo(Map.of("app", "app"));
        Deployment blue = deployment("app");
        assertThat(blue.getSpec().getReplicas()).isEqualTo(2);
        assertThat(blue.getSpec().getTemplate().getMetadata().getLabels()).isEqualTo(Map.of("app", "app"));
        assertThat(blue.toString() + service()).doesNotContain("dpg-deploy.io");
        assertThat(deployment("app-green")).isNull();
        assertThat(cluster.client
                        .services()
                        .inNamespace(cluster.namespace)
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(target.observe().serving().orElseThrow().slot()).isEqualTo(Slot.BLUE);
        assertThat(blue.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv())
                .anyMatch(e -> e.getName().equals("VERSION") && e.getValue().equals("2.0.0"));
        RolloutResult again = roll("3.0.0");
        assertThat(again.promoted()).as(again.toString()).isTrue();
    }

    @Test
    void anAutoscalerFollowsTheGroupThatServes() throws InterruptedException {
        assertThat(target.capabilities()).doesNotContain(Capability.AUTOSCALED);
        cluster.client
                .resource(new HorizontalPodAutoscalerBuilder()
                        .withNewMetadata()
                        .withName("app")
                        .withNamespace(cluster.namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withNewScaleTargetRef("apps/v1", "Deployment", "app")
                        .withMinReplicas(2)
                        .withMaxReplicas(4)
                        .withTargetCPUUtilizationPercentage(80)
                        .endSpec()
                        .build())
                .create();
        assertThat(target.capabilities()).contains(Capability.AUTOSCALED);
        assertThat(roll("2.0.0").promoted()).isTrue();
        assertThat(autoscaled()).isEqualTo("app-green");
        assertThat(deployment("app-green").getSpec().getReplicas()).isEqualTo(2);
        assertThat(roll("3.0.0").promoted()).isTrue();
        assertThat(autoscaled()).isEqualTo("app");
    }

    private String autoscaled() {
        HorizontalPodAutoscaler hpa = cluster.client
                .autoscaling()
                .v1()
                .horizontalPodAutoscalers()
                .inNamespace(cluster.namespace)
                .withName("app")
                .get();
        return hpa.getSpec().getScaleTargetRef().getName();
    }

    @Test
    void whatOthersChangeIsShown() throws InterruptedException {
        target.claim(new Fence(1));
        target.launch(new Fence(1), request(Slot.GREEN, "2.0.0", 1));
        shown(o -> o.ready(Slot.GREEN) == 1);
        cluster.client
                .apps()
                .deployments()
                .inNamespace(cluster.namespace)
                .withName("app-green")
                .scale(2);
        shown(o -> o.group(Slot.GREEN).orElseThrow().desired() == 2 && o.ready(Slot.GREEN) == 2);
        cluster.client.services().inNamespace(cluster.namespace).withName("app").edit(s -> {
            s.getSpec().setSelector(Map.of("app", "app"));
            return s;
        });
        shown(o -> o.weight(Slot.GREEN) == 50 && o.weight(Slot.BLUE) == 50);
        target.route(new Fence(1), Traffic.all(Slot.BLUE));
        shown(o -> o.weight(Slot.BLUE) == 100 && o.weight(Slot.GREEN) == 0);
    }

    @Test
    void changesGoThroughWhileOthersWriteTheSameObjectsAllTheTime() throws InterruptedException {
        Thread writer = new Thread(() -> {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                String value = String.valueOf(i);
                try {
                    cluster.client
                            .services()
                            .inNamespace(cluster.namespace)
                            .withName("app")
                            .edit(s -> {
                                s.getMetadata().getAnnotations().put("storm", value);
                                return s;
                            });
                    cluster.client
                            .apps()
                            .deployments()
                            .inNamespace(cluster.namespace)
                            .withName("app-green")
                            .edit(d -> {
                                d.getMetadata().getAnnotations().put("storm", value);
                                return d;
                            });
                } catch (RuntimeException e) {
                    Thread.yield(); // conflicts hit it as well
                }
            }
        });
        target.claim(new Fence(1));
        target.launch(new Fence(1), request(Slot.GREEN, "2.0.0", 1));
        writer.start();
        try {
            for (int i = 2; i <= 6; i++) {
                target.claim(new Fence(i));
                target.scale(new Fence(i), Slot.GREEN, 1 + i % 2);
            }
            target.scale(new Fence(6), Slot.GREEN, 1);
            shown(o -> o.ready(Slot.GREEN) == 1);
            target.route(new Fence(6), Traffic.all(Slot.GREEN));
            shown(o -> o.weight(Slot.GREEN) == 100);
        } finally {
            writer.interrupt();
            writer.join(5000);
        }
    }

    @Test
    void secretsReachInstancesThroughASecretObjectAndNeverThroughATemplate() throws InterruptedException {
        target.launch(
                new Fence(1),
                new GroupRequest(
                        Slot.GREEN,
                        Release.of("app", "2.0.0"),
                        null,
                        1,
                        Environment.of("test"),
                        Map.of("PASSWORD", Secret.of("hunter2-hunter2"))));
        shown(o -> o.ready(Slot.GREEN) == 1);
        assertThat(deployment("app-green").toString()).doesNotContain("hunter2").contains("PASSWORD");
        String pod = cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withLabel("dpg-deploy.io/slot", "green")
                .list()
                .getItems()
                .get(0)
                .getMetadata()
                .getName();
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        try (var exec = cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withName(pod)
                .writingOutput(out)
                .exec("sh", "-c", "echo $PASSWORD")) {
            exec.exitCode().orTimeout(10, TimeUnit.SECONDS).join();
        }
        assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("hunter2-hunter2");
        assertThat(target.diagnose(Slot.GREEN)).doesNotContain("hunter2");
    }

    @Test
    void aMissingDeploymentAndAnAmbiguousServiceAreNamed() {
        assertThatThrownBy(() -> KubernetesTarget.deployment("absent")
                        .namespace(cluster.namespace)
                        .client(cluster.client)
                        .build()
                        .observe())
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("absent");
        Service second = cluster.service();
        second.getMetadata().setName("app-internal");
        cluster.client.resource(second).create();
        assertThatThrownBy(target::observe)
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("app, app-internal");
        assertThat(cluster.target().service("app").build().observe().weight(Slot.BLUE))
                .isEqualTo(100);
    }

    @Test
    void aServiceWithoutANodePortIsReachedThroughTheApiServer() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/socat")), "the node forwards no ports without socat");
        cluster.client.services().inNamespace(cluster.namespace).withName("app").delete();
        Service internal = cluster.service();
        internal.getSpec().setType("ClusterIP");
        cluster.client.resource(internal).create();
        target.launch(new Fence(1), request(Slot.GREEN, "2.0.0", 1));
        shown(o -> o.ready(Slot.GREEN) == 1 && o.weight(Slot.BLUE) == 100);
        URI preview = target.endpoint(Slot.GREEN).orElseThrow();
        assertThat(version(preview)).isEqualTo("2.0.0");
        assertThat(target.endpoint(Slot.GREEN)).hasValue(preview);
        assertThat(version(target.liveEndpoint().orElseThrow())).isEqualTo("none");
    }

    private static String version(URI address) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address.resolve("/version"))
                                .timeout(Duration.ofSeconds(10))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }
}
