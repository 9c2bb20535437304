package io.dpg.deploy.local.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentPartsTest {

    @TempDir
    Path folder;

    @Test
    void jsonSurvivesARoundTrip() {
        Json json = Json.object()
                .put("text", "a\"b\\c\nd\u0000é😀")
                .put("number", -3)
                .put("decimal", 0.25)
                .put("flag", true)
                .put("none", null)
                .put("list", List.of("x", "y"))
                .put("empty", List.of())
                .put("map", Map.of("k", "v"))
                .put("objects", List.of(Json.object().put("a", 1)));
        Json read = Json.parse(json.toString());
        assertThat(read).hasToString(json.toString());
        assertThat(read.text("text")).isEqualTo("a\"b\\c\nd\u0000é😀");
        assertThat(read.decimal("decimal")).isEqualTo(0.25);
        assertThat(read.textMap("map")).containsEntry("k", "v");
        assertThat(read.children("objects").get(0).number("a")).isEqualTo(1);
        assertThat(read.has("none")).isFalse();
        for (String bad : List.of("", "[]", "{", "{\"a\":}", "{\"a\":1}x", "{\"a\" 1}", "{\"a\":nope}", "{\"a")) {
            assertThatThrownBy(() -> Json.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void secretsAreHiddenInEveryFormInWhichProgramsPrintThem() {
        String secret = "p\"ss wörd/+1";
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        Redactor redactor = new Redactor(List.of(secret));
        String url = java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8);
        for (String prefix : List.of("", "u", "us", "usr:")) {
            byte[] all = (prefix + secret + "x").getBytes(StandardCharsets.UTF_8);
            String encoded = Base64.getEncoder().encodeToString(all);
            assertThat(redactor.redact(encoded)).contains("***");
        }
        String text = secret + " " + url + " " + url.replace("+", "%20") + " "
                + Base64.getUrlEncoder().encodeToString(bytes) + " "
                + java.util.HexFormat.of().formatHex(bytes);
        assertThat(redactor.redact(text))
                .doesNotContain(secret)
                .doesNotContain(url)
                .startsWith("*** *** ***");
        assertThat(new Redactor(List.of("", "  ")).redact("a  b")).isEqualTo("a  b");
        assertThat(new Redactor(List.of("first-line\nsecond-line")).redact("it has second-line"))
                .isEqualTo("it has ***");
    }

    @Test
    void outputIsRotatedCutAndRedacted() throws IOException {
        String line = "x".repeat(99) + "\n";
        String text = line.repeat(110_000) + "y".repeat(200_000) + "secret\nlast secret without end";
        LogPump pump = pump(text, true);
        pump.run();
        assertThat(pump.tail()).hasSize(20).last().isEqualTo("last *** without end");
        assertThat(pump.tail().get(18)).startsWith("yyy").endsWith("…");
        assertThat(Files.size(folder.resolve("a.log"))).isLessThan(1_000_000);
        assertThat(Files.size(folder.resolve("a.log.1"))).isGreaterThan(10_000_000);
        assertThat(Files.readString(folder.resolve("a.log")))
                .doesNotContain("secret")
                .contains("(line cut)");
    }

    @Test
    void outputIsWithheldWhileSecretsAreNotKnown() throws IOException {
        LogPump pump = pump("one\ntwo\n", false);
        pump.run();
        assertThat(pump.tail()).singleElement().asString().contains("withheld");
        assertThat(Files.readString(folder.resolve("a.log"))).doesNotContain("two");
    }

    private LogPump pump(String text, boolean known) {
        InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        Redactor redactor = new Redactor(List.of("secret"));
        return new LogPump(in, folder.resolve("a.log"), () -> redactor, () -> known);
    }

    @Test
    void quantilesAreWithinSevenPercent() {
        Stats stats = new Stats();
        for (int millis = 1; millis <= 1000; millis++) {
            stats.record("blue", "r", millis % 100 == 0, millis * 1_000_000L);
        }
        long now = Clock.millis();
        Json read = stats.query("blue", "r", now - 10_000, now);
        assertThat(read.number("requests")).isEqualTo(1000);
        assertThat(read.number("errors")).isEqualTo(10);
        assertThat(read.decimal("p50")).isBetween(0.465, 0.535);
        assertThat(read.decimal("p99")).isBetween(0.92, 1.06);
        assertThat(stats.query("blue", "r", now - 60_000, now - 30_000).number("requests"))
                .isZero();
        assertThat(stats.query("green", "r", 0, now).number("requests")).isZero();
    }

    @Test
    void theShuffleDealsEveryNumberOnceInAHundred() {
        Shuffle shuffle = new Shuffle();
        for (int round = 0; round < 3; round++) {
            boolean[] seen = new boolean[100];
            for (int i = 0; i < 100; i++) {
                seen[shuffle.next()] = true;
            }
            assertThat(seen).doesNotContain(false);
        }
    }

    @Test
    void replacingNeverStopsAnInstanceBeforeItsReplacementIsReady() {
        SlotState slot = new SlotState("blue");
        slot.revision = "old";
        slot.target = "new";
        slot.targetCount = 3;
        slot.desired = 3;
        for (int i = 0; i < 3; i++) {
            add(slot, "old", true);
        }
        int steps = 0;
        while (slot.target != null) {
            assertThat(++steps).isLessThan(20);
            assertThat(slot.ready()).isGreaterThanOrEqualTo(3);
            assertThat(slot.instances).hasSizeLessThanOrEqualTo(4);
            Reconciliation next = Reconciliation.of(slot);
            slot.instances.removeAll(next.stops());
            for (int i = 0; i < next.starts(); i++) {
                Instance started = add(slot, "new", false);
                assertThat(Reconciliation.of(slot).stops())
                        .as("while it starts")
                        .isEmpty();
                assertThat(Reconciliation.of(slot).starts()).as("one at a time").isZero();
                started.ready = true;
            }
            if (next.finished()) {
                slot.target = null;
                slot.revision = "new";
            }
        }
        assertThat(slot.instances).hasSize(3).allMatch(i -> i.spec.revision().equals("new"));
    }

    private static Instance add(SlotState slot, String revision, boolean ready) {
        Spec spec = new Spec(revision, revision, List.of("x"), Map.of(), List.of(), "/", null, 0);
        Instance instance = new Instance(slot.name, ++slot.numbers, spec);
        instance.phase = Instance.Phase.RUNNING;
        instance.ready = ready;
        slot.instances.add(instance);
        return instance;
    }

    @Test
    void theStateSurvivesAndForgetsWhatNoSlotNeeds() throws IOException {
        State state = new State(folder);
        for (int i = 0; i < 30; i++) {
            state.remember(
                    new Spec("r" + i, "v" + i, List.of("a", "{port}"), Map.of("K", "V"), List.of("S"), "/", "/h", 5));
            state.blue.revision = i == 0 ? "r0" : state.blue.revision;
        }
        state.fence = 9;
        state.blue.weight = 100;
        state.blue.generation = 4;
        state.blue.report("CrashLoop", "it \"broke\"", true);
        add(state.blue, "r0", true).id = "some-id";
        state.save();
        State read = new State(folder);
        List<Json> instances = read.load();
        assertThat(read.fence).isEqualTo(9);
        assertThat(read.known).hasSize(20).isEqualTo(state.known);
        assertThat(read.spec("r0")).as("in use").isNotNull();
        assertThat(read.spec("r5")).isNull();
        assertThat(read.blue.conditions).singleElement().satisfies(c -> assertThat(c.message())
                .contains("broke"));
        assertThat(instances).singleElement().satisfies(i -> assertThat(i.text("id"))
                .isEqualTo("some-id"));
    }
}
