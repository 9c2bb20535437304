package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.Deployer;
import io.dpg.deploy.Limits;
import io.dpg.deploy.Release;
import io.dpg.deploy.RolloutResult;
import io.dpg.deploy.strategy.Canary;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole rollouts by routers. No controller acts on their objects here; what they say is what is looked at. */
@NeedsCluster
class RouterRolloutTest {

    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: app}
            spec:
              parentRefs: [{name: gateway}]
              rules: [{backendRefs: [{name: app, port: 80}]}]
            """;
    private static final String VIRTUAL_SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: app}
            spec:
              hosts: [app]
              http: [{route: [{destination: {host: app}}]}]
            """;
    private static final String INGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: app}
            spec:
              rules:
                - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}
            """;

    private TestCluster cluster;

    private record Kind(TrafficRouter router, String text) {
        @Override
        public String toString() {
            return router.describe();
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(GatewayApiRouter.httpRoute("app"), ROUTE),
                new Kind(IstioRouter.virtualService("app"), VIRTUAL_SERVICE),
                new Kind(NginxIngressRouter.ingress("app"), INGRESS));
    }

    @BeforeEach
    void begin() throws IOException {
        cluster = TestCluster.open("kstore");
        Crds.install(cluster.client);
        cluster.application(1);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aGoodReleaseGetsItsWeightsAndABadOneNone(Kind kind) throws IOException {
        cluster.client
                .load(new ByteArrayInputStream(kind.text().getBytes(StandardCharsets.UTF_8)))
                .inNamespace(cluster.namespace)
                .create();
        GenericKubernetesResource before = object(kind);
        Account account = Account.in(cluster.client, cluster.namespace, rules -> rules);
        List<Integer> written = new CopyOnWriteArrayList<>();
        try (KubernetesClient client = account.client();
                KubernetesTarget target = cluster.target()
                        .client(client)
                        .router(watched(kind.router(), written))
                        .build();
                Deployer deployer = Deployer.builder().build()) {
            cluster.client
                    .apps()
                    .deployments()
                    .inNamespace(cluster.namespace)
                    .withName("app")
                    .waitUntilReady(90, TimeUnit.SECONDS);
            assertThat(roll(deployer, target, "2", "crash")).isInstanceOf(RolloutResult.RolledBack.class);
            assertThat(written).allMatch(p -> p == 0);
            RolloutResult good = roll(deployer, target, "3", "");
            assertThat(good.promoted()).as(good.toString()).isTrue();
            assertThat(written).containsSubsequence(20, 50, 0);
            assertThat(target.observe().serving().orElseThrow().version()).isEqualTo("3");
        }
        assertThat(object(kind).get("spec").toString())
                .isEqualTo(before.get("spec").toString());
        assertThat(cluster.client
                        .network()
                        .v1()
                        .ingresses()
                        .inNamespace(cluster.namespace)
                        .withName("app-canary")
                        .get())
                .isNull();
    }

    private static RolloutResult roll(Deployer deployer, KubernetesTarget target, String version, String mode) {
        Release release = Release.of("app", version).setting("VERSION", version);
        return deployer.rollout(target)
                .release(mode.isEmpty() ? release : release.setting("MODE", mode))
                .strategy(Canary.weights(20, 50, 100)
                        .bakeTime(Duration.ofSeconds(1))
                        .finalBakeTime(Duration.ZERO))
                .limits(Limits.DEFAULT.drain(Duration.ofSeconds(1)).ready(Duration.ofSeconds(60)))
                .execute();
    }

    private static TrafficRouter watched(TrafficRouter router, List<Integer> written) {
        return new TrafficRouter() {
            @Override
            public String describe() {
                return router.describe();
            }

            @Override
            public Split read(Backends backends) {
                return router.read(backends);
            }

            @Override
            public void write(Backends backends, Split seen, int percent) {
                router.write(backends, seen, percent);
                assertThat(router.read(backends).preview()).isEqualTo(percent);
                written.add(percent);
            }

            @Override
            public List<io.dpg.deploy.Fault> validate(Backends backends) {
                return router.validate(backends);
            }
        };
    }

    private GenericKubernetesResource object(Kind kind) {
        String[] lines = kind.text().split("\n");
        return cluster.client
                .genericKubernetesResources(
                        lines[0].substring("apiVersion: ".length()), lines[1].substring("kind: ".length()))
                .inNamespace(cluster.namespace)
                .withName("app")
                .get();
    }
}
