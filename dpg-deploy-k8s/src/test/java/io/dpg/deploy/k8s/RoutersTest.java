package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.Fault;
import io.dpg.deploy.k8s.TrafficRouter.Backends;
import io.dpg.deploy.k8s.TrafficRouter.Split;
import io.dpg.deploy.spi.ConflictException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What routers write, taken and given back by a real API server that validates it. */
@NeedsCluster
class RoutersTest {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static TestNamespace namespace;
    private static KubernetesClient client;

    private record Kind(String name, TrafficRouter router, String text, String canary) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("Gateway API", GatewayApiRouter.httpRoute("shop"), RouterObjects.ROUTE, "shop"),
                new Kind("Istio", IstioRouter.virtualService("shop"), RouterObjects.VIRTUAL_SERVICE, "shop"),
                new Kind("ingress-nginx", NginxIngressRouter.ingress("shop"), RouterObjects.INGRESS, "shop-canary"));
    }

    @BeforeAll
    static void connect() throws IOException {
        namespace = new TestNamespace("kstore");
        client = namespace.client();
        Crds.install(client);
    }

    @AfterAll
    static void disconnect() {
        if (namespace != null) {
            namespace.close();
        }
    }

    @AfterEach
    void removeObjects() {
        for (Kind kind : kinds().toList()) {
            objects(kind).withName(kind.canary()).delete();
            objects(kind).withName("shop").delete();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyPercentageIsReadBackAndZeroLeavesEverythingAsItWas(Kind kind) {
        create(kind);
        JsonNode before = now(kind, "shop");
        assertThat(kind.router().read(backends())).matches(s -> s.preview() == 0 && s.applied());
        assertThat(kind.router().validate(backends())).isEmpty();
        for (int percent : new int[] {1, 10, 33, 50, 99, 100, 7, 0, 25, 0}) {
            write(kind, percent);
            assertThat(kind.router().read(backends()).preview()).isEqualTo(percent);
        }
        assertThat(now(kind, "shop").get("spec")).isEqualTo(before.get("spec"));
        assertThat(now(kind, "shop").at("/metadata/annotations")).isEqualTo(before.at("/metadata/annotations"));
        if (!kind.canary().equals("shop")) {
            assertThat(objects(kind).withName(kind.canary()).get()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void writingWhatIsThereChangesNothing(Kind kind) {
        create(kind);
        write(kind, 25);
        Split seen = kind.router().read(backends());
        kind.router().write(backends(), seen, 25);
        assertThat(kind.router().read(backends())).isEqualTo(seen);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aChangeMeanwhileIsAConflict(Kind kind) {
        create(kind);
        for (int percent : new int[] {10, 0}) {
            Split seen = kind.router().read(backends());
            merge(
                    kind,
                    kind.canary().equals("shop") || percent == 10 ? "shop" : kind.canary(),
                    "{\"metadata\":{\"labels\":{\"changed\":\"to-" + percent + "\"}}}");
            assertThatThrownBy(() -> kind.router().write(backends(), seen, percent))
                    .isInstanceOf(ConflictException.class);
            write(kind, 10);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aWriterThatIsOvertakenBetweenItsReadAndItsWriteIsRefusedByTheServer(Kind kind) {
        create(kind);
        write(kind, 10);
        Wire wire = new Wire();
        try (KubernetesClient wired = wire.client()) {
            Backends mine = new Backends(wired, namespace.name(), "api", "api-preview", 80);
            for (int percent : new int[] {20, 0}) {
                Split seen = kind.router().read(mine);
                int last = kind.canary().equals("shop") ? 2 : 3;
                wire.before(number -> {
                    if (number == last) {
                        merge(kind, kind.canary(), "{\"metadata\":{\"labels\":{\"changed\":\"to-" + percent + "\"}}}");
                    }
                });
                assertThatThrownBy(() -> kind.router().write(mine, seen, percent))
                        .isInstanceOf(ConflictException.class);
                wire.calm();
                assertThat(kind.router().read(mine).preview()).isEqualTo(10);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsMissingIsSaidBeforehand(Kind kind) {
        assertThat(kind.router().validate(backends()))
                .extracting(Fault::reason)
                .singleElement()
                .asString()
                .contains("there is none in namespace " + namespace.name());
        assertThatThrownBy(() -> kind.router().read(backends()))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("but there is none");
        create(kind);
        Backends others = new Backends(client, namespace.name(), "unknown", "unknown-preview", 80);
        assertThat(kind.router().validate(others))
                .extracting(Fault::reason)
                .singleElement()
                .asString()
                .contains("Service unknown");
    }

    @Test
    void aRouteKeepsMatchesFiltersTimeoutsAndOtherBackends() {
        Kind kind = kinds().toList().get(0);
        create(kind);
        JsonNode before = now(kind, "shop");
        write(kind, 25);
        JsonNode rules = now(kind, "shop").at("/spec/rules");
        for (String field : List.of("matches", "filters", "timeouts", "name")) {
            assertThat(rules.get(0).get(field)).isEqualTo(before.at("/spec/rules/0/" + field));
        }
        assertThat(rules.get(2)).isEqualTo(before.at("/spec/rules/2"));
        JsonNode refs = rules.get(0).get("backendRefs");
        assertThat(refs).hasSize(3);
        assertThat(refs.get(2).get("name").asString()).isEqualTo("api-preview");
        assertThat(refs.get(2).get("filters")).isEqualTo(refs.get(0).get("filters"));
        // 80 : 20 before, and 60 + 20 : 20 now.
        assertThat(weights(refs)).containsExactly(60, 20, 20);
        assertThat(weights(rules.get(1).get("backendRefs"))).containsExactly(75, 25);
        write(kind, 33);
        // No whole numbers are 53.6 : 20 : 26.4 but larger ones.
        assertThat(weights(now(kind, "shop").at("/spec/rules/0/backendRefs"))).containsExactly(268, 100, 132);
    }

    @Test
    void aVirtualServiceKeepsItsRulesAndSubsetsStayWithTheirHost() {
        Kind kind = kinds().toList().get(1);
        create(kind);
        JsonNode before = now(kind, "shop");
        write(kind, 20);
        JsonNode http = now(kind, "shop").at("/spec/http");
        for (String field : List.of("match", "retries", "fault", "name")) {
            assertThat(http.get(0).get(field)).isEqualTo(before.at("/spec/http/0/" + field));
        }
        JsonNode route = http.get(0).get("route");
        assertThat(weights(route)).containsExactly(80, 20);
        assertThat(route.get(1).at("/destination/host").asString()).isEqualTo("api-preview");
        assertThat(route.get(1).at("/destination/subset").isMissingNode()).isTrue();
        assertThat(route.get(1).at("/destination/port/number").asInt()).isEqualTo(80);
        assertThat(route.get(1).get("headers")).isEqualTo(route.get(0).get("headers"));
        assertThat(weights(http.get(1).get("route"))).containsExactly(60, 25, 15);
        assertThat(http.get(1).at("/route/2/destination/host").asString())
                .isEqualTo("api-preview." + namespace.name() + ".svc.cluster.local");
        assertThat(http.get(2)).isEqualTo(before.at("/spec/http/2"));
        assertThat(now(kind, "shop").at("/spec/tcp")).isEqualTo(before.at("/spec/tcp"));
    }

    @Test
    void anIngressIsNotTouchedAndItsCanaryHasWhatLeadsToTheService() {
        Kind kind = kinds().toList().get(2);
        create(kind);
        JsonNode before = now(kind, "shop");
        write(kind, 30);
        assertThat(now(kind, "shop")).isEqualTo(before);
        JsonNode canary = now(kind, "shop-canary");
        JsonNode marks = canary.at("/metadata/annotations");
        assertThat(marks.get("nginx.ingress.kubernetes.io/canary").asString()).isEqualTo("true");
        assertThat(marks.get("nginx.ingress.kubernetes.io/canary-weight").asString())
                .isEqualTo("30");
        assertThat(marks.get("nginx.ingress.kubernetes.io/affinity").asString()).isEqualTo("cookie");
        assertThat(marks).hasSize(3);
        assertThat(canary.at("/spec/rules")).hasSize(1);
        assertThat(canary.at("/spec/rules/0/http/paths")).hasSize(1);
        assertThat(canary.at("/spec/rules/0/http/paths/0/backend/service/name").asString())
                .isEqualTo("api-preview");
        assertThat(canary.at("/spec/rules/0/http/paths/0/backend/service/port/name")
                        .asString())
                .isEqualTo("http");
        assertThat(canary.at("/spec/ingressClassName").asString()).isEqualTo("nginx");
    }

    @Test
    void anIngressOfSomebodyElseIsNeitherChangedNorRemoved() {
        Kind kind = kinds().toList().get(2);
        create(kind);
        load(RouterObjects.INGRESS.replace("name: shop\n", "name: shop-canary\n"));
        JsonNode before = now(kind, "shop-canary");
        assertThat(kind.router().validate(backends())).hasSize(1);
        for (int percent : new int[] {10, 0}) {
            assertThatThrownBy(() -> write(kind, percent)).hasMessageContaining("somebody else made it");
        }
        assertThat(now(kind, "shop-canary")).isEqualTo(before);
    }

    @Test
    void weightsThatOthersChangeAreNoticedInWhicheverRule() {
        Kind kind = kinds().toList().get(0);
        create(kind);
        write(kind, 25);
        for (int rule : new int[] {0, 1}) {
            JsonNode spec = now(kind, "shop").get("spec").deepCopy();
            ((tools.jackson.databind.node.ObjectNode) spec.at("/rules/" + rule + "/backendRefs/0")).put("weight", 0);
            merge(kind, "shop", "{\"spec\":" + spec + "}");
            assertThat(kind.router().read(backends()).preview())
                    .as("rule " + rule)
                    .isEqualTo(100);
            write(kind, 25);
            assertThat(kind.router().read(backends()).preview()).isEqualTo(25);
        }
    }

    @Test
    void aRouteThatItsControllerHasNotAcceptedIsNotApplied() {
        Kind kind = kinds().toList().get(0);
        create(kind);
        long generation = now(kind, "shop").at("/metadata/generation").asLong();
        status(kind, generation, "True");
        assertThat(kind.router().read(backends()).applied()).isTrue();
        write(kind, 25);
        assertThat(kind.router().read(backends()).applied()).isFalse();
        status(kind, generation + 1, "True");
        assertThat(kind.router().read(backends()).applied()).isTrue();
        status(kind, generation + 1, "False");
        assertThat(kind.router().read(backends()).applied()).isFalse();
    }

    @Test
    void aRouterNamesNothingButObjects() {
        assertThatThrownBy(() -> GatewayApiRouter.httpRoute("a/b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IstioRouter.virtualService("../x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NginxIngressRouter.ingress("A")).isInstanceOf(IllegalArgumentException.class);
    }

    private static void status(Kind kind, long generation, String accepted) {
        String status = """
                {"parents":[{"controllerName":"example.com/gw","parentRef":{"name":"gateway"},"conditions":[
                {"type":"Accepted","status":"%s","reason":"Accepted","message":"ok","observedGeneration":%d,
                "lastTransitionTime":"2026-03-01T12:00:00Z"}]}]}
                """.formatted(accepted, generation);
        objects(kind)
                .withName("shop")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":" + status + "}");
    }

    private static List<Integer> weights(JsonNode destinations) {
        return destinations.valueStream().map(d -> d.get("weight").asInt()).toList();
    }

    private static Backends backends() {
        return new Backends(client, namespace.name(), "api", "api-preview", 80);
    }

    private static void write(Kind kind, int percent) {
        kind.router().write(backends(), kind.router().read(backends()), percent);
    }

    private static void create(Kind kind) {
        load(kind.text().replace("NAME", "api." + namespace.name()));
    }

    private static void load(String text) {
        client.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace.name())
                .create();
    }

    private static void merge(Kind kind, String name, String patch) {
        objects(kind).withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static JsonNode now(Kind kind, String name) {
        return MAPPER.readTree(client.getKubernetesSerialization()
                .asJson(objects(kind).withName(name).get()));
    }

    private static io.fabric8.kubernetes.client.dsl.NonNamespaceOperation<
                    GenericKubernetesResource,
                    io.fabric8.kubernetes.api.model.GenericKubernetesResourceList,
                    io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
            objects(Kind kind) {
        String[] lines = kind.text().split("\n");
        return client.genericKubernetesResources(
                        lines[0].substring("apiVersion: ".length()), lines[1].substring("kind: ".length()))
                .inNamespace(namespace.name());
    }
}
