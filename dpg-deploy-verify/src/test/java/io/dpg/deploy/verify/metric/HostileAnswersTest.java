package io.dpg.deploy.verify.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.dpg.deploy.check.Reading;
import io.dpg.deploy.verify.metric.AnswerParser.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of a real Prometheus 2.42 (and two of its documentation), mutated: a reading or a clear error, and soon. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HostileAnswersTest {

    private static final int ROUNDS = Integer.parseInt(System.getenv().getOrDefault("DPG_FUZZ", "4000"));

    private static final List<String> REAL = List.of(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1795591325.341,\"NaN\"]}}",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":"
                    + "[1795591325.356,\"0.25\"]}]}}",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1795591325.364,\"x\"]}}",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"up\","
                    + "\"instance\":\"127.0.0.1:39391\",\"job\":\"self\"},\"values\":[[1795591324.372,\"1\"],"
                    + "[1795591325.372,\"1\"]]}]}}",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"a\"},"
                    + "\"values\":[[1795591310,\"1\"],[1795591325,\"+Inf\"]]},{\"metric\":{\"pod\":\"b\"},\"values\":"
                    + "[[1795591310,\"2e-7\"]]}]}}",
            "{\"status\":\"success\",\"warnings\":[\"a store is away\"],\"data\":{\"resultType\":\"vector\",\"result\":"
                    + "[{\"metric\":{\"a\":\"b\"},\"histogram\":[1435781451.781,{\"count\":\"60\",\"sum\":\"33\","
                    + "\"buckets\":[[0,\"-0.5\",\"0.5\",\"4\"]]}]}]}}",
            "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"invalid parameter \\\"query\\\": 1:6: parse "
                    + "error: unexpected end of input inside braces\"}",
            "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out in query queue\"}");

    private static final String[] SNIPPETS = {
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "true",
        "NaN",
        "\"NaN\"",
        "+Inf",
        "1e999999",
        "-0",
        "\\u0000",
        "\\ud800",
        "\"metric\":",
        "\"values\":",
        "\"value\":",
        "\"result\":",
        "\"data\":",
        "\"status\":",
        "\"success\"",
        "9".repeat(500),
        "[".repeat(100),
        "{\"a\":".repeat(100),
        "\u0000",
        "ü",
        "1795591325",
        "\"histograms\":[],"
    };

    /** Numbers, texts that are no names, and the innermost lists and objects. */
    private static final Pattern TOKEN =
            Pattern.compile("[0-9][0-9.]*(?=[,\\]])|(?<=[:,\\[])\"[^\"]*\"(?!:)|\\[[^\\[\\]]*]|\\{[^{}]*}");

    private static final String[] VALUES = {
        "\"NaN\"",
        "\"+Inf\"",
        "\"0\"",
        "\"-1e-320\"",
        "\"1e400\"",
        "\"vector\"",
        "\"matrix\"",
        "\"success\"",
        "0",
        "-1",
        "1e400",
        "1795591325",
        "17955913250000",
        "[]",
        "{}",
        "null",
        "[1795591325,\"7\"]",
        "[[1795591325,\"7\"]]",
        "\"\""
    };

    private enum Kind {
        VALUE,
        NO_DATA,
        INVALID,
        ERROR
    }

    private static Kind kind(byte[] json, Random random) {
        Answer answer;
        try {
            answer = AnswerParser.parse(json);
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1_000);
            return Kind.ERROR;
        }
        if (!(answer instanceof Answer.Result result)) {
            return Kind.ERROR;
        }
        boolean range = random.nextBoolean();
        Outcome outcome = new Outcome(
                java.time.Instant.ofEpochSecond(1795591325),
                Duration.ofMinutes(5),
                range ? new Ask.Points(Duration.ofSeconds(15), 4, false) : null,
                random.nextBoolean() ? Reducer.values()[random.nextInt(4)] : null,
                PartialPolicy.values()[random.nextInt(3)],
                0.5,
                random.nextBoolean());
        Reading reading = outcome.of(result);
        if (reading instanceof Reading.Value value) {
            assertThat(value.samples()).isNotEmpty().allMatch(Double::isFinite);
            return Kind.VALUE;
        }
        return reading instanceof Reading.NoData ? Kind.NO_DATA : Kind.INVALID;
    }

    /** Half of them stay well-formed more often than not: a value, time or type is another one, or an element is doubled. */
    private static byte[] mutated(Random random) {
        return random.nextBoolean() ? scrambled(random) : changed(random);
    }

    private static byte[] changed(Random random) {
        String json = REAL.get(random.nextInt(REAL.size()));
        for (int edits = random.nextInt(3); edits >= 0; edits--) {
            // Mostly within the result: another status or type is soon refused.
            int from = random.nextInt(8) == 0 ? 0 : json.indexOf("\"result\":") + 1;
            List<MatchResult> tokens = TOKEN.matcher(json)
                    .results()
                    .filter(token -> token.start() >= from)
                    .toList();
            if (tokens.isEmpty()) {
                break;
            }
            MatchResult token = tokens.get(random.nextInt(tokens.size()));
            String other = VALUES[random.nextInt(VALUES.length)];
            while (random.nextInt(8) > 0 && sort(other) != sort(token.group())) {
                other = VALUES[random.nextInt(VALUES.length)];
            }
            String text = random.nextInt(4) == 0 ? token.group() + "," + token.group() : other;
            json = json.substring(0, token.start()) + text + json.substring(token.end());
        }
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /** Texts, lists, objects, and all else. */
    private static char sort(String token) {
        char first = token.charAt(0);
        return first == '"' || first == '[' || first == '{' ? first : '0';
    }

    private static byte[] scrambled(Random random) {
        byte[] json = REAL.get(random.nextInt(REAL.size())).getBytes(StandardCharsets.UTF_8);
        for (int edits = random.nextInt(4); edits >= 0; edits--) {
            int at = json.length == 0 ? 0 : random.nextInt(json.length);
            int to = Math.min(json.length, at + random.nextInt(20));
            byte[] insert =
                    switch (random.nextInt(5)) {
                        case 0 -> new byte[0];
                        case 1 -> new byte[] {(byte) random.nextInt(256)};
                        case 2 -> Arrays.copyOfRange(json, at, Math.min(json.length, at + random.nextInt(200)));
                        default -> SNIPPETS[random.nextInt(SNIPPETS.length)].getBytes(StandardCharsets.UTF_8);
                    };
            if (random.nextInt(3) > 0) {
                to = at;
            }
            byte[] next = new byte[json.length - (to - at) + insert.length];
            System.arraycopy(json, 0, next, 0, at);
            System.arraycopy(insert, 0, next, at, insert.length);
            System.arraycopy(json, to, next, at + insert.length, json.length - to);
            json = next;
        }
        return json;
    }

    @Test
    void everyMutatedAnswerIsAReadingOrAClearError() {
        Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
        long begun = System.nanoTime();
        long slowest = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed * 0x9E3779B97F4A7C15L); // seeds beside each other begin alike
            byte[] json = mutated(random);
            long begin = System.nanoTime();
            try {
                kinds.merge(kind(json, random), 1, Integer::sum);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ": " + new String(json, StandardCharsets.UTF_8), e);
            }
            slowest = Math.max(slowest, System.nanoTime() - begin);
        }
        System.out.println("[figure] " + ROUNDS + " mutated answers of Prometheus in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms, the slowest "
                + TimeUnit.NANOSECONDS.toMicros(slowest) + " us: " + kinds);
        assertThat(kinds).as("mutations reach all outcomes").containsOnlyKeys(Kind.values());
        assertThat(kinds.values()).allMatch(count -> count > ROUNDS / 200);
    }

    @Test
    void theLargestAnswersAreReadInBoundedTimeAndMemory() {
        int most = Endpoint.MOST_BYTES;
        String head = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[";
        assertThat(kindOf(head + fill("{\"metric\":{},\"values\":[[1,\"1\"]]}", ",", most) + "]}}"))
                .isEqualTo(Kind.INVALID);
        assertThat(kindOf(head + "{\"values\":[" + fill("[1795591325,\"1\"]", ",", most) + "]}]}}"))
                .isEqualTo(Kind.VALUE);
        assertThat(kindOf(head + "{\"metric\":{" + fill("\"a\":\"b\"", ",", most) + "}}]}}"))
                .isEqualTo(Kind.NO_DATA);
        assertThat(kindOf("{\"warnings\":[" + fill("\"w\"", ",", most) + "],\"status\":\"success\"}"))
                .isEqualTo(Kind.ERROR);
        assertThat(kindOf("[".repeat(most))).isEqualTo(Kind.ERROR);
        assertThat(kindOf("{\"status\":" + "9".repeat(most))).isEqualTo(Kind.ERROR);
        assertThat(kindOf("{\"status\":\"" + "x".repeat(most))).isEqualTo(Kind.ERROR);
        assertThat(kindOf("{\"" + "x".repeat(most))).isEqualTo(Kind.ERROR);
        assertThat(kindOf(" ".repeat(most))).isEqualTo(Kind.ERROR);
    }

    private static String fill(String text, String between, int most) {
        int times = most / (text.length() + between.length());
        return text + (between + text).repeat(times - 1);
    }

    private static Kind kindOf(String json) {
        return kind(json.getBytes(StandardCharsets.UTF_8), new Random(2) {
            @Override
            public boolean nextBoolean() {
                return false;
            }
        });
    }
}
