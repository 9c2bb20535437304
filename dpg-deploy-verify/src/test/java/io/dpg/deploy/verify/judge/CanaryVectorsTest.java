package io.dpg.deploy.verify.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dpg.deploy.check.Verdict;
import io.dpg.deploy.verify.judge.Assessment.Classification;
import java.io.InputStream;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verdicts of another canary judge where its users agree with them, and of its users where they do not. */
class CanaryVectorsTest {

    private static final JsonNode VECTORS = read();

    private static JsonNode read() {
        try (InputStream in = CanaryVectorsTest.class.getResourceAsStream("canary.json")) {
            return JsonMapper.shared().readTree(in.readAllBytes());
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> verdictsThatEverybodyAgreesWith() {
        return VECTORS.get("agreed")
                .valueStream()
                .map(v -> DynamicTest.dynamicTest(name(v), () -> {
                    JsonNode expected = v.get("expected");
                    Assessment found = assess(v, 1);
                    String wanted = expected.get("classification").stringValue();
                    assertThat(found.classification())
                            .isEqualTo(
                                    wanted.equals("Nodata")
                                            ? Classification.NO_DATA
                                            : Classification.valueOf(wanted.toUpperCase(Locale.ROOT)));
                    assertThat(found.judgement().verdict())
                            .isEqualTo(
                                    switch (wanted) {
                                        case "Pass" -> Verdict.PASS;
                                        case "Nodata" -> Verdict.INCONCLUSIVE;
                                        default -> Verdict.FAIL;
                                    });
                    assertThat(found.critical()).isEqualTo(expected.has("critical"));
                    if (expected.has("deviation") && expected.get("deviation").isNumber()) {
                        assertThat(found.judgement().evidence().orElseThrow().effect())
                                .isEqualTo(expected.get("deviation").doubleValue(), within(1e-6));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> verdictsThatReportersWant() {
        return VECTORS.get("wrong_elsewhere")
                .valueStream()
                .map(v -> DynamicTest.dynamicTest(name(v), () -> {
                    Assessment found = assess(v, 1);
                    assertThat(found.judgement().verdict()).isEqualTo(Verdict.FAIL);
                    String wanted = v.path("reporter_wants").asString("fail");
                    if (!wanted.equals("fail")) {
                        assertThat(found.classification())
                                .isEqualTo(Classification.valueOf(wanted.toUpperCase(Locale.ROOT)));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> verdictsAreTheSameInEveryUnit() {
        return Stream.of("agreed", "wrong_elsewhere")
                .flatMap(kind -> VECTORS.get(kind).valueStream())
                .flatMap(v -> Stream.of(1e-12, 1e-6, 0.1, 3.0, 1e12)
                        .map(f -> DynamicTest.dynamicTest(name(v) + " x" + f, () -> assertThat(
                                        assess(v, f).classification())
                                .isEqualTo(assess(v, 1).classification()))));
    }

    @TestFactory
    Stream<DynamicTest> shiftsAndIntervals() {
        return VECTORS.get("confidence_intervals")
                .valueStream()
                .map(v -> DynamicTest.dynamicTest(name(v), () -> {
                    JsonNode expected = v.get("expected");
                    MannWhitney.Result found = MannWhitney.standard()
                            .confidence(v.get("confLevel").doubleValue())
                            .likeR()
                            .compare(samples(v, "experiment", 1), samples(v, "control", 1));
                    assertThat(found.lower())
                            .isEqualTo(
                                    expected.get("ci").get(0).doubleValue(),
                                    relative(expected.get("ci").get(0)));
                    assertThat(found.upper())
                            .isEqualTo(
                                    expected.get("ci").get(1).doubleValue(),
                                    relative(expected.get("ci").get(1)));
                    assertThat(found.estimate())
                            .isEqualTo(expected.get("estimate").doubleValue(), relative(expected.get("estimate")));
                }));
    }

    @Test
    void withoutRsToleranceTheSecondIntervalEndsAtDifferencesOfItsValues() {
        JsonNode v = VECTORS.get("confidence_intervals").get(1);
        MannWhitney.Result found =
                MannWhitney.standard().compare(samples(v, "experiment", 1), samples(v, "control", 1));
        assertThat(found.lower()).isEqualTo(-0.5);
        assertThat(found.upper()).isEqualTo(0);
        assertThat(found.estimate()).isEqualTo(-0.5);
    }

    private static Offset<Double> relative(JsonNode number) {
        return within(1e-6 * Math.abs(number.doubleValue()));
    }

    private static String name(JsonNode v) {
        return v.get("name").stringValue();
    }

    private static Assessment assess(JsonNode v, double factor) {
        RankJudge judge = RankJudge.bad(
                        Direction.valueOf(v.get("direction").stringValue().toUpperCase(Locale.ROOT)))
                .minSamples(2)
                .tolerance(v.get("tolerance").doubleValue())
                .confidence(v.get("confLevel").doubleValue());
        if (v.has("effectSizeMeasure")
                && v.get("effectSizeMeasure").stringValue().equals("cles")) {
            judge = judge.effect(EffectSize.CLES);
        }
        JsonNode allowed = v.get("effectSizeThresholds_dec_inc");
        if (allowed != null) {
            judge = judge.allowedDecrease(allowed.get(0).doubleValue())
                    .allowedIncrease(allowed.get(1).doubleValue());
        }
        if (v.has("isCriticalMetric") && v.get("isCriticalMetric").booleanValue()) {
            JsonNode critical = v.get("criticalThresholds_dec_inc");
            judge = judge.criticalDecrease(critical.get(0).doubleValue())
                    .criticalIncrease(critical.get(1).doubleValue());
        }
        return judge.assess(samples(v, "experiment", factor), samples(v, "control", factor));
    }

    private static double[] samples(JsonNode v, String side, double factor) {
        return v.get(side)
                .valueStream()
                .mapToDouble(n -> n.doubleValue() * factor)
                .toArray();
    }
}
