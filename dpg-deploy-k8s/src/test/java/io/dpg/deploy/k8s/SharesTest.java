package io.dpg.deploy.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dpg.deploy.DeployException;
import io.dpg.deploy.k8s.TrafficRouter.Backends;
import io.dpg.deploy.k8s.internal.router.Shares;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The arithmetic of weights, on many rules that nobody thought of. */
class SharesTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final Backends backends =
            new Backends(new KubernetesClientBuilder().build(), "shop", "api", "api-preview", 80);
    private final Shares shares = new Shares(new GatewayApiRouter.BackendRefs(), backends);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverIsWrittenIsReadOthersKeepTheirPartAndZeroIsTheWayBack(long seed) {
        Random random = new Random(seed);
        for (int n = 0; n < 400; n++) {
            ObjectNode before = route(random);
            ObjectNode now = before;
            for (int i = random.nextInt(5); i >= 0; i--) {
                int percent = 1 + random.nextInt(100);
                now = shares.write(now, percent);
                assertThat(shares.read(now)).isEqualTo(percent);
                assertOthersKeepTheirPart(before, now, percent);
                assertThat(shares.write(now, percent)).isEqualTo(now);
            }
            assertThat(shares.write(now, 0)).isEqualTo(before);
            assertThat(shares.read(before)).isZero();
        }
    }

    private static void assertOthersKeepTheirPart(ObjectNode before, ObjectNode now, int percent) {
        for (int rule = 0; rule < before.at("/spec/rules").size(); rule++) {
            JsonNode was = before.at("/spec/rules/" + rule + "/backendRefs");
            JsonNode is = now.at("/spec/rules/" + rule + "/backendRefs");
            for (int i = 0; i < was.size(); i++) {
                boolean own = was.get(i).get("name").asString().equals("api");
                long weight = weight(was.get(i)) * (own ? 100 - percent : 100);
                assertThat(weight(is.get(i)) * sum(was) * 100).isEqualTo(weight * sum(is));
            }
        }
    }

    private static long sum(JsonNode list) {
        long sum = 0;
        for (JsonNode ref : list) {
            sum += weight(ref);
        }
        return sum;
    }

    private static long weight(JsonNode ref) {
        return ref.path("weight").asLong(1);
    }

    private static ObjectNode route(Random random) {
        ObjectNode route = MAPPER.createObjectNode();
        route.putObject("metadata").put("name", "r");
        if (random.nextBoolean()) {
            route.withObjectProperty("metadata").putObject("annotations").put("team", "a");
        }
        ArrayNode rules = route.putObject("spec").putArray("rules");
        for (int rule = random.nextInt(3); rule >= 0; rule--) {
            ArrayNode refs = rules.addObject().putArray("backendRefs");
            boolean weighted = random.nextInt(3) > 0;
            for (int other = random.nextInt(3); other > 0; other--) {
                ref(refs, "other-" + other, 80, random, true);
            }
            ref(refs, "api", 80, random, weighted);
            if (random.nextInt(4) == 0) {
                ref(refs, "api", 8080, random, weighted);
            }
        }
        return route;
    }

    private static void ref(ArrayNode refs, String name, int port, Random random, boolean weighted) {
        ObjectNode ref = refs.addObject().put("name", name).put("port", port);
        if (weighted) {
            ref.put("weight", 1 + random.nextInt(name.equals("api") ? 200 : 50));
        }
    }

    @Test
    void aPreviewThatUsersWroteThemselvesStaysWithoutWeight() {
        ObjectNode before = parse("[{'name':'api','weight':100},{'name':'api-preview','weight':0}]");
        ObjectNode split = shares.write(before, 40);
        assertThat(split.at("/spec/rules/0/backendRefs/1/weight").asInt()).isEqualTo(40);
        assertThat(shares.write(split, 0)).isEqualTo(before);
    }

    @Test
    void aServiceThatGetsNothingGoesOnGettingNothing() {
        ObjectNode before = parse("[{'name':'api','weight':0},{'name':'other','weight':7}]");
        ObjectNode split = shares.write(before, 40);
        assertThat(split.get("spec")).isEqualTo(before.get("spec"));
        assertThat(shares.write(split, 0)).isEqualTo(before);
    }

    @Test
    void whatOthersAddMeanwhileKeepsItsPartOnTheWayBack() {
        ObjectNode split = shares.write(parse("[{'name':'api','weight':3},{'name':'other','weight':1}]"), 10);
        // 27 : 10 : 3
        ((ArrayNode) split.at("/spec/rules/0/backendRefs"))
                .addObject()
                .put("name", "new")
                .put("weight", 5);
        assertThat(shares.write(split, 0).at("/spec/rules/0/backendRefs"))
                .isEqualTo(parse("[{'name':'api','weight':30},{'name':'other','weight':10},{'name':'new','weight':5}]")
                        .at("/spec/rules/0/backendRefs"));
    }

    @Test
    void notesThatSomebodyDamagedChangeNoRatio() {
        ObjectNode split = shares.write(parse("[{'name':'api','weight':3},{'name':'other','weight':1}]"), 10);
        split.withObjectProperty("metadata").withObjectProperty("annotations").put(Shares.NOTES, "{");
        assertThat(shares.read(split)).isEqualTo(10);
        assertThat(shares.write(split, 0)
                        .at("/spec/rules/0/backendRefs/0/weight")
                        .asInt())
                .isEqualTo(30);
    }

    @Test
    void weightsThatGetTooLargeAreRefused() {
        ObjectNode before = parse("[{'name':'api','weight':1},{'name':'other','weight':999999}]");
        assertThatThrownBy(() -> shares.write(before, 33))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("1000000 is the largest");
    }

    private static ObjectNode parse(String refs) {
        return (ObjectNode) MAPPER.readTree(
                ("{'metadata':{'name':'r'},'spec':{'rules':[{'backendRefs':" + refs + "}]}}").replace('\'', '"'));
    }
}
